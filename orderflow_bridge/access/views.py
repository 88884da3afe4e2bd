"""Signing in to the admin, by a password and a code of whoever has two-factor login; and one's own
account: who one is, the recovery codes, two-factor login on and off.
"""

import time
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.contrib import admin, messages
from django.contrib.auth import REDIRECT_FIELD_NAME, load_backend, login
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as note_device

from orderflow_bridge.access import second_factor
from orderflow_bridge.access.forms import CodeForm, LanguageForm
from orderflow_bridge.access.languages import choose, chosen, language_of
from orderflow_bridge.access.models import Authenticator
from orderflow_bridge.access.second_factor import authenticator_of, check_code
from orderflow_bridge.access.services import SIGN_IN_REFUSED
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.pages import Card, time_cell

# A right password waits so long for its code.
PATIENCE_SECONDS = 300
TOO_LATE = gettext_noop("Please log in again: the code has to follow within five minutes.")
_HALFWAY = "bridge_password_given"
NOT_OFF = gettext_lazy("Two-factor login is required of you and cannot be switched off.")


class PasswordView(LoginView):
    """The first step. Who has no authenticator is in afterwards."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Log in, or ask for the code."""
        user = form.get_user()
        if not getattr(user, "has_authenticator", False):
            return super().form_valid(form)
        self.request.session.cycle_key()
        self.request.session[_HALFWAY] = [user.pk, user.backend, time.time()]
        query = urlencode({REDIRECT_FIELD_NAME: self.get_success_url()})
        return HttpResponseRedirect(f"{reverse('sign_in_code')}?{query}")


@never_cache
@sensitive_post_parameters()
def password_view(request: HttpRequest) -> HttpResponseBase:
    """Show or take the sign-in form, as Django's AdminSite.login does."""
    if request.method == "GET" and admin.site.has_permission(request):
        return HttpResponseRedirect(reverse("admin:index"))
    context = {
        **admin.site.each_context(request),
        "title": _("Log in"),
        "subtitle": None,
        "app_path": request.get_full_path(),
        "username": request.user.get_username(),
    }
    if REDIRECT_FIELD_NAME not in request.GET and REDIRECT_FIELD_NAME not in request.POST:
        context[REDIRECT_FIELD_NAME] = reverse("admin:index")
    view = PasswordView.as_view(
        extra_context=context,
        authentication_form=admin.site.login_form,
        template_name="admin/login.html",
    )
    return view(request)


@never_cache
@sensitive_post_parameters()
@csrf_protect
def code_view(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the authenticator app, or for a recovery code."""
    user = _halfway(request)
    if user is None:
        request.session.pop(_HALFWAY, None)
        messages.warning(request, _(TOO_LATE))
        return HttpResponseRedirect(reverse("admin:login"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _is_let_in(request, user, form):
        return HttpResponseRedirect(_goal(request))
    context = {
        **admin.site.each_context(request),
        "title": _("Two-factor login"),
        "form": form,
        "app_path": request.get_full_path(),
        "login_url": reverse("admin:login"),
    }
    return TemplateResponse(request, "access/code.html", context)


def account_view(request: HttpRequest) -> HttpResponse:
    """Show who is signed in, the language, and whether a second factor is asked for.

    A language that is posted is taken.
    """
    user = _user(request)
    form = LanguageForm(request.POST or None, initial={"language": chosen(request)})
    if request.method == "POST" and form.is_valid():
        choose(request, user, form.cleaned_data["language"])
        with translation.override(language_of(request)):
            messages.success(request, _("Your pages are written in this language from now on."))
        return HttpResponseRedirect(reverse("account"))
    roles = ", ".join(user.groups.values_list("name", flat=True))
    facts = [
        (_("User Name"), user.get_username()),
        (_("Name"), user.get_full_name()),
        (_("E-mail"), user.email),
        (_("User Role"), roles or (_("All rights") if user.is_superuser else _("None"))),
        (_("Last Sign-in"), time_cell(user.last_login)),
    ]
    authenticator = second_factor.authenticator_of(user)
    context = {
        "content": {"cards": [Card(_("Account Information"), facts)]},
        "form": form,
        "authenticator": authenticator,
        "codes_left": authenticator.recovery_codes.count() if authenticator else 0,
        "is_required": second_factor.is_required_of(user),
    }
    return _page(request, "access/account.html", _("Your account"), context)


@sensitive_post_parameters()
def setup_view(request: HttpRequest) -> HttpResponse:
    """Show the picture for the app; switch on when the app's first code is right."""
    user = _user(request)
    if second_factor.authenticator_of(user):
        return HttpResponseRedirect(reverse("account"))
    authenticator = second_factor.authenticator_in_making(user)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        allowed = authenticator.verify_is_allowed()[0]
        codes = second_factor.confirm(authenticator, form.cleaned_data["code"])
        if codes:
            note_device(request, authenticator)
            messages.success(request, _("Two-factor login is switched on."))
            return _show_codes(request, codes)
        form.refuse(is_too_early=not allowed)
    context = {
        "form": form,
        "picture": second_factor.picture(authenticator),
        "secret": _in_fours(authenticator.secret),
    }
    return _page(request, "access/setup.html", _("Set up two-factor login"), context)


@sensitive_post_parameters()
def codes_view(request: HttpRequest) -> HttpResponse:
    """Replace the recovery codes, against a current code."""
    form, authenticator = _asked(request)
    if isinstance(authenticator, Authenticator):
        return _show_codes(request, second_factor.new_recovery_codes(authenticator))
    context = {
        "form": form,
        "action": _("Make new recovery codes"),
        "note": _("The codes that you have now will not be accepted any more."),
    }
    return _page(request, "access/ask_code.html", _("New recovery codes"), context)


@sensitive_post_parameters()
def off_view(request: HttpRequest) -> HttpResponse:
    """Switch two-factor login off, against a current code."""
    if second_factor.is_required_of(_user(request)):
        messages.error(request, NOT_OFF)
        return HttpResponseRedirect(reverse("account"))
    form, authenticator = _asked(request)
    if isinstance(authenticator, Authenticator):
        second_factor.switch_off(_user(request))
        messages.success(request, _("Two-factor login is switched off."))
        return HttpResponseRedirect(reverse("account"))
    context = {
        "form": form,
        "action": _("Switch off"),
        "note": _("Your password alone will let you, and whoever learns it, in."),
    }
    return _page(request, "access/ask_code.html", _("Switch two-factor login off"), context)


def _halfway(request: HttpRequest) -> User | None:
    """Return whose right password was given in this session a short while ago."""
    kept = request.session.get(_HALFWAY)
    if not kept or time.time() - kept[2] > PATIENCE_SECONDS:
        return None
    user = load_backend(kept[1]).get_user(kept[0])
    if not isinstance(user, User) or authenticator_of(user) is None:
        return None
    user.backend = kept[1]  # as authenticate() does
    return user


def _is_let_in(request: HttpRequest, user: User, form: CodeForm) -> bool:
    """Judge the code; log in, or say in the form why not."""
    authenticator = authenticator_of(user)
    credentials = {"username": user.get_username()}
    if authenticator is None or not AxesProxyHandler.is_allowed(request, credentials):
        form.add_error(None, SIGN_IN_REFUSED)
        return False
    allowed = authenticator.verify_is_allowed()[0]
    verified = check_code(request, user, form.cleaned_data["code"]) if allowed else None
    if verified is None:
        form.refuse(is_too_early=not allowed)
        return False
    request.session.pop(_HALFWAY, None)
    login(request, user)
    note_device(request, verified)
    return True


def _goal(request: HttpRequest) -> str:
    """Return where the user wanted to go, within this site."""
    view = LoginView()
    view.setup(request)
    return view.get_success_url()


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
    return _page(request, "access/codes.html", _("Your recovery codes"), {"codes": codes})


def _page(request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
    shared = {**admin.site.each_context(request), "title": title, "back": reverse("account")}
    return TemplateResponse(request, template, {**shared, **context})


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("The admin lets only users in.")
    return request.user


def _in_fours(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
