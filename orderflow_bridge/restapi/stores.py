"""GET store/websites, /storeViews, /storeGroups, /storeConfigs (docs/contract/rest.md)."""

import re

from django.conf import settings
from django.utils.translation import to_locale

from orderflow_bridge.access.rights import STORES
from orderflow_bridge.configuration.selectors import general
from orderflow_bridge.documents.records import Document, Many
from orderflow_bridge.documents.stores import (
    CONFIG,
    GROUP,
    STORE,
    WEBSITE,
    config_list,
    group_list,
    store_list,
    website_list,
)
from orderflow_bridge.restapi.views import Call, RestView, Route, operation
from orderflow_bridge.sales.models import Order

_CODES = re.compile(r"store_?[cC]odes(\[|$)")


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


class StoreConfigsView(RestView):
    """The settings of store views (storeStoreConfigManagerV1)."""

    @operation(right=STORES, returns=Many(CONFIG))
    def get(self, call: Call) -> list[Document]:
        """List the settings of the store views named in `storeCodes[]`, of all without any."""
        given = call.http.GET.lists()
        codes = [code for name, values in given for code in values if _CODES.match(name)]
        return config_list(
            [code for code in codes if "\0" not in code],
            address=call.http.build_absolute_uri("/"),
            locale=to_locale(settings.LANGUAGE_CODE),
            currency=Order._meta.get_field("base_currency_code").get_default(),
            timezone=general().timezone,
        )


routes = [
    Route("store/websites", WebsitesView),
    Route("store/storeViews", StoreViewsView),
    Route("store/storeGroups", StoreGroupsView),
    Route("store/storeConfigs", StoreConfigsView),
]
