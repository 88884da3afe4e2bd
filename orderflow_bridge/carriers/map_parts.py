"""Both ways of the shipping map as parts of a configuration file; a row's key is its term."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orderflow_bridge.carriers.models import MappedCourier, MappedMethod
from orderflow_bridge.carriers.services import (
    Row,
    definition_of,
    delete_row,
    journal_of,
    save_row,
)
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.transfer.journals import journal_at
from orderflow_bridge.configuration.transfer.parts import Change, Part, State
from orderflow_bridge.stores.models import Website

_VERBS = ("add", "change", "delete")


def _read(model: type[Row]) -> State:
    state: dict[str, dict[str, Any]] = {}
    for row in model._default_manager.select_related("website"):
        scope = row.website.code if row.website else ""
        state.setdefault(scope, {})[row.term] = definition_of(row)
    return state


def _clean(model: type[Row], scope: str, key: str, value: Any, by: User | None) -> Any:
    """Return a row's definition. Raises ValidationError if it may not be written."""
    if by is not None and not by.has_perms(
        [f"carriers.{verb}_{model._meta.model_name}" for verb in _VERBS]
    ):
        raise ValidationError(_("You may not change the shipping map."))
    if value is None:
        return None
    known = {each.name for each in model._meta.concrete_fields} - {"id", "website", "term"}
    if not isinstance(value, dict) or not value.keys() <= known:
        raise ValidationError(
            _("A row may have %(names)s, nothing else.") % {"names": ", ".join(sorted(known))}
        )
    row = model(**value)
    try:
        row.clean_fields(exclude=["id", "website", "term"])
    except (TypeError, ValueError, AttributeError) as error:
        raise ValidationError(_("This row cannot be read.")) from error
    if row.term_now() != key:
        raise ValidationError(_("The key of this row is “%(key)s”.") % {"key": row.term_now()})
    return definition_of(row)


def _write(model: type[Row], changes: Sequence[Change], by: User | None) -> None:
    websites = {each.code: each for each in Website.objects.all()}
    for each in changes:
        website = websites[each.scope] if each.scope else None
        row = model._default_manager.filter(website=website, term=each.key).first()
        if each.after is None:
            if row is not None:
                delete_row(row, by=by)
            continue
        row = row or model(website=website)
        for name, value in each.after.items():
            setattr(row, name, value)
        save_row(row, by=by, switches_on=False)  # a file names the switch itself


def _part(name: str, title: str, model: type[Row]) -> Part:
    bound: Callable[..., Any] = partial
    return Part(
        name,
        title,
        bound(_read, model),
        bound(_clean, model),
        bound(_write, model),
        at=lambda since: (journal_at(journal_of(model), since), []),
    )


PARTS = (
    _part("couriers", gettext_lazy("Couriers"), MappedCourier),
    _part("shipping_methods", gettext_lazy("Shipping Methods"), MappedMethod),
)
