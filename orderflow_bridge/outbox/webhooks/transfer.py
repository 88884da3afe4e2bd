"""Webhook receivers as a part of a configuration file.

A receiver goes by its name, its secret stands beside it, and websites go by their codes. Pauses,
health and events belong to one shop and are in no file. A receiver that a file brings is not
active where the file says so without a secret being here or in the file.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.stored_secrets import Unreadable
from orderflow_bridge.configuration.transfer.parts import DEFAULT, Change, Part, SecretText, State
from orderflow_bridge.outbox.webhooks.filters import Filter, patterns_of, sources_of
from orderflow_bridge.outbox.webhooks.models import TOLD, WebhookReceiver
from orderflow_bridge.outbox.webhooks.receivers import (
    delete_receiver,
    save_receiver,
    why_not_deleted,
    written,
)
from orderflow_bridge.stores.models import Website

_COLUMNS = (
    "url", "events", "filter", "is_active", "for_all_websites", "max_attempts", "timeout",
    "parallel_calls",
)  # fmt: skip
_FIELDS = (*_COLUMNS, "websites")
_BESIDE = " / secret"
_RIGHT = "webhooks.change_webhookreceiver"


def read() -> State:
    """Return all receivers, each with its secret beside it."""
    found: dict[str, Any] = {}
    for receiver in WebhookReceiver.objects.prefetch_related("websites"):
        found[receiver.name] = _values(receiver)
        if receiver.secret and not isinstance(receiver.secret, Unreadable):
            found[f"{receiver.name}{_BESIDE}"] = SecretText(receiver.secret)
    return {DEFAULT: found}


def clean(scope: str, key: str, value: Any, by: User | None) -> Any:
    """Return what would be written. Raises ValidationError if it may or can not be."""
    if by is not None and not by.has_perm(_RIGHT):
        raise ValidationError(_("You may not change webhook receivers."))
    if scope != DEFAULT:
        raise ValidationError(_("Webhook receivers belong to Default Config."))
    if key.endswith(_BESIDE):
        if value is not None and not isinstance(value, str):
            raise ValidationError(_("A secret is a text."))
        return value if value is None else SecretText(value)
    if value is None:
        there = WebhookReceiver.objects.filter(name=key).first()
        if there is not None and (why := why_not_deleted(there)):
            raise ValidationError(why)
        return None
    if not isinstance(value, Mapping) or {*value} != {*_FIELDS}:
        raise ValidationError(
            _("It has these fields: %(fields)s.") % {"fields": ", ".join(_FIELDS)}
        )
    _check(key, value)
    return {name: value[name] for name in _FIELDS}


def write(changes: Sequence[Change], by: User | None) -> None:
    """Write receivers, then their secrets."""
    for each in changes:
        name = each.key.removesuffix(_BESIDE)
        receiver = WebhookReceiver.objects.filter(name=name).first()
        if each.key.endswith(_BESIDE):
            if receiver is None and each.after is None:
                continue  # it went with its receiver
            if receiver is None:
                text = _("There is no receiver “%(name)s” to give a secret to.") % {"name": name}
                raise ValidationError(text)
            receiver.secret = each.after
            save_receiver(receiver)
        elif each.after is None:
            if receiver is not None:
                _delete(receiver)
        else:
            receiver = receiver or WebhookReceiver(name=name)
            for column in _COLUMNS:
                setattr(receiver, column, each.after[column])
            save_receiver(receiver)
            codes = each.after["websites"]
            receiver.websites.set(Website.objects.filter(code__in=codes))
    written()


def _delete(receiver: WebhookReceiver) -> None:
    try:
        delete_receiver(receiver)
    except ActionNotAvailable as error:
        raise ValidationError(str(error)) from error


def show(key: str, value: Any) -> str:
    """Return a receiver as a person reads it."""
    if value is None:
        return _("(none)")
    if key.endswith(_BESIDE):
        return "••••••"
    where = _("every website") if value["for_all_websites"] else ", ".join(value["websites"])
    events = ", ".join(value["events"])
    text = _("%(events)s of %(websites)s to %(url)s")
    if not value["is_active"]:
        text = _("%(events)s of %(websites)s to %(url)s, not active")
    return text % {"events": events, "websites": where, "url": value["url"].partition("?")[0]}


def _values(receiver: WebhookReceiver) -> dict[str, Any]:
    websites = sorted(each.code for each in receiver.websites.all())
    return {**{name: getattr(receiver, name) for name in _COLUMNS}, "websites": websites}


def _check(name: str, value: Mapping[str, Any]) -> None:
    """Raise ValidationError, in a sentence, for what the form would refuse."""
    row = WebhookReceiver(name=name, **{each: value[each] for each in _COLUMNS})
    row.clean_fields(exclude=("id",))
    if unknown := {*value["events"]} - {*TOLD}:
        text = _("There are no events “%(name)s”.") % {"name": sorted(unknown)[0]}
        raise ValidationError(text)
    try:
        known = Filter.of(value["filter"])
        is_same = known.as_json() == value["filter"]
        patterns_of("\n".join(known.sku_patterns))
        sources_of(",".join(known.source_codes))
    except (TypeError, AttributeError) as error:
        raise ValidationError(_("Its filter cannot be read.")) from error
    if not is_same:
        raise ValidationError(_("Its filter names what this bridge does not know."))
    here = set(Website.objects.values_list("code", flat=True))
    if missing := {*value["websites"]} - here:
        text = _("There is no website “%(code)s” here.") % {"code": sorted(missing)[0]}
        raise ValidationError(text)


WEBHOOK_RECEIVERS = Part(
    "webhook_receivers", gettext_lazy("Webhook Receivers"), read, clean, write, show=show
)
