"""Which addresses the bridge may call: the operator decides, not whoever may configure."""

from django.conf import settings

from orderflow_bridge.client import Reach


def reaches() -> frozenset[Reach]:
    """Return which addresses may be called (BRIDGE_MAY_CALL)."""
    return frozenset(Reach(each) for each in settings.BRIDGE_MAY_CALL)
