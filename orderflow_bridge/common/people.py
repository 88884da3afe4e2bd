"""People's data, hidden from whom lacks the right to see it: at one place, where rows are read.

A column that is hidden gives its mask to whatever page, file or document is being made, and refuses
to have it written back. Which columns these are is said in `access/people.py`; who is reading is
set for each request, and nobody is outside requests: jobs see everything.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.db.models import BinaryField, Field, JSONField, Model
from django.utils.translation import gettext as _
from lxml import etree

from orderflow_bridge.common.streaming import made_within
from orderflow_bridge.common.xml import MASK

_hidden: ContextVar[bool] = ContextVar("people_hidden", default=False)
_concealed: set[tuple[type[Model], str]] = set()
_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
# Elements and members of a message that tell of goods, not of people; in lower case.
_OF_GOODS = frozenset(
    {
        *("sku", "qty", "quantity", "skuqty", "skuqtys", "qty_ordered", "qty_shipped"),
        *("messageid", "message_id", "sequenceid", "sequence_id", "lastorderexported"),
        *("increment_id", "incrementid", "orderincrementid", "externalreference", "order_id"),
        *("state", "status", "type", "operation", "result", "source_code", "dateshipped"),
        *("currency", "currencycode", "created_at", "updated_at", "placed", "price"),
    }
)
_LONGEST_OF_GOODS = 64


class Hidden(str):
    """What is read in place of a text. It is never written."""


class HiddenDict(dict[str, Any]):
    """The same for a document."""


class HiddenList(list[Any]):
    """The same for a list."""


class HiddenBytes(bytes):
    """The same for a body."""


def are_hidden() -> bool:
    """Tell whether whoever reads now may not see people's data."""
    return _hidden.get()


def hide(*, hidden: bool) -> None:
    """Say who reads from now on in this request."""
    _hidden.set(hidden)


@contextmanager
def hiding(*, hidden: bool) -> Iterator[None]:
    """Say so for the length of a block."""
    token = _hidden.set(hidden)
    try:
        yield
    finally:
        _hidden.reset(token)


def streamed(parts: Iterable[Any], *, hidden: bool) -> Iterator[Any]:
    """Return the parts of an answer that is made while it is sent, for the one who asked for it."""
    return made_within(parts, partial(hiding, hidden=hidden))


def conceal(model: type[Model], *names: str, only_addresses: bool = False) -> None:
    """Have columns of a model hidden; of technical texts only the e-mail addresses in them."""
    for name in names:
        column: Any = model._meta.get_field(name)
        read = getattr(column, "from_db_value", None)
        write = column.get_db_prep_save
        mask = _scrubbed if only_addresses else _mask_of(column)
        # Of this column alone: Django asks the column itself, and migrations do not see it.
        column.from_db_value = partial(_read, read, mask)
        column.get_db_prep_save = partial(_written, write)
        _concealed.add((model, name))


def is_hidden(model: type[Model], path: str) -> bool:
    """Tell whether whoever reads now may not see the column that a path leads to.

    What may not be seen must not be searched by, either: a guess that finds a row is seen.
    """
    if not _hidden.get():
        return False
    first, _, rest = path.partition("__")
    column: Any = model._meta.get_field(first) if rest else None
    if column is None or not column.is_relation:
        return (model, first) in _concealed
    return is_hidden(column.related_model, rest)


def _read(read: Any, mask: Any, value: Any, expression: Any, connection: Any) -> Any:
    if read is not None:
        value = read(value, expression, connection)
    return mask(value) if value and _hidden.get() else value


def _written(write: Any, value: Any, connection: Any) -> Any:
    if isinstance(value, Hidden | HiddenDict | HiddenList | HiddenBytes):
        raise PermissionDenied(_("Whoever changes this needs the right to see people's data."))
    return write(value, connection)


def _mask_of(column: "Field[Any, Any]") -> Any:
    if isinstance(column, JSONField):
        return _document
    return _body if isinstance(column, BinaryField) else _text


def _text(value: Any) -> Any:
    """Return the mask of a text; of one that is a message, the message without people."""
    text = str(value)
    return Hidden(_message(text) if text.lstrip()[:1] in ("<", "{", "[") else MASK)


def _scrubbed(value: Any) -> Any:
    return Hidden(_ADDRESS.sub(MASK, value)) if isinstance(value, str) else _document(value)


def _body(value: Any) -> HiddenBytes:
    return HiddenBytes(_message(bytes(value).decode("utf-8", "replace")).encode())


def _document(value: Any) -> Any:
    """Return a document with its structure; texts that are not of goods are masked."""
    if isinstance(value, dict):
        return HiddenDict((name, _member(name, each)) for name, each in value.items())
    if isinstance(value, list):
        return HiddenList(_document(each) for each in value)
    return Hidden(MASK) if isinstance(value, str) and value else value


def _member(name: str, value: Any) -> Any:
    if isinstance(value, str) and name.lower() in _OF_GOODS and len(value) < _LONGEST_OF_GOODS:
        return value
    return _document(value)


def _message(text: str) -> str:
    """Return a message, XML or JSON, with only what is of goods; the mask, if it is neither."""
    start = text.lstrip()[:1]
    try:
        if start == "<":
            return _xml(text)
        if start in ("{", "["):
            return orjson.dumps(_document(orjson.loads(text)), option=orjson.OPT_INDENT_2).decode()
    except (etree.XMLSyntaxError, ValueError):
        pass
    return MASK


def _xml(text: str) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(text.strip().encode(), parser)
    for element in root.iter():
        if not isinstance(element.tag, str):
            element.text = MASK  # a comment
            element.tail = MASK if (element.tail or "").strip() else element.tail
            continue
        name = etree.QName(element).localname.lower()
        if (element.text or "").strip() and not (
            name in _OF_GOODS and len(element.text or "") < _LONGEST_OF_GOODS
        ):
            element.text = MASK
        if (element.tail or "").strip():
            element.tail = MASK
        for attribute in element.attrib:
            if etree.QName(attribute).localname.lower() not in _OF_GOODS:
                element.attrib[attribute] = MASK
    return str(etree.tostring(root, encoding="unicode"))
