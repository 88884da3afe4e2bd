"""The routes under /rest: /rest/V1/…, /rest/<store>/V1/…, /rest/all/V1/… (wire.md §6).

A trailing slash is welcome but not needed, and `index.php/` may come first, as in Magento.
"""

from django.urls import include, re_path

from orderflow_bridge.restapi.orderflow import (
    InventoryView,
    OrderExportView,
    ProductExportView,
    ShipmentView,
)
from orderflow_bridge.restapi.tokens import AdminTokenView
from orderflow_bridge.restapi.views import UnknownRouteView

routes = [
    re_path(r"^integration/admin/token/?$", AdminTokenView.as_view()),
    re_path(r"^orderflow/inventory/?$", InventoryView.as_view()),
    re_path(r"^orderflow/shipment/?$", ShipmentView.as_view()),
    re_path(r"^orderflow/export/product/?$", ProductExportView.as_view()),
    re_path(r"^orderflow/export/order/?$", OrderExportView.as_view()),
]

urlpatterns = [
    re_path(r"^(?:index\.php/)?rest/(?:(?P<store>\w+)/)?V1/", include(routes)),
    re_path(r"^(?:index\.php/)?rest(?:/.*)?$", UnknownRouteView.as_view()),
]
