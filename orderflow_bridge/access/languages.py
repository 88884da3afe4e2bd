"""The language of the admin's pages: the user's choice, or the one that the browser asks for.

A choice is kept with the user and read at sign-in, into the session: no page asks the database for
it. Machines and jobs are always answered in English (docs/decisions/languages.md).
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import translation

from orderflow_bridge.access.models import ChosenLanguage
from orderflow_bridge.common.streaming import made_within

_KEPT = "bridge_language"


class LanguageMiddleware:
    """Speaks the reader's language on the admin's pages, and in what is streamed from them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(reverse("admin:index")):
            return self.get_response(request)
        language = language_of(request)
        with translation.override(language):
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse) and language != settings.LANGUAGE_CODE:
            response.streaming_content = made_within(
                response.streaming_content, partial(translation.override, language)
            )
        return response


def language_of(request: HttpRequest) -> str:
    """Return the language that a page is written in."""
    return chosen(request) or translation.get_language_from_request(request)


def chosen(request: HttpRequest) -> str:
    """Return the language that the user has chosen, "" where it is left to the browser."""
    kept = request.session.get(_KEPT, "")
    return kept if kept in dict(settings.LANGUAGES) else ""


def choose(request: HttpRequest, user: User, language: str) -> None:
    """Keep a choice, from the next page on; "" leaves it to the browser."""
    if language:
        ChosenLanguage.objects.update_or_create(user=user, defaults={"language": language})
    else:
        ChosenLanguage.objects.filter(user=user).delete()
    request.session[_KEPT] = language


@receiver(user_logged_in, dispatch_uid="bridge_language")
def _remember(request: HttpRequest, user: User, **kwargs: Any) -> None:
    kept = ChosenLanguage.objects.filter(user_id=user.pk).values_list("language", flat=True).first()
    if kept:
        request.session[_KEPT] = kept
