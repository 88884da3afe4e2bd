"""Nobody's form overwrites what somebody else has changed since it was opened (docs/records.md).

A form carries what it showed: a digest per field. When it is saved, the fields are compared with
what there is then, under the row's lock. Only fields of the form count, and of the rows below it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model
from django.forms.models import ModelChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from orderflow_bridge.common.formats import datetime_text
from orderflow_bridge.common.translation import gettext_lazy

READ = "_read"
_SALT = "orderflow_bridge.console.form_versions"
_HIDDEN = "••••••••"
REFUSED = gettext_lazy(
    "Nothing was saved: somebody else has changed this since you opened it. What you typed is"
    " still in the form."
)
REFUSED_BUTTON = gettext_lazy(
    "Nothing was changed: somebody else has changed this since you opened the page. Look at what"
    " there is now, and click again if you still want it."
)


@dataclass(frozen=True)
class Difference:
    """A field that somebody else has changed: what was typed here, and what is there now."""

    label: str
    yours: str
    now: str


@dataclass
class FormVersion:
    """What a form shows: the value of each field, by its name; and when it was read.

    `differences` are what a posted form's fields differ by from what it was opened with.
    """

    values: Mapping[str, Any]
    opened_at: str = ""
    differences: Sequence[Difference] = ()
    who: str = ""
    digests: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.opened_at = self.opened_at or timezone.now().isoformat()
        self.digests = self.digests or {name: digest(each) for name, each in self.values.items()}

    @property
    def text(self) -> str:
        """Return what the form carries, so that it can be compared when it comes back."""
        return json.dumps({"at": self.opened_at, "of": self.digests})


def digest(value: Any) -> str:
    """Return what differs if a field's value does, and tells nobody what it is."""
    values = value if isinstance(value, list | tuple) else [value]
    # What was chosen together has no order.
    text = "\0".join(sorted("" if each is None else str(each) for each in values))
    return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()[:12]


def opened_with(posted: Any) -> tuple[str, dict[str, str]]:
    """Return when a posted form was opened and the digests it carries; ("", {}) if it has none."""
    try:
        carried = json.loads(posted or "{}")
        return str(carried["at"]), {str(name): str(of) for name, of in carried["of"].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return "", {}


def compared(
    posted: Any, values: Mapping[str, Any], describe: Callable[[str], Difference]
) -> FormVersion:
    """Return the version of a posted form; its `differences` are what is not as it was opened.

    A form without a version is compared with nothing. While nothing differs it keeps the version
    that it was opened with; else it gets the new one, and whoever saves it then has seen that.
    """
    opened_at, digests = opened_with(posted)
    changed = [
        name for name in values if digests.get(name, digest(values[name])) != digest(values[name])
    ]
    if changed or not digests:
        described = [describe(name) for name in changed]
        # Who wants what is there now overwrites nothing.
        return FormVersion(
            values, differences=[each for each in described if each.yours != each.now]
        )
    return FormVersion(values, opened_at, digests=digests)


def shown(field: forms.Field, value: Any) -> str:
    """Return a field's value as a person reads it: the names of what was chosen."""
    if isinstance(field.widget, forms.PasswordInput):
        return _HIDDEN if value else ""
    values = value if isinstance(value, list | tuple) else [value]
    keys = [str(each) for each in values if each not in (None, "")]
    if isinstance(field, ModelChoiceField):
        name = field.to_field_name or "pk"
        try:
            found = field.queryset.filter(**{f"{name}__in": keys})  # type: ignore[union-attr]
            return ", ".join(field.label_from_instance(each) for each in found)
        except (ValueError, ValidationError):
            return ", ".join(keys)
    if isinstance(field, forms.BooleanField):
        return _("Yes") if value in (True, "on", "True", "1") else _("No")
    labels = {str(key): str(label) for key, label in _flat(getattr(field, "choices", ()))}
    return ", ".join(labels.get(key, key) for key in keys)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    pairs: list[tuple[Any, Any]] = []
    for key, label in choices:
        pairs += label if isinstance(label, list | tuple) else [(key, label)]
    return pairs


class OpenedForm(forms.Form):
    """A form of what is no single row. It is refused if somebody else has changed that meanwhile.

    What there is now has to be read under a lock that whoever writes it takes.
    """

    @cached_property
    def version(self) -> FormVersion:
        """What the form was opened with, and what somebody else has changed of it since."""
        return compared(self.data.get(READ), self.stands(), self.difference)

    def is_as_opened(self) -> bool:
        """Tell whether nobody else has changed it; else the form says so."""
        if self.version.differences:
            self.add_error(None, ValidationError(REFUSED, code="changed"))
        return not self.version.differences

    def is_changed(self, name: str) -> bool:
        """Tell whether somebody else has changed this field, whatever was typed into it."""
        opened = opened_with(self.data.get(READ))[1].get(name)
        return opened not in (None, digest(self.stands()[name]))

    def stands(self) -> Mapping[str, Any]:
        """Return what there is now by the names of fields: what the fields show at first."""
        return field_values(self)

    def difference(self, name: str) -> Difference:
        """Say what was typed into a field, and what there is now."""
        return _difference(self, name, self.stands(), {})


class ComparedForm:
    """A model's form that is refused if somebody else has changed its fields meanwhile."""

    request: HttpRequest
    by_jobs: Sequence[str] = ()

    def clean(self) -> Any:
        """Compare, and keep of `by_jobs` what a job has written meanwhile."""
        form: Any = self
        cleaned = super().clean()  # type: ignore[misc]
        if form.instance.pk is None:
            return cleaned
        values = field_values(form)
        kept = _kept(form, values)
        cleaned = form.cleaned_data if cleaned is None else cleaned
        cleaned |= {name: form.fields[name].to_python(values[name]) for name in kept}
        rows = getattr(self.request, "bridge_rows", {})
        version = compared(
            form.data.get(READ),
            {name: each for name, each in values.items() if name not in kept} | rows,
            lambda name: _difference(form, name, values, rows),
        )
        if version.differences:
            version.who = who_changed(form.instance, form.data.get(READ))
            form.add_error(None, ValidationError(REFUSED, code="changed"))
        form.version = version
        return cleaned


def field_values(form: Any) -> dict[str, Any]:
    """Return what there is now of each field, as the form would show it."""
    return {
        name: field.prepare_value(form.get_initial_for_field(field, name))
        for name, field in form.fields.items()
        if not isinstance(field, forms.FileField)
    }


def _kept(form: Any, values: Mapping[str, Any]) -> list[str]:
    """Return the fields that jobs write, too, and that were left as they were opened."""
    digests = opened_with(form.data.get(READ))[1]
    return [
        name
        for name in form.by_jobs
        if name in values and digests.get(name) == digest(form[name].data)
    ]


def _difference(
    form: Any, name: str, values: Mapping[str, Any], rows: Mapping[str, str]
) -> Difference:
    if name in rows:
        label = name.removeprefix("rows-").replace("_", " ").capitalize()
        return Difference(_(label), _("as in the form below"), rows[name] or _("none"))
    field = form.fields[name]
    label = str(form[name].label)
    return Difference(label, shown(field, form[name].value()), shown(field, values[name]))


def who_changed(instance: Model, posted: Any) -> str:
    """Return who has changed a record since a form was opened: a person here, or only when."""
    since, _digests = opened_with(posted)
    opened_at = parse_datetime(since) if since else None
    entries = LogEntry.objects.filter(
        content_type=get_content_type_for_model(instance), object_id=str(instance.pk)
    )
    entry = entries.select_related("user").order_by("-action_time", "-pk").first()
    if entry and opened_at and entry.action_time >= opened_at:
        values = {"user": entry.user.get_username(), "time": datetime_text(entry.action_time)}
        return _("%(user)s saved it at %(time)s.") % values
    try:
        instance._meta.get_field("updated_at")
    except FieldDoesNotExist:
        return _("It was changed by a message, the REST API, a job or a command.")
    now = type(instance)._default_manager.values_list("updated_at", flat=True).get(pk=instance.pk)
    if opened_at and now < opened_at:
        return _("It was changed by a message, the REST API, a job or a command.")
    text = _("A message, the REST API, a job or a command changed it at %(time)s.")
    return text % {"time": datetime_text(now)}
