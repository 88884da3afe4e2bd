"""Reading store views and websites: their two repositories (docs/contract/soap.md)."""

from spyne import MethodContext

from orderflow_bridge.access.rights import STORES
from orderflow_bridge.documents.records import Document, Many
from orderflow_bridge.documents.stores import STORE, WEBSITE, store_list, website_list
from soapapi.calls import MagentoService, operation

STORE_SERVICE = "storeStoreRepositoryV1"
WEBSITE_SERVICE = "storeWebsiteRepositoryV1"


class StoreService(MagentoService):
    """Lists the store views."""

    __service_name__ = f"{STORE_SERVICE}Service"
    __port_types__ = (f"{STORE_SERVICE}PortType",)

    @operation(STORE_SERVICE, right=STORES, returns=Many(STORE))
    def storeStoreRepositoryV1GetList(ctx: MethodContext) -> list[Document]:
        return store_list()


class WebsiteService(MagentoService):
    """Lists the websites."""

    __service_name__ = f"{WEBSITE_SERVICE}Service"
    __port_types__ = (f"{WEBSITE_SERVICE}PortType",)

    @operation(WEBSITE_SERVICE, right=STORES, returns=Many(WEBSITE))
    def storeWebsiteRepositoryV1GetList(ctx: MethodContext) -> list[Document]:
        return website_list()
