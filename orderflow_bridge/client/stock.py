"""OrderFlow's inventory answer: what it holds of each product (docs/contract/orderflow-http.md).

It may have a million records, so it is read while it arrives and no tree of it is built.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from orderflow_bridge.client.calls import PARSING
from orderflow_bridge.client.charsets import header_charset

_TRUE, _FALSE = frozenset({"1", "true", "yes"}), frozenset({"0", "false", "no"})


@dataclass(frozen=True, slots=True)
class WarehouseQuantity:
    """One product at one site. What OrderFlow leaves out, or garbles, is None."""

    reference: str
    site: str
    total: Decimal | None
    allocated: Decimal | None
    is_available: bool | None
    is_frozen: bool | None

    @property
    def usable(self) -> Decimal | None:
        """The units that can be sold: none of what is unavailable or frozen. None: unreadable."""
        if self.is_available is False or self.is_frozen is True:
            return Decimal(0)
        if None in (self.is_available, self.is_frozen, self.total, self.allocated):
            return None
        return (self.total or Decimal(0)) - (self.allocated or Decimal(0))


class StockReader:
    """Reads the answer piece by piece; `take` gets every record that names a product or a total.

    Afterwards `root` is the name of the root element, `records` how many were taken, `fault` what
    is wrong with the XML ("" if nothing), and `exception` the text of an element of that name.
    """

    def __init__(self, take: Callable[[WarehouseQuantity], None]) -> None:
        self.root = ""
        self.records = 0
        self.fault = ""
        self.exception: str | None = None
        self._take = take
        self._depth = 0
        self._exception_depth = 0
        self._parser: etree.XMLParser | None = None

    def feed(self, piece: bytes, content_type: str) -> bool:
        """Read on; return whether there is any use in more."""
        try:
            if self._parser is None:
                target: Any = self  # only what is needed of lxml's targets
                self._parser = etree.XMLParser(
                    target=target, encoding=header_charset(piece, content_type), **PARSING
                )
            self._parser.feed(piece)
        except etree.XMLSyntaxError as error:
            self.fault = str(error)
        return not self.fault

    def finish(self) -> None:
        """Say that the answer is over: one that breaks off is at fault."""
        try:
            if self._parser is not None and not self.fault:
                self._parser.close()
        except etree.XMLSyntaxError as error:
            self.fault = str(error)

    # --- what the parser calls --------------------------------------------------------------------
    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take a record; note the root, and where an exception begins."""
        self._depth += 1
        if self._depth == 2 and ("externalReference" in attributes or "total" in attributes):
            self.records += 1
            self._take(_quantity(attributes))
        elif self._depth == 1:
            self.root = _local(tag)
        if not self._exception_depth and _local(tag) == "exception":
            self._exception_depth = self._depth
            self.exception = self.exception or ""

    def end(self, tag: str) -> None:
        """Note where an element ends."""
        if self._depth == self._exception_depth:
            self._exception_depth = 0
        self._depth -= 1

    def data(self, text: str) -> None:
        """Keep the text of an exception."""
        if self._exception_depth and len(self.exception or "") < 1_000:
            self.exception = f"{self.exception} {text}"

    def close(self) -> None:
        """Nothing is left to do."""


def _quantity(attributes: Mapping[str, str]) -> WarehouseQuantity:
    return WarehouseQuantity(
        reference=attributes.get("externalReference", ""),
        site=attributes.get("site", ""),
        total=_number(attributes.get("total")),
        allocated=_number(attributes.get("allocated")),
        is_available=_truth(attributes.get("isAvailable")),
        is_frozen=_truth(attributes.get("isFrozen")),
    )


def _number(text: str | None) -> Decimal | None:
    try:
        number = Decimal(text or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _truth(text: str | None) -> bool | None:
    word = (text or "").strip().lower()
    if word in _TRUE:
        return True
    return False if word in _FALSE else None


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].lower()
