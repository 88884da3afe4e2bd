"""GET store/websites, /storeViews, /storeGroups, /storeConfigs (wire.md §6)."""

from orderflow_bridge.access.rights import STORES
from orderflow_bridge.common.records import Document, Many
from orderflow_bridge.restapi.operations import Call, operation
from orderflow_bridge.restapi.routing import route
from orderflow_bridge.restapi.views import RestView
from orderflow_bridge.stores.api import (
    GROUP,
    STORE,
    WEBSITE,
    group_list,
    store_list,
    website_list,
)


class WebsitesView(RestView):
    """Websites (storeWebsiteRepositoryV1)."""

    @operation(right=STORES, returns=Many(WEBSITE))
    def get(self, call: Call) -> list[Document]:
        """List all websites."""
        return website_list()


class StoreViewsView(RestView):
    """Store views (storeStoreRepositoryV1)."""

    @operation(right=STORES, returns=Many(STORE))
    def get(self, call: Call) -> list[Document]:
        """List all store views."""
        return store_list()


class StoreGroupsView(RestView):
    """Stores, the groups of store views (storeGroupRepositoryV1)."""

    @operation(right=STORES, returns=Many(GROUP))
    def get(self, call: Call) -> list[Document]:
        """List all stores."""
        return group_list()


routes = [
    route("store/websites", WebsitesView),
    route("store/storeViews", StoreViewsView),
    route("store/storeGroups", StoreGroupsView),
]
