"""What a route does on one method: who may call it, what it takes, what it answers.

One declaration serves the endpoint and its description (openapi.py): the right that is asked for,
the members of the body that are read, the shape of the answer. docs/rest.md says how a route
is made.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from orderflow_bridge.access.selectors import Caller
from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.documents.records import Document, Many, Record, Shape
from orderflow_bridge.documents.search import Columns, Page, find_page
from orderflow_bridge.restapi.bodies import read_members
from orderflow_bridge.restapi.errors import unknown_route, wrong_type
from orderflow_bridge.restapi.field_filter import FieldFilter
from orderflow_bridge.restapi.searching import criteria_in

_Row = TypeVar("_Row", bound=Model)
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True)
class Call:
    """One call being answered.

    `body` holds the members that were given, by their names in snake_case, as `takes` declares
    them; `store` is the store code of the address, None if it names none.
    """

    http: Request
    body: Document
    store: str | None

    @property
    def caller(self) -> Caller:
        """Who is calling."""
        return cast(Caller, self.http.user)

    @property
    def fields(self) -> FieldFilter | None:
        """The fields that are wanted of the answer; None if all are."""
        return FieldFilter.parse(self.http.GET.get("fields"))

    def page(self, rows: "QuerySet[_Row]", columns: Columns) -> Page[_Row]:
        """Return the page of a list that the call's search criteria ask for.

        Raises CriteriaRefused, and Refusal without any criteria. Nothing is counted for a caller
        whose `fields` leave out the total.
        """
        fields = self.fields
        return find_page(
            rows,
            criteria_in(self.http.META.get("QUERY_STRING", "")),
            columns,
            most_rows=web_services().max_items,
            is_total_wanted=fields is None or fields.wants("total_count"),
        )


@dataclass(frozen=True)
class Operation:
    """The declaration of one method of one route."""

    name: str
    text: str
    right: str | None
    takes: Record | Many | None
    returns: Shape
    is_search: bool
    status: int
    parameters: Mapping[str, type]


def operation(
    *,
    right: str | None,
    returns: Shape,
    takes: Record | Many | None = None,
    is_read: bool = True,
    is_search: bool = False,
    status: int = 200,
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Declare a method (`get`, `post`, `put`, `delete`) of a RestView.

    `right` is one of access/rights.py, None lets guests in. `takes` is the record of the body's
    members: they are read into `call.body` unless `is_read` is False or the body is a list (Many);
    then the method reads the body itself. `returns` is the answer's shape. The method gets the call
    and the address's parameters by name, whole numbers where it says `int`; what it returns is the
    answer, None is Magento's `[]`.
    """

    def declare(answer: Callable[..., Any]) -> Callable[..., Response]:
        kinds = _parameters(answer)
        read = takes if is_read and isinstance(takes, Record) else None

        @wraps(answer)
        def handle(view: Any, request: Request, **address: Any) -> Response:
            store = address.pop("store", None)
            values = {name: _argument(name, address[name], kinds[name]) for name in kinds}
            body = read_members(request._request, read) if read else Document()
            call = Call(request, body, store)
            result = answer(view, call, **values)
            fields = call.fields
            result = [] if result is None else result
            return Response(fields.of(result) if fields else result, status=status)

        handle.operation = Operation(  # type: ignore[attr-defined]
            name=answer.__qualname__.replace("View.", "_"),
            text=inspect.getdoc(answer) or "",
            right=right,
            takes=takes,
            returns=returns,
            is_search=is_search,
            status=status,
            parameters=kinds,
        )
        return handle

    return declare


def operation_of(view: Any, method: str) -> Operation | None:
    """Return what a view (or its class) declares for a method, None if it does not answer it."""
    found: Operation | None = getattr(getattr(view, method.lower(), None), "operation", None)
    return found


def _parameters(answer: Callable[..., Any]) -> dict[str, type]:
    """Return the address's parameters: all of the method's but the view and the call."""
    parameters = list(inspect.signature(answer).parameters.values())[2:]
    return {parameter.name: parameter.annotation for parameter in parameters}


def _argument(name: str, text: str, kind: type) -> Any:
    if "\0" in text:  # PostgreSQL cannot even be asked for it
        raise unknown_route()
    if kind is not int:
        return text
    if not _WHOLE.fullmatch(text):
        raise wrong_type(name, "int")
    return int(text)
