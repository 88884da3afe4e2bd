"""Which form the bridge has taken, so that the browser forgets what was typed into it (forms.js).

A form that is taken is answered with a redirect by its own page. Whoever has to sign in first comes
no further than the login, and a refused form is shown again: both keep what was typed.
"""

from collections.abc import Callable
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

COOKIE = "bridge_taken"
_SECONDS = 60


class TakenFormMiddleware:
    """Name a form that was taken in a cookie, which its page's script reads and removes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_taken = request.method == "POST" and isinstance(response, HttpResponseRedirect)
        if is_taken and request.user.is_authenticated and request.path.startswith(_admin()):
            response.set_cookie(
                COOKIE,
                quote(request.get_full_path(), safe=""),
                max_age=_SECONDS,
                samesite="Lax",
                secure=request.is_secure(),
            )
        return response


def _admin() -> str:
    return reverse("admin:index")
