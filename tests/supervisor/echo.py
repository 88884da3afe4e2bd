"""A WSGI application for tests: it answers with what Django makes of the request."""

import time

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

from orderflow_bridge.http.proxies import with_client_address

settings.configure(DATA_UPLOAD_MAX_MEMORY_SIZE=None, ALLOWED_HOSTS=["*"])
django.setup(set_prefix=False)


def echo(environ, start_response):
    """Answer with Content-Length, address and the first bytes of the body.

    At /long with 20 MB, at /held after five seconds, at /where with its own address, at /healthz
    as ever.
    """
    if environ["PATH_INFO"] == "/held":
        time.sleep(5)
    if environ["PATH_INFO"] == "/long":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return (b"long " * 40_000 for _ in range(100))
    request = WSGIRequest(environ)
    if environ["PATH_INFO"] == "/where":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [request.build_absolute_uri().encode()]
    length = request.META.get("CONTENT_LENGTH", "")
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{length} {request.META['REMOTE_ADDR']} ".encode() + request.body[:40]]


application = with_client_address(echo, proxies=1)
