"""Serving pictures to everybody, as Magento does, from wherever they are kept.

A bucket's go through here, too, rather than by a redirection to it: the bucket stays private, and
an address that OrderFlow has kept goes on being right (docs/decisions/object-storage.md).
"""

from mimetypes import guess_type

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import http_date
from django.views.static import was_modified_since

from orderflow_bridge.catalog.picture_files import place_of

_KEPT_BY_BROWSERS = "public, max-age=3600"
_NONE = "There is no such picture."
_LATER = "The picture cannot be had at the moment."


def serve_picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """Return a picture by its path below the catalogue's folder. Raises Http404."""
    name = place_of(path)
    if not name:
        raise Http404(_NONE)
    try:
        changed = default_storage.get_modified_time(name).timestamp()
        if not was_modified_since(request.headers.get("If-Modified-Since"), changed):
            return HttpResponseNotModified()
        file = default_storage.open(name)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise Http404(_NONE) from error
    except OSError:
        return HttpResponse(_LATER, status=503, content_type="text/plain")
    answer = FileResponse(file, content_type=guess_type(path)[0] or "application/octet-stream")
    answer["Last-Modified"] = http_date(changed)
    answer["Cache-Control"] = _KEPT_BY_BROWSERS
    return answer
