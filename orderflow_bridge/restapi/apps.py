"""Django's name for this room, and what the description of its API says of itself."""

from typing import Any

from django.apps import AppConfig


class RestApiConfig(AppConfig):
    name = "orderflow_bridge.restapi"
    verbose_name = "REST"
    default_auto_field = "django.db.models.BigAutoField"


# For Django REST framework.
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "orderflow_bridge.restapi.errors.exception_handler",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
# For drf-spectacular.
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "OrderFlow Bridge REST",
    "DESCRIPTION": (
        "The Magento-compatible API of the shop that OrderFlow sees. Every route also answers under"
        " `/rest/all/V1` and under `/rest/…/V1` with the code of a store view; in XML if the Accept"
        " header says application/xml. With `?fields=items[sku,name],total_count` it answers with"
        " these fields alone."
    ),
    "VERSION": "1",
    "DEFAULT_GENERATOR_CLASS": "orderflow_bridge.restapi.openapi.BridgeSchemaGenerator",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PUBLIC": True,
    "SERVE_INCLUDE_SCHEMA": False,
}
