"""The addresses under /rest: /rest/V1/…, /rest/<store>/V1/…, /rest/all/V1/…"""

from django.urls import re_path

from orderflow_bridge.restapi.documentation import ApiPageView, SchemaView
from orderflow_bridge.restapi.routes import ROUTES
from orderflow_bridge.restapi.routing import patterns_of
from orderflow_bridge.restapi.views import UnknownRouteView

urlpatterns = [
    re_path(r"^rest/schema/?$", SchemaView.as_view(), name="rest-schema"),
    re_path(r"^rest/schema/browse/?$", ApiPageView.as_view(), name="rest-browse"),
    *patterns_of(ROUTES),
    re_path(r"^(?:index\.php/)?rest(?:/[\s\S]*)?$", UnknownRouteView.as_view()),
]
