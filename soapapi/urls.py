"""The SOAP addresses: with and without `index.php` and trailing slash (docs/contract/soap.md)."""

from django.urls import re_path

from soapapi.endpoint import legacy, soap

urlpatterns = [
    re_path(r"^(?:index\.php/)?soap(?:/(?P<store>[\w-]+))?/?$", soap),
    re_path(r"^(?:index\.php/)?api/v2_soap(?:/index)?/?$", legacy),
]
