"""What a product's values may differ by, as in Magento: nothing, the website, the store view.

Prices are the same everywhere, as in a Magento whose price scope is global, and so are the times of
special prices and the pictures that play a role. An attribute that is named nowhere here is the
same everywhere, too: the bridge keeps no definitions that could say otherwise.
"""

from typing import Final

BY_STORE: Final = frozenset((
    "name", "description", "short_description", "visibility", "url_key", "meta_title",
    "meta_keyword", "meta_description", "image_label", "small_image_label", "thumbnail_label",
    "page_layout", "options_container", "custom_design", "custom_design_from", "custom_design_to",
    "custom_layout_update",
))  # fmt: skip
BY_WEBSITE: Final = frozenset((
    "status", "tax_class_id", "news_from_date", "news_to_date", "country_of_manufacture",
    "msrp_display_actual_price_type",
))  # fmt: skip
PER_VIEW: Final = BY_STORE | BY_WEBSITE
GLOBAL, WEBSITE, STORE = "global", "website", "store"


def scope_of(code: str) -> str:
    """Return what values of an attribute may differ by: "global", "website" or "store"."""
    return STORE if code in BY_STORE else WEBSITE if code in BY_WEBSITE else GLOBAL
