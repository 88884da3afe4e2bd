"""The form of one section in one scope: for each setting a value, or the tick "inherit"."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from orderflow_bridge.configuration.kinds import (
    Certificates,
    Count,
    DateTime,
    ListOf,
    OneOf,
    Secret,
    SettingKind,
    StoreView,
    TimeZone,
    YesNo,
)
from orderflow_bridge.configuration.selectors import Choice
from orderflow_bridge.configuration.status_kind import Statuses
from orderflow_bridge.console.form_versions import Difference, OpenedForm, shown
from orderflow_bridge.stores.models import Store

INHERIT = "inherit-"


class SettingField(forms.Field):
    """A form field that leaves the judging to its kind, and to the form whether it matters."""

    def __init__(self, choice: Choice) -> None:
        kind = choice.setting.kind
        super().__init__(
            label=choice.setting.label,
            help_text=choice.setting.help_text,
            initial=_input(kind, choice.value),
            widget=_widget(choice),
            required=False,
        )


class SectionForm(OpenedForm):
    """A section's settings in a scope. `values` is what to write once the form is valid."""

    def __init__(
        self,
        choices: Sequence[Choice],
        tick_label: str,
        data: QueryDict | None = None,
    ) -> None:
        self.choices = choices
        super().__init__(data=self._with_inherited(data), auto_id="id_%s")
        for choice in choices:
            name = choice.setting.name
            self.fields[name] = SettingField(choice)
            self.fields[INHERIT + name] = forms.BooleanField(
                label=tick_label,
                initial=choice.own is None,
                required=False,
                widget=UnfoldBooleanWidget({"data-inherits": f"{name}-value"}),
            )

    def clean(self) -> dict[str, Any]:
        """Let each kind read and judge its value, unless the scope is to inherit it."""
        self.values: dict[str, Any] = {}
        for choice in self.choices:
            name, kind = choice.setting.name, choice.setting.kind
            if self.cleaned_data[INHERIT + name]:
                self.values[name] = None
                continue
            given = self.cleaned_data[name]
            text = ",".join(given) if isinstance(given, list) else given or ""
            if isinstance(kind, Secret) and not text and choice.own is not None:
                continue  # write-only: left blank, it stays
            try:
                self.values[name] = kind.parse(text)
            except ValidationError as error:
                self.add_error(name, error)
        return self.cleaned_data

    def stands(self) -> Mapping[str, Any]:
        """Return what the scope has of its own."""
        return {
            choice.setting.name: ("inherited",) if choice.own is None else ("own", choice.own)
            for choice in self.choices
        }

    def difference(self, name: str) -> Difference:
        """Say what was typed for a setting, and what there is now, or that it is inherited."""
        choice = next(each for each in self.choices if each.setting.name == name)
        kind, tick = choice.setting.kind, self.fields[INHERIT + name].label
        is_ticked = self[INHERIT + name].value()
        yours = f"({tick})" if is_ticked else shown(self.fields[name], self[name].value())
        now = f"({tick})" if choice.own is None else kind.display(choice.own)
        if isinstance(kind, Secret):
            yours = yours or _("(left as it is)")
        return Difference(choice.setting.label, yours, now)

    def is_typed(self, choice: Choice) -> bool:
        """Tell whether a value of a valid form was typed, not inherited and not left blank."""
        name = choice.setting.name
        return bool(self.cleaned_data[name]) and not self.cleaned_data[INHERIT + name]

    def effective_values(self) -> dict[str, Any]:
        """Return the values that the scope would end up with if the (valid) form were saved."""
        effective = {}
        for choice in self.choices:
            given = self.values.get(choice.setting.name, choice.own)
            effective[choice.setting.name] = choice.inherited if given is None else given
        return effective

    def _with_inherited(self, data: QueryDict | None) -> QueryDict | None:
        """Show the inherited value again behind a tick: a browser does not send disabled inputs."""
        if data is None:
            return None
        filled = data.copy()
        for choice in self.choices:
            if INHERIT + choice.setting.name in data:
                value = _input(choice.setting.kind, choice.value)
                filled.setlist(
                    choice.setting.name, value if isinstance(value, list) else [str(value)]
                )
        return filled


def _input(kind: SettingKind, value: Any) -> str | list[str]:
    """Write a value as its widget wants it."""
    if isinstance(kind, Secret):
        return ""
    if isinstance(kind, DateTime) and value is not None:
        return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M:%S")
    if isinstance(kind, Statuses) or (isinstance(kind, ListOf) and kind.choices):
        return list(value)
    return kind.text(value)


def _widget(choice: Choice) -> forms.Widget:
    kind = choice.setting.kind
    if isinstance(kind, Statuses):
        return _boxes(kind.options(choice.value))
    for each, make in _WIDGETS.items():
        if isinstance(kind, each):
            return make(kind)
    return _line()


def _line(attributes: dict[str, str] | None = None) -> forms.Widget:
    widget: forms.Widget = UnfoldAdminTextInputWidget(attributes)
    return widget


def _boxes(options: Sequence[tuple[Any, str]]) -> forms.Widget:
    widget: forms.Widget = UnfoldAdminCheckboxSelectMultipleWidget(choices=options)
    return widget


def _select(options: Sequence[tuple[Any, str]]) -> forms.Widget:
    widget: forms.Widget = UnfoldAdminSelectWidget(choices=options)
    return widget


def _list_widget(kind: SettingKind) -> forms.Widget:
    return _boxes(kind.choices) if kind.choices else _line()


def _store_views() -> list[tuple[str, str]]:
    stores = Store.objects.select_related("website").order_by("website__sort_order", "sort_order")
    named = [(str(store.pk), f"{store.website} / {store} ({store.pk})") for store in stores]
    return [("", _("-- Please Select --")), *named]


_WIDGETS: Mapping[type[SettingKind], Callable[[SettingKind], forms.Widget]] = {
    YesNo: lambda kind: _select([("1", _("Yes")), ("0", _("No"))]),
    OneOf: lambda kind: _select(kind.choices),
    StoreView: lambda kind: _select(_store_views()),
    TimeZone: lambda kind: _select([(name, name) for name in sorted(available_timezones())]),
    ListOf: _list_widget,
    Secret: lambda kind: UnfoldAdminPasswordWidget({"autocomplete": "new-password"}),
    Certificates: lambda kind: UnfoldAdminTextareaWidget({"rows": 4, "spellcheck": "false"}),
    Count: lambda kind: _line({"inputmode": "numeric"}),
    DateTime: lambda kind: _line({"type": "datetime-local", "step": "1"}),
}
