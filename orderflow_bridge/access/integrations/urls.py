"""The two addresses at which an integration's system gets its token: Magento's."""

from django.urls import re_path

from orderflow_bridge.access.integrations.handshake import access_token, request_token

urlpatterns = [
    re_path(r"^(?:index\.php/)?oauth/token/request/?$", request_token, name="oauth_request_token"),
    re_path(r"^(?:index\.php/)?oauth/token/access/?$", access_token, name="oauth_access_token"),
]
