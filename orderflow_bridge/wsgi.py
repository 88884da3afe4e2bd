"""The WSGI entry point."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from django.utils.module_loading import import_string

from orderflow_bridge.http.proxies import with_client_address

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderflow_bridge.settings")

django_application = get_wsgi_application()
# Rooms above are named as text only, as in urls.py.
with_soap_endpoint = import_string("soapapi.endpoint.with_soap_endpoint")
application = with_client_address(
    with_soap_endpoint(django_application), proxies=settings.BRIDGE_PROXIES
)

# Load every endpoint before the first call, then take all of it out of the garbage collector's
# rounds: it never becomes garbage, and a round over it costs a request 20 ms
# (docs/decisions/spyne.md).
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
