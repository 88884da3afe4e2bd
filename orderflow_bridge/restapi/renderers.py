"""The forms of an answer: JSON, or XML for who asks for it (docs/rest.md)."""

import re
from collections.abc import Mapping
from typing import Any

import orjson
from lxml import etree
from rest_framework.renderers import BaseRenderer

_NAME = re.compile(r"[^\w.-]|^(?=[^a-zA-Z_])")
# What XML cannot hold.
_UNPRINTABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def json_of(document: Any) -> bytes:
    """Return a document as JSON in UTF-8."""
    return orjson.dumps(document, default=str)


class JsonRenderer(BaseRenderer):
    """JSON in UTF-8, the answer unless XML is asked for. What is JSON already stays as it is."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, *_: Any, **__: Any) -> bytes:
        """Return the answer's bytes."""
        return data if isinstance(data, bytes) else json_of(data)


class XmlRenderer(BaseRenderer):
    """Magento's XML: a `response`, entries of lists as `item`."""

    media_type = "application/xml"
    format = "xml"

    def render(self, data: Any, *_: Any, **__: Any) -> bytes:
        """Return the answer's bytes."""
        root = _element("response", data)
        return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _element(name: str, value: Any) -> Any:
    element = etree.Element(_NAME.sub("_", name))
    match value:
        case Mapping():
            element.extend(_element(str(key), entry) for key, entry in value.items())
        case list() | tuple():
            element.extend(_element("item", entry) for entry in value)
        case bool():
            element.text = "true" if value else "false"
        case None:
            pass
        case _:
            element.text = _UNPRINTABLE.sub("", str(value))
    return element
