"""The description of the API for programs (/rest/schema) and for people (/rest/schema/browse)."""

from typing import Any

from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request


class ByFormat(DefaultContentNegotiation):
    """`?format=yaml` counts more than the Accept header."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer and its media type."""
        for renderer in renderers:
            if renderer.format == request.GET.get("format"):
                return renderer, renderer.media_type
        return super().select_renderer(request, renderers, format_suffix)


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
