"""The field of a secret that is stored: it looks stored, and opens for a new one."""

from typing import Any

from django.forms import Form, ModelForm
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminPasswordWidget


class StoredSecretWidget(UnfoldAdminPasswordWidget):
    """A password field; its form says by `is_stored` that there is a secret already."""

    template_name = "bridge/secret_field.html"
    is_stored = False

    def __init__(self) -> None:
        super().__init__({"autocomplete": "new-password"})

    @classmethod
    def tell(cls, form: "Form | ModelForm[Any]", name: str, secret: str | None) -> None:
        """Let a form's field say whether there is a secret; who only looks has no field."""
        widget = form.fields[name].widget if name in form.fields else None
        if isinstance(widget, cls):
            widget.is_stored = secret is not None

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add what is said of the stored one."""
        return {
            **super().get_context(name, value, attrs),
            "stored": _("set") if self.is_stored else "",
        }
