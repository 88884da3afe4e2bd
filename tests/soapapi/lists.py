"""Lists in messages: every list of every call, and every form in which programs write one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.soapapi.posting import ADDRESS, INVENTORY, LEGACY, SHIPMENT, envelope

Line = tuple[str, str]
Form = Callable[["ListArgument", Sequence[Line]], tuple[str, str]]

_MAGENTO_2 = "http://shop/soap/default"


@dataclass(frozen=True)
class ListArgument:
    """A list of a call: its name, its items' fields, and the call's other arguments.

    `stored` returns the lines of it that a stored message holds.
    """

    call: str
    name: str
    fields: tuple[str, ...]
    others: str
    stored: Callable[[list[Any]], list[Line]]
    is_legacy: bool = False

    @property
    def address(self) -> str:
        return LEGACY if self.is_legacy else ADDRESS

    def message(self, arguments: str, besides: str, *, token: str) -> bytes:
        """Return the call with these arguments, and other elements in the Body beside it."""
        namespace = "urn:Magento" if self.is_legacy else _MAGENTO_2
        return envelope(
            f'<n:{self.call} xmlns:n="{namespace}"><sessionId>{token}</sessionId>{arguments}'
            f"{self.others}</n:{self.call}>{besides}"
        )

    def item(self, line: Line, name: str = "item", *, prefix: str = "") -> str:
        return f"<{prefix}{name}>{self.members(line, prefix=prefix)}</{prefix}{name}>"

    def members(self, line: Line, *, prefix: str = "") -> str:
        return "".join(
            f"<{prefix}{field}>{text}</{prefix}{field}>"
            for field, text in zip(self.fields, line, strict=False)
        )

    def items(self, lines: Sequence[Line], name: str = "item", *, prefix: str = "") -> str:
        return "".join(self.item(line, name, prefix=prefix) for line in lines)

    def written(self, content: str, attributes: str = "") -> str:
        return f"<{self.name}{attributes}>{content}</{self.name}>"

    def shown(self, lines: Sequence[Line]) -> list[Line]:
        """Return what is to be stored of lines: a list of one field has but that."""
        return [(sku, text if len(self.fields) > 1 else "") for sku, text in lines]


def _quantities(lines: list[Any]) -> list[Line]:
    return [(line[0], line[1]) for line in lines]


def _sequences(lines: list[Any]) -> list[Line]:
    return [(line[0], line[3]) for line in lines if line[3] is not None]


def _units(lines: list[Any]) -> list[Line]:
    return [(unit["sku"], unit["qty"]) for unit in lines[0]["skuQtys"]]


def _tracks(lines: list[Any]) -> list[Line]:
    return [(track["trackingNumber"], "") for track in lines[0]["tracks"]]


LINES: list[Line] = [(f"S-{number}", str(number)) for number in range(1, 13)]


def _others(name: str, fields: tuple[str, str], item: str = "item") -> str:
    lines = "".join(
        f"<{item}><{fields[0]}>{sku}</{fields[0]}><{fields[1]}>{text}</{fields[1]}></{item}>"
        for sku, text in LINES
    )
    return f"<{name}>{lines}</{name}>"


_ID = "<messageSeqId>71</messageSeqId>"
_ORDER = f"<orderIncrementId>5</orderIncrementId>{_ID}"
_STOCK, _DESPATCH = f"{INVENTORY}UpdateRequest", f"{SHIPMENT}CreateRequest"
_OLD_STOCK, _OLD_DESPATCH = "orderflowInventoryMultiUpdate", "orderflowShipmentCreate"
_WSI_STOCK, _WSI_DESPATCH = f"{_OLD_STOCK}RequestParam", f"{_OLD_DESPATCH}RequestParam"
_QTY, _SEQ, _PAIR = ("sku", "qty"), ("sku", "seq"), ("key", "value")

LISTS = [
    ListArgument(_STOCK, "productQtys", _QTY, _others("productSeqs", _SEQ) + _ID, _quantities),
    ListArgument(_STOCK, "productSeqs", _SEQ, _others("productQtys", _QTY) + _ID, _sequences),
    ListArgument(_DESPATCH, "skuQty", _QTY, _ORDER, _units),
    ListArgument(_DESPATCH, "tracks", ("trackingNumber",), _ORDER, _tracks),
    *(
        ListArgument(call, name, _PAIR, _others(other, _PAIR, "x") + _ID, stored, True)
        for call, name, other, stored in (
            (_OLD_STOCK, "skusQty", "skusSeqId", _quantities),
            (_OLD_STOCK, "skuQty", "skuSeqId", _quantities),
            (_OLD_STOCK, "skusSeqId", "skusQty", _sequences),
            (_OLD_STOCK, "skuSeqId", "skuQty", _sequences),
            (_WSI_STOCK, "skusQty", "skusSeqId", _quantities),
            (_WSI_STOCK, "skusSeqId", "skusQty", _sequences),
        )
    ),
    ListArgument(_OLD_DESPATCH, "skuQty", _PAIR, _ORDER, _units, True),
    ListArgument(_WSI_DESPATCH, "skuQty", _PAIR, _ORDER, _units, True),
]


def referred(lines: Sequence[Line], to: Callable[[Line], str]) -> str:
    return "".join(
        f'<multiRef id="id{number}">{to(line)}</multiRef>' for number, line in enumerate(lines)
    )


def hrefs(lines: Sequence[Line], name: str = "item") -> str:
    return "".join(f'<{name} href="#id{number}"/>' for number in range(len(lines)))


def _fields_elsewhere(what: ListArgument, lines: Sequence[Line]) -> tuple[str, str]:
    first, *rest = what.fields
    items, besides = [], []
    for number, (sku, text) in enumerate(lines):
        referring = f'<{rest[0]} href="#t{number}"/>' if rest else ""
        items.append(f'<item><{first} href="#s{number}"/>{referring}</item>')
        besides.append(f'<multiRef id="s{number}">{sku}</multiRef>')
        besides.append(f'<multiRef id="t{number}">{text}</multiRef>' if rest else "")
    return what.written("".join(items)), "".join(besides)


# Forms in which a program has given all the lines, at both addresses.
COMPLETE: dict[str, Form] = {
    "item": lambda what, lines: (what.written(what.items(lines)), ""),
    "qualified": lambda what, lines: (what.written(what.items(lines, prefix="n:")), ""),
    "on lines of their own": lambda what, lines: (
        what.written("\n " + what.items(lines).replace("><", ">\n <") + "\n"),
        "",
    ),
    "one at a time in other order": lambda what, lines: (
        what.written(
            what.items(lines[:-1])
            + "<item>"
            + "".join(
                f"<{field}>{text}</{field}>"
                for field, text in reversed(list(zip(what.fields, lines[-1], strict=False)))
            )
            + "</item>"
        ),
        "",
    ),
}

# Forms that are complete in Magento 1's encoding, and that Magento 2's dialect does not have.
ENCODED: dict[str, Form] = {
    "named after the list": lambda what, lines: (what.written(what.items(lines, what.name)), ""),
    "Item": lambda what, lines: (what.written(what.items(lines, "Item")), ""),
    "complexObjectArray": lambda what, lines: (
        what.written(what.items(lines, "complexObjectArray")),
        "",
    ),
    "each otherwise": lambda what, lines: (
        what.written("".join(what.item(line, f"m{at}") for at, line in enumerate(lines))),
        "",
    ),
    "some otherwise": lambda what, lines: (
        what.written(what.items(lines[:1]) + what.items(lines[1:], "entry")),
        "",
    ),
    "items elsewhere": lambda what, lines: (
        what.written(hrefs(lines)),
        referred(lines, what.members),
    ),
    "some items elsewhere": lambda what, lines: (
        what.written(hrefs(lines[:1], what.name) + what.items(lines[1:])),
        referred(lines[:1], what.members),
    ),
    "the list elsewhere": lambda what, lines: (
        what.written("", ' href="#list"'),
        f'<multiRef id="list">{what.items(lines, "any")}</multiRef>',
    ),
    "list and items elsewhere": lambda what, lines: (
        what.written("", ' href="#list"'),
        f'<multiRef id="list">{hrefs(lines)}</multiRef>{referred(lines, what.members)}',
    ),
    "fields elsewhere": _fields_elsewhere,
}


# Forms that say that there are no lines.
EMPTY: dict[str, Form] = {
    "absent": lambda what, lines: ("", ""),
    "empty": lambda what, lines: (f"<{what.name}/>", ""),
    "blank": lambda what, lines: (what.written("\n  \n"), ""),
    "nil": lambda what, lines: (f'<{what.name} xsi:nil="true"/>', ""),
}
