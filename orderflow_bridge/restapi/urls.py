"""The addresses under /rest: /rest/V1/…, /rest/<store>/V1/…, /rest/all/V1/…

The description of the API is for programs at /rest/schema, for people at /rest/schema/browse.
"""

from typing import Any, cast

from django.urls import re_path
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from orderflow_bridge.restapi.errors import unknown_route
from orderflow_bridge.restapi.routes import ROUTES, patterns_of
from orderflow_bridge.restapi.views import RestView


class ByFormat(DefaultContentNegotiation):
    """`?format=yaml` counts more than the Accept header."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer and its media type."""
        for renderer in renderers:
            if renderer.format == request.GET.get("format"):
                return renderer, renderer.media_type
        chosen = super().select_renderer(request, renderers, format_suffix)
        return cast("tuple[BaseRenderer, str]", chosen)


class PlainJson(OpenApiJsonRenderer):
    """The description as application/json."""

    media_type = JSONRenderer.media_type


class SchemaView(SpectacularAPIView):
    """OpenAPI, as JSON unless YAML is asked for."""

    authentication_classes = ()
    permission_classes = ()
    content_negotiation_class = ByFormat
    renderer_classes = [PlainJson, OpenApiYamlRenderer, OpenApiJsonRenderer]


class ApiPageView(SpectacularSwaggerSplitView):
    """The page where people read the description and try the routes."""

    authentication_classes = ()
    permission_classes = ()
    url_name = "rest-schema"
    template_name = "restapi/browse.html"
    title = "OrderFlow Bridge REST"


class UnknownRouteView(RestView):
    """Every other address under /rest."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse, whatever the method."""
        raise unknown_route()


urlpatterns = [
    re_path(r"^rest/schema/?$", SchemaView.as_view(), name="rest-schema"),
    re_path(r"^rest/schema/browse/?$", ApiPageView.as_view(), name="rest-browse"),
    *patterns_of(ROUTES),
    re_path(r"^(?:index\.php/)?rest(?:/[\s\S]*)?$", UnknownRouteView.as_view()),
]
