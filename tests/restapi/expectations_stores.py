"""What the routes of websites and stores answer; there is nothing that could be missing."""

from orderflow_bridge.access.rights import STORES
from tests.restapi.stating import Sent, Stated

STATED = [
    Stated("get", f"store/{name}", STORES, Sent)
    for name in ("websites", "storeViews", "storeGroups", "storeConfigs")
]
