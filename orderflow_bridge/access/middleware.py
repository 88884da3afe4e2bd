"""What every answer tells a browser about safety, who sees people's data, and who still owes a
second factor.
"""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django_otp import DEVICE_ID_SESSION_KEY

from orderflow_bridge.access.people import reads
from orderflow_bridge.access.second_factor import is_required_of
from orderflow_bridge.common.people import are_hidden, hiding, streamed

# The pages use none of a device's senses, and nothing that they might ever embed may.
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class PageSafetyMiddleware:
    """Denies pages the device's senses; keeps pages of a signed-in user out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        is_page = request.path.startswith(reverse("admin:index"))
        if is_page and "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response


class PeopleMiddleware:
    """Hides people's data from users of the admin who may not see them, also in what is streamed.

    REST says itself who is calling; for nobody else anything is hidden.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with hiding(hidden=False):
            if request.path.startswith(reverse("admin:index")) and request.user.is_authenticated:
                reads(request.user, is_safe=request.method in SAFE_METHODS)
            response = self.get_response(request)
            if are_hidden() and isinstance(response, StreamingHttpResponse):
                response.streaming_content = streamed(response.streaming_content, hidden=True)
        return response


class SecondFactorMiddleware:
    """Lets nobody into the admin who owes a code, or has to set up two-factor login first.

    Whoever switches it on elsewhere ends sessions in which no code was given.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._diverted(request) or self.get_response(request)

    def _diverted(self, request: HttpRequest) -> HttpResponse | None:
        if not request.path.startswith(reverse("admin:index")) or request.path in _open_paths():
            return None
        user = request.user
        if not isinstance(user, User) or DEVICE_ID_SESSION_KEY in request.session:
            return None
        if getattr(user, "has_authenticator", False):
            logout(request)
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        setup = reverse("two_factor_setup")
        if user.is_staff and request.path != setup and is_required_of(user):
            messages.warning(request, _("Set up two-factor login first: it is required of you."))
            return HttpResponseRedirect(setup)
        return None


def _open_paths() -> tuple[str, ...]:
    return (reverse("admin:login"), reverse("sign_in_code"), reverse("admin:logout"))
