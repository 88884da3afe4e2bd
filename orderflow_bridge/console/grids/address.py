"""The names that a list's state has in its address, beside those of its filters."""

PAGE_SIZE = "per_page"
COLUMNS = "cols"
VIEW = "view"
AFTER = "after"
BEFORE = "before"
END = "end"
SORT = "o"
PAGE = "p"
SEARCH = "q"

USUAL_VIEW = "default"

PLACE = (PAGE, AFTER, BEFORE, END)
"""Where in the list one is; every other change of the list leads back to its beginning."""

OWN = (PAGE_SIZE, COLUMNS, VIEW, AFTER, BEFORE, END)
"""Names that Django's list knows nothing of: it would take them for filters."""
