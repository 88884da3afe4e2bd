"""Magento's own words for what is fixed of products, in files and to machines.

They are the same in every reader's language; what the admin shows are the labels of the choices.
"""

from typing import Final

STATUS_WORDS: Final = {1: "Enabled", 2: "Disabled"}
VISIBILITY_WORDS: Final = {
    1: "Not Visible Individually",
    2: "Catalog",
    3: "Search",
    4: "Catalog, Search",
}
