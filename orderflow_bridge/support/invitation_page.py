"""The page that an invitation leads to, and the action that sends one."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from unfold.widgets import UnfoldAdminPasswordWidget

from orderflow_bridge.access.role_rights import is_within
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.page_parts import PageParts
from orderflow_bridge.outbox.mail.services import is_address
from orderflow_bridge.support.invitations import GOOD_FOR, accept, invite, invited

GONE = gettext_lazy(
    "This link is no longer good: it was used, or is too old. Ask for a new invitation."
)


class InvitationForm(SetPasswordForm):  # type: ignore[type-arg]
    """The new password, twice, in the admin's looks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = UnfoldAdminPasswordWidget({"autocomplete": "new-password"})


@never_cache
@sensitive_post_parameters()
@csrf_protect
def invitation_view(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the password (GET), or set it (POST), once."""
    invitation = invited(token)
    form = None
    if invitation is not None:
        form = InvitationForm(invitation.user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            if accept(invitation, form.cleaned_data["new_password1"]):
                messages.success(request, _("The password is set. Log in with it."))
                return HttpResponseRedirect(reverse("admin:login"))
            form = None
    context = {
        **admin.site.each_context(request),
        "title": _("Invitation"),
        "form": form,
        "invited": invitation and invitation.user,
        "gone": GONE,
        "app_path": request.path,
        "login_url": reverse("admin:login"),
    }
    status = 200 if form else 410
    return TemplateResponse(request, "access/invitation.html", context, status=status)


def question(request: HttpRequest, user: User) -> str:
    """Ask whether a user is to be invited."""
    text = _(
        "Send this user an e-mail with a link to set the password? The link is good once, for"
        " %(days)s days; earlier ones are good no more."
    )
    return text % {"days": GOOD_FOR.days}


def send_invitation(request: HttpRequest, user: User) -> None:
    """Invite a user, unless the user has rights that the doer lacks, or no address."""
    if not is_within(user, request.user):
        messages.error(request, _("This user has more rights than you."))
    elif not is_address(user.email):
        text = _("%(user)s has no e-mail address. Enter one, then invite.")
        messages.error(request, text % {"user": user})
    else:
        try:
            invite(request, user)
        except OSError as error:
            text = _("The mail server does not take it: %(error)s")
            messages.error(request, text % {"error": error})
        else:
            text = _("The invitation is sent to %(address)s.")
            messages.success(request, text % {"address": user.email})


INVITATION_PARTS = PageParts(
    record_actions=(
        RecordAction(
            "invite",
            gettext_lazy("Send Invitation"),
            question,
            send_invitation,
            lambda user: user.is_active,
            "forward_to_inbox",
            right="auth.change_user",
        ),
    )
)
