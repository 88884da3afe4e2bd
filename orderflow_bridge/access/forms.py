"""The admin's sign-in page."""

from typing import ClassVar

from unfold.forms import AuthenticationForm

from orderflow_bridge.access.services import SIGN_IN_REFUSED


class SignInForm(AuthenticationForm):
    """Refuse in the words of SOAP and REST, which do not tell a lockout from a wrong password."""

    error_messages: ClassVar[dict[str, str]] = {
        **AuthenticationForm.error_messages,
        "invalid_login": SIGN_IN_REFUSED,
    }
