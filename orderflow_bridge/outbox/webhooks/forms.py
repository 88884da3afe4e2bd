"""The form of a receiver: what it hears, where it listens; and the time of a replay."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.stored_secrets import Unreadable
from orderflow_bridge.console.secret_widget import StoredSecretWidget
from orderflow_bridge.outbox.webhooks.filters import Filter, offered, patterns_of, sources_of
from orderflow_bridge.outbox.webhooks.models import TOLD, WebhookReceiver
from orderflow_bridge.stores.models import Store, Website
from orderflow_bridge.stores.order_statuses import labels

SHORTEST_SECRET = 16
EVENTS: list[tuple[str, str]] = [(kind.value, kind.label) for kind in TOLD]
_LISTS = ("order_statuses", "store_views", "problem_kinds")


class ReceiverForm(forms.ModelForm):  # type: ignore[type-arg]
    """A receiver. An empty secret leaves the stored one as it is."""

    secret = forms.CharField(
        required=False,
        max_length=500,
        widget=StoredSecretWidget,
        help_text=gettext_lazy(
            "What the receiver checks signatures with: a long random text, or whsec_ and base64."
            " Empty: stays as it is. After a change the former one signs too for 24 hours."
        ),
    )
    websites = forms.ModelMultipleChoiceField(
        Website.objects.order_by("sort_order", "id"),
        label=gettext_lazy("Websites"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("Where “Every website” is not ticked."),
    )
    events = forms.MultipleChoiceField(
        choices=EVENTS, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    sku_patterns = forms.CharField(
        label="SKUs",
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Of stock and products: one pattern a line, * for any characters (24-MB*, *-XL)."
            " Empty: every SKU."
        ),
    )
    source_codes = forms.CharField(
        label=gettext_lazy("Sources"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy(
            "Of stock and shipments: codes, with commas between them. Empty: every source."
        ),
    )
    order_statuses = forms.MultipleChoiceField(
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy(
            "Of orders and shipments: the order's status then. None ticked: every status."
        ),
    )
    store_views = forms.MultipleChoiceField(
        label=gettext_lazy("Store views"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("Of orders and shipments. None ticked: every store view."),
    )
    problem_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Problem kinds"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("Of problems. None ticked: every kind."),
    )
    least_severity = forms.ChoiceField(
        label=gettext_lazy("Severity from"), required=False, widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = WebhookReceiver
        fields = (
            "name", "url", "secret", "is_active", "for_all_websites", "websites", "events",
            "max_attempts", "timeout", "parallel_calls",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.pop("secret", None)
        StoredSecretWidget.tell(self, "secret", self.instance.secret)
        stored = Filter.of(self.instance.filter)
        choices = {
            "order_statuses": list(labels().items()),
            "store_views": list(Store.objects.order_by("pk").values_list("code", "name")),
            "problem_kinds": offered("problem_kinds"),
            "least_severity": [("0", _("Any")), *offered("least_severity")],
        }
        for name, found in choices.items():
            if name in self.fields:
                chosen = getattr(stored, name)
                field: Any = self.fields[name]
                field.choices = _with_gone(found, chosen if name in _LISTS else ())
        self.initial = {
            **self.initial,
            "sku_patterns": "\n".join(stored.sku_patterns),
            "source_codes": ", ".join(stored.source_codes),
            "least_severity": str(stored.least_severity),
            **{name: list(getattr(stored, name)) for name in _LISTS},
        }

    def clean_secret(self) -> str | None:
        """Return the new secret, or the stored one; refuse one that anybody could guess."""
        secret: str = self.cleaned_data["secret"]
        if not secret:
            stored: str | None = self.instance.secret
            return stored
        if len(secret) < SHORTEST_SECRET:
            raise ValidationError(
                _(
                    "Enter at least %(count)s characters, or leave it empty and rotate the secret"
                    " afterwards: that makes one."
                )
                % {"count": SHORTEST_SECRET}
            )
        return secret

    def clean_sku_patterns(self) -> tuple[str, ...]:
        """Return the patterns."""
        return patterns_of(self.cleaned_data["sku_patterns"])

    def clean_source_codes(self) -> tuple[str, ...]:
        """Return the codes."""
        return sources_of(self.cleaned_data["source_codes"])

    def clean(self) -> dict[str, Any]:
        """Refuse a receiver that cannot be told anything, with what to do."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if "for_all_websites" in values and not (
            values["for_all_websites"] or values.get("websites")
        ):
            self.add_error("websites", _("Tick a website, or “Every website”."))
        if values.get("is_active") and not self.has_secret:
            self.add_error("secret", _("Enter a secret: without one nothing is posted."))
        return values

    @property
    def has_secret(self) -> bool:
        """Whether there is a secret to sign with; one that cannot be read may come back."""
        secret = self.cleaned_data.get("secret")
        return bool(secret) or isinstance(secret, Unreadable)

    def save(self, commit: bool = True) -> Any:
        """Save, with the filter that the form's fields make."""
        self.instance.filter = Filter(
            sku_patterns=self.cleaned_data["sku_patterns"],
            source_codes=self.cleaned_data["source_codes"],
            least_severity=int(self.cleaned_data["least_severity"] or 0),
            **{name: tuple(self.cleaned_data[name]) for name in _LISTS},
        ).as_json()
        return super().save(commit)


class PauseForm(forms.Form):
    """Why nothing is posted for now."""

    why = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("Whoever wonders why nothing arrives reads it."),
        widget=UnfoldAdminTextInputWidget,
    )

    @property
    def pairs(self) -> list[tuple[None, BoundField]]:
        """Return the fields as the page shows them: none has a tick."""
        return [(None, self["why"])]


class ReplayForm(forms.Form):
    """Which events are posted again: of a time, of some kinds. Times are the shop's."""

    shown: ClassVar[tuple[str, ...]] = ("since", "until", "kinds")

    since = forms.DateTimeField(
        label=gettext_lazy("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    until = forms.DateTimeField(
        label=gettext_lazy("To"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Events"), choices=EVENTS, widget=forms.CheckboxSelectMultiple
    )

    @property
    def pairs(self) -> list[tuple[None, BoundField]]:
        """Return the fields as the page shows them: none has a tick."""
        return [(None, self[name]) for name in self.shown]

    def clean(self) -> dict[str, Any]:
        """Refuse a time that ends before it begins."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        since: datetime | None = values.get("since")
        until: datetime | None = values.get("until")
        if since and until and until < since:
            self.add_error("until", _("The time ends before it begins: enter a later one."))
        return values


def _with_gone(
    choices: Collection[tuple[str, str]], chosen: Collection[str]
) -> list[tuple[str, str]]:
    """Return choices, with what was chosen once and is there no more: it must not get lost."""
    known = dict(choices)
    text = _("%(name)s (no longer there)")
    gone = [(each, text % {"name": each}) for each in chosen if each not in known]
    return [*choices, *gone]
