"""One's own account: who one is, the password, two-factor login."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as note_device

from orderflow_bridge.access import second_factor
from orderflow_bridge.access.forms import CodeForm
from orderflow_bridge.access.models import Authenticator
from orderflow_bridge.console.pages import Card, time_cell

NOT_OFF = "Two-factor login is required of you and cannot be switched off."


def account_view(request: HttpRequest) -> HttpResponse:
    """Show who is signed in, and whether a second factor is asked for."""
    user = _user(request)
    roles = ", ".join(user.groups.values_list("name", flat=True))
    facts = [
        ("User Name", user.get_username()),
        ("Name", user.get_full_name()),
        ("E-mail", user.email),
        ("User Role", roles or ("All rights" if user.is_superuser else "None")),
        ("Last Sign-in", time_cell(user.last_login)),
    ]
    authenticator = second_factor.authenticator_of(user)
    context = {
        "content": {"cards": [Card("Account Information", facts)]},
        "authenticator": authenticator,
        "codes_left": authenticator.recovery_codes.count() if authenticator else 0,
        "is_required": second_factor.is_required_of(user),
    }
    return _page(request, "access/account.html", "Your account", context)


@sensitive_post_parameters()
def setup_view(request: HttpRequest) -> HttpResponse:
    """Show the picture for the app; switch on when the app's first code is right."""
    user = _user(request)
    if second_factor.authenticator_of(user):
        return HttpResponseRedirect(reverse("account"))
    authenticator = second_factor.authenticator_in_making(user)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        allowed, _ = authenticator.verify_is_allowed()
        codes = second_factor.confirm(authenticator, form.cleaned_data["code"])
        if codes:
            note_device(request, authenticator)
            messages.success(request, "Two-factor login is switched on.")
            return _show_codes(request, codes)
        form.refuse(is_too_early=not allowed)
    context = {
        "form": form,
        "picture": second_factor.picture(authenticator),
        "secret": _in_fours(authenticator.secret),
    }
    return _page(request, "access/setup.html", "Set up two-factor login", context)


@sensitive_post_parameters()
def codes_view(request: HttpRequest) -> HttpResponse:
    """Replace the recovery codes, against a current code."""
    form, authenticator = _asked(request)
    if isinstance(authenticator, Authenticator):
        return _show_codes(request, second_factor.new_recovery_codes(authenticator))
    context = {
        "form": form,
        "action": "Make new recovery codes",
        "note": "The codes that you have now will not be accepted any more.",
    }
    return _page(request, "access/ask_code.html", "New recovery codes", context)


@sensitive_post_parameters()
def off_view(request: HttpRequest) -> HttpResponse:
    """Switch two-factor login off, against a current code."""
    if second_factor.is_required_of(_user(request)):
        messages.error(request, NOT_OFF)
        return HttpResponseRedirect(reverse("account"))
    form, authenticator = _asked(request)
    if isinstance(authenticator, Authenticator):
        second_factor.switch_off(_user(request))
        messages.success(request, "Two-factor login is switched off.")
        return HttpResponseRedirect(reverse("account"))
    context = {
        "form": form,
        "action": "Switch off",
        "note": "Your password alone will let you, and whoever learns it, in.",
    }
    return _page(request, "access/ask_code.html", "Switch two-factor login off", context)


def _asked(request: HttpRequest) -> tuple[CodeForm, Authenticator | None]:
    """Return the form that asks for a code, and the authenticator once the code was right."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return form, None
    held = second_factor.authenticator_of(_user(request))
    allowed = held is not None and held.verify_is_allowed()[0]
    verified = (
        second_factor.check_code(request, _user(request), form.cleaned_data["code"])
        if allowed
        else None
    )
    if verified is None:
        form.refuse(is_too_early=not allowed)
    return form, verified


def _show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return _page(request, "access/codes.html", "Your recovery codes", {"codes": codes})


def _page(request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
    shared = {**admin.site.each_context(request), "title": title, "back": reverse("account")}
    return TemplateResponse(request, template, {**shared, **context})


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("The admin lets only users in.")
    return request.user


def _in_fours(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
