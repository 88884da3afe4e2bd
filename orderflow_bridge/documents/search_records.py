"""Search criteria and pages of results as documents, the same for SOAP and REST."""

from orderflow_bridge.documents.records import Kind, Many, Record, ints, record, texts

FILTER = record("FrameworkFilter", texts("field value condition_type"), required="field value")
FILTER_GROUP = record("FrameworkSearchFilterGroup", {"filters": Many(FILTER)})
SORT_ORDER = record("FrameworkSortOrder", texts("field direction"), required="field direction")
SEARCH_CRITERIA = record(
    "FrameworkSearchCriteriaInterface",
    {"filter_groups": Many(FILTER_GROUP), "sort_orders": Many(SORT_ORDER)},
    ints("page_size current_page"),
    required="filter_groups",
)


def results_of(item: Record, name: str) -> Record:
    """Return the record of a page of such documents; `name` is Magento's for it."""
    return record(
        name,
        {"items": Many(item), "search_criteria": SEARCH_CRITERIA, "total_count": Kind.INT},
        required="items search_criteria total_count",
    )
