"""The forms of signing in."""

from typing import Any, ClassVar

from django import forms
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from orderflow_bridge.access.rights import opens_admin
from orderflow_bridge.access.services import SIGN_IN_REFUSED

WRONG_CODE = (
    "This code is wrong, or was used before. Wait for the next one, or use a recovery code."
)
TOO_EARLY = "Too many wrong codes. Wait a moment before you try again."


class SignInForm(AuthenticationForm):
    """Refuse in the words of SOAP and REST, which do not tell a lockout from a wrong password."""

    error_messages: ClassVar[dict[str, str]] = {
        **AuthenticationForm.error_messages,
        "invalid_login": SIGN_IN_REFUSED,
    }

    def confirm_login_allowed(self, user: Any) -> None:
        """Let in whoever has a right of the admin, and say of nobody else that he exists."""
        user.is_staff = opens_admin(user)
        super().confirm_login_allowed(user)


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="The six digits that your authenticator app shows, or a recovery code.",
        widget=UnfoldAdminTextInputWidget(
            {"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
    )

    def refuse(self, *, is_too_early: bool = False) -> None:
        """Say that the code does not count."""
        self.add_error("code", TOO_EARLY if is_too_early else WRONG_CODE)
