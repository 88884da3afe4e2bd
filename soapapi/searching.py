"""Search criteria as SOAP has them (wire.md §2)."""

from typing import Any

from orderflow_bridge.common.criteria import SearchCriteria
from soapapi.inputs import given


def criteria_of(members: dict[str, Any] | None) -> SearchCriteria:
    """Return the criteria of a call. Raises Refusal without any, CriteriaRefused for bad ones."""
    return SearchCriteria.parse(given("searchCriteria", members))
