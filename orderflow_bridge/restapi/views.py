"""What all REST views share: who calls, what a method takes and answers (docs/rest.md).

One declaration serves the endpoint and its description (openapi.py): the right that is asked for,
the members of the body that are read, the shape of the answer.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, Literal, TypeVar, cast

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotModified
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orderflow_bridge.access.callers import caller_at
from orderflow_bridge.access.people import reads
from orderflow_bridge.access.refused_calls import note_accepted
from orderflow_bridge.access.selectors import Caller
from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.documents.criteria import SearchCriteria
from orderflow_bridge.documents.records import Document, Many, Record, Shape
from orderflow_bridge.documents.search import Columns, Page, find_page
from orderflow_bridge.restapi.body import read_members
from orderflow_bridge.restapi.errors import too_large, unknown_route, wrong_type
from orderflow_bridge.restapi.preconditions import etag_of, is_known, unless_changed, version_of
from orderflow_bridge.restapi.query_string import FieldFilter, criteria_in
from orderflow_bridge.restapi.renderers import JsonRenderer, XmlRenderer, json_of
from orderflow_bridge.restapi.slashes import is_sku
from orderflow_bridge.stores.models import Store

# "default" is the code of the store view that every Magento shop begins with.
ALWAYS_THERE = ("all", "default")
PARAMETER = re.compile(r"<(\w+)>")
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)


class TokenOrSignature(BaseAuthentication):
    """Make `request.user` the caller. A bad token is no error: its sender is a guest."""

    def authenticate(self, request: Request) -> tuple[Caller, None]:
        """Return the caller, who may be a guest. Raises OauthRefused for a bad signature."""
        caller = caller_at(request._request)
        reads(caller, is_safe=request.method in SAFE_METHODS)
        return caller, None


class HasRight(BasePermission):
    """The caller must have the right that the method declares; None lets all in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the caller may use the method. One that is not declared is nobody's."""
        declared = operation_of(view, request.method or "")
        if declared is None:
            return False
        caller = cast(Caller, request.user)
        if declared.right is None:
            return True
        may_write = request.method in SAFE_METHODS or not caller.is_read_only
        return may_write and caller.may(declared.right)


_Row = TypeVar("_Row", bound=Model)


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
        given = self.http.GET
        return FieldFilter.parse(given["fields"]) if "fields" in given else None

    def criteria(self, *, are_required: bool = True) -> SearchCriteria:
        """Return the call's search criteria. Raises CriteriaRefused, or Refusal."""
        return criteria_in(self.http.META.get("QUERY_STRING", ""), are_required=are_required)

    def page(
        self, rows: "QuerySet[_Row]", columns: Columns, criteria: SearchCriteria | None = None
    ) -> Page[_Row]:
        """Return the page of a list that the call's search criteria, or these, ask for.

        Raises CriteriaRefused, and Refusal without any criteria. Nothing is counted for a caller
        whose `fields` leave out the total.
        """
        fields = self.fields
        return find_page(
            rows,
            criteria or self.criteria(),
            columns,
            most_rows=web_services().max_items,
            is_total_wanted=fields is None or fields.wants("total_count"),
        )


@dataclass(frozen=True)
class Operation:
    """The declaration of one method of one route."""

    text: str
    right: str | None
    takes: Record | Many | None
    returns: Shape
    is_search: bool
    are_criteria_required: bool
    status: int
    parameters: Mapping[str, type]


def operation(
    *,
    right: str | None,
    returns: Shape,
    takes: Record | Many | None = None,
    is_read: bool = True,
    is_search: bool = False,
    are_criteria_required: bool = True,
    status: int = 200,
) -> Callable[[Callable[..., Any]], Callable[..., HttpResponseBase]]:
    """Declare a method (`get`, `post`, `put`, `delete`) of a RestView.

    `right` is one of access/rights.py, None lets guests in. `takes` is the record of the body's
    members: they are read into `call.body` unless `is_read` is False or the body is a list (Many);
    then the method reads the body itself. `returns` is the answer's shape. The method gets the call
    and the address's parameters by name, whole numbers where it says `int`; what it returns is the
    answer, None is Magento's `[]`. A list (`is_search`) that answers without search criteria, too,
    says that they are not required.
    """

    def declare(answer: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
        kinds = _parameters(answer)
        read = takes if is_read and isinstance(takes, Record) else None

        def carry_out(view: Any, request: Request, address: Mapping[str, Any]) -> Any:
            values = {name: _argument(name, address[name], kinds[name]) for name in kinds}
            body = read_members(request._request, read) if read else Document()
            result = answer(view, Call(request, body, address.get("store")), **values)
            return [] if result is None else result

        @wraps(answer)
        def handle(view: Any, request: Request, **address: Any) -> HttpResponseBase:
            here = partial(carry_out, view, request, address)
            if request.method in SAFE_METHODS:
                return _read_answer(request, here(), status)
            document = view.document
            there = partial(document, view, request, address) if document else None
            result = unless_changed(request, there, here)
            fields = Call(request, Document(), None).fields
            return Response(fields.of(result) if fields else result, status=status)

        handle.carry_out = carry_out  # type: ignore[attr-defined]
        handle.operation = Operation(  # type: ignore[attr-defined]
            text=inspect.getdoc(answer) or "",
            right=right,
            takes=takes,
            returns=returns,
            is_search=is_search,
            are_criteria_required=are_criteria_required,
            status=status,
            parameters=kinds,
        )
        return handle

    return declare


def _read_answer(request: Request, result: Any, status: int) -> HttpResponseBase:
    """Return what was read under its tag; nothing but the tag to whom has it already.

    The bytes that the tag is made of are the answer, too, unless another form was asked for.
    """
    fields = Call(request, Document(), None).fields
    form = request.accepted_renderer.format
    is_json = form == JsonRenderer.format
    rendered = json_of(result)
    etag = etag_of(
        version_of(rendered), "" if is_json else form, request.GET["fields"] if fields else ""
    )
    if is_known(request, etag):
        return HttpResponseNotModified(headers={"ETag": etag})
    whole = rendered if is_json else result
    shown = fields.of(result) if fields else whole
    return Response(shown, status=status, headers={"ETag": etag})


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


class RestView(APIView):
    """A view under /rest. Each of its methods is declared by `operation`."""

    authentication_classes = (TokenOrSignature,)
    permission_classes = (HasRight,)
    parser_classes = ()
    renderer_classes = (JsonRenderer, XmlRenderer)
    http_method_names = ("get", "post", "put", "delete")
    # The view whose document this one changes, if it is not its own; None if it changes none.
    changes: "type[RestView] | Literal['its own'] | None" = "its own"

    @property
    def document(self) -> Callable[..., Any] | None:
        """What reads the document that If-Match is about; None where there is none, or a list."""
        changed = type(self) if self.changes == "its own" else self.changes
        declared = operation_of(changed, "get")
        if declared is None or declared.is_search:
            return None
        read: Callable[..., Any] = getattr(changed, "get").carry_out  # noqa: B009
        return read

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse an undeclared method, an unknown store, a huge body before asking who calls."""
        method = (request.method or "").lower()
        if method not in self.http_method_names or operation_of(self, method) is None:
            raise unknown_route()
        store = kwargs.get("store") or "all"
        if store not in ALWAYS_THERE and not Store.objects.filter(code=store).exists():
            raise unknown_route()
        _check_size(request._request)
        super().initial(request, *args, **kwargs)
        if not is_sku(request, kwargs.get("sku", "")):
            raise unknown_route()
        if request.user.username:
            note_accepted(request.user.username, request._request)

    def right_needed(self, request: Request) -> str:
        """Return the right that the called method asks for, "" for none."""
        declared = operation_of(self, request.method or "")
        return (declared and declared.right) or ""


def _check_size(http_request: HttpRequest) -> None:
    """Refuse a body that is too large, by its length in the header and before it is read."""
    limit = min(web_services().max_body_bytes, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    length = http_request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > limit:
        raise too_large(limit)


@dataclass(frozen=True)
class Route:
    """An address below `/rest/<store>/<prefix>/`, and the view that answers there.

    `products/<sku>/media/<entry_id>`: the view's methods get the parameters by name.
    """

    address: str
    view: type[RestView]
    prefix: str = "V1"

    @property
    def documented_path(self) -> str:
        """The address as OpenAPI writes it: /rest/V1/products/{sku}."""
        return f"/rest/{self.prefix}/" + PARAMETER.sub(r"{\1}", self.address)
