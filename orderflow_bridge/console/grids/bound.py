"""A filter at work in one request: what Django's list takes for one of its own filters."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from orderflow_bridge.console.grids.filters import Filter, NotReadable, Part


class BoundFilter:
    """A filter, and what the address asks of it. What cannot be read is shown and not applied."""

    def __init__(self, declared: Filter, request: HttpRequest, params: dict[str, Any]) -> None:
        self.declared = declared
        self.request = request
        given = {name: params.pop(name) for name in declared.names if name in params}
        self.inputs = declared.inputs(given, request)
        self.error = ""
        self.wanted: Any = None
        try:
            self.wanted = declared.read(given, self.inputs)
        except NotReadable as error:
            self.error = str(error)

    @property
    def title(self) -> str:
        """What the filter is called."""
        return self.declared.title

    @property
    def template(self) -> str:
        """The template of its inputs. (`template_name` is what Django's own filters have.)"""
        return self.declared.template

    @property
    def parts(self) -> list[Part]:
        """What is asked for, as chips say it."""
        return [] if self.wanted is None else self.declared.parts(self.wanted)

    def has_output(self) -> bool:
        """Every filter is always shown."""
        return True

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the list. Several related rows that match do not repeat a row of the list."""
        if self.wanted is None:
            return rows
        if not _is_to_many(rows.model, self.declared.path):
            return self.declared.narrow(rows, self.wanted)
        matching = self.declared.narrow(rows.model._base_manager.using(rows.db).all(), self.wanted)
        return rows.filter(pk__in=matching.values("pk"))


def bind(filters: Sequence[Filter]) -> list[Any]:
    """Return what Django's list calls to bind each filter to a request."""

    def bound(
        declared: Filter, request: HttpRequest, params: Any, model: type[Model], model_admin: Any
    ) -> BoundFilter:
        return BoundFilter(declared, request, params)

    return [partial(bound, declared) for declared in filters]


def _is_to_many(model: type[Model], path: str) -> bool:
    """Tell whether a path leads from one row to several."""
    options = model._meta
    for name in path.split("__"):
        field = options.get_field(options.pk.name if name == "pk" else name)
        if field.many_to_many or field.one_to_many:
            return True
        if field.related_model is None:
            return False
        options = field.related_model._meta
    return False
