"""Values and lines of OrderFlow's import documents (docs/contract/documents.md).

An entity is written as `key=value` lines inside one CDATA section. The format has no escaping, so
the rule is: one line per field, whatever the value holds.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

Value = str | int | float | Decimal | bool | None

_LINE_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FOUR_PLACES = Decimal("0.0001")


def text_of(value: Value) -> str:
    """Return a value as OrderFlow reads it: true → 1, false → 0, numbers plain with four places.

    Line breaks become one blank, because a second line would be a second field; characters that XML
    cannot carry are dropped. None is the empty text.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float | Decimal):
        return _number(Decimal(str(value)))
    return _NOT_XML.sub("", _LINE_BREAKS.sub(" ", str(value)))


def _number(number: Decimal) -> str:
    if not number.is_finite():
        raise ValueError(f"{number} cannot be sent to OrderFlow: it is not a number")
    text = f"{number.quantize(_FOUR_PLACES, rounding=ROUND_HALF_UP):f}"
    stripped = text.rstrip("0").rstrip(".")
    return "0" if stripped in {"-0", ""} else stripped


def key_of(key: str) -> str:
    """Return a custom key that cannot break its line: no line breaks, no equals signs."""
    return text_of(key).replace("=", " ").strip()


def lines_of(
    fields: Mapping[str, Value], declared: Sequence[str], *, prefix: str = "", capital: bool = False
) -> Iterator[str]:
    """Yield an entity's `key=value` lines: declared keys in OrderFlow's order, then custom ones.

    A declared key without a value (None or the empty text) is left out; zero and false are
    written. A custom key is always written. With `capital` a key's first letter is raised.
    """
    for key in declared:
        text = text_of(fields.get(key))
        if text:
            yield f"{prefix}{_raised(key) if capital else key}={text}"
    for key in fields:
        if key not in declared:
            name = key_of(key)
            yield f"{prefix}{_raised(name) if capital else name}={text_of(fields[key])}"


def _raised(key: str) -> str:
    return key[:1].upper() + key[1:]


def document(entities: Iterable[tuple[str, str]], *, type: str, operation: str) -> bytes:
    """Return a whole document in UTF-8: one `import` element for each (reference, content)."""
    imports = "".join(
        _import_element(type=type, operation=operation, reference=reference, content=content)
        for reference, content in entities
    )
    root = f"<imports>{imports}</imports>" if imports else "<imports/>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'.encode()


def _import_element(*, type: str, operation: str, reference: str, content: str) -> str:
    """Return one `import` element. A CDATA terminator in the content is split over two sections."""
    attributes = {"type": type, "operation": operation, "externalReference": text_of(reference)}
    empty = etree.tostring(etree.Element("import", attributes), encoding="unicode")
    section = content.replace("]]>", "]]]]><![CDATA[>")
    return f"{empty.removesuffix('/>')}><![CDATA[{section}]]></import>"
