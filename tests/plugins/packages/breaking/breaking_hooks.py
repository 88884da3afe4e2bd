"""Every hook, each of which raises if `raises_in` names it, for what `is_meant` says."""

from typing import Any

from orderflow_bridge.plugins.declaration import hook

raises_in = ""
TOUCHED = "BREAKS"


def _break(name: str, *things: Any) -> None:
    if name == raises_in and any(TOUCHED in str(thing) for thing in things):
        raise RuntimeError("broken on purpose")


@hook
def product_document_values(product: Any) -> None:
    _break("product_document_values", product.sku)


@hook
def order_document_values(order: Any) -> None:
    _break("order_document_values", order.increment_id)


@hook
def order_line_values(order: Any) -> None:
    _break("order_line_values", order.increment_id)


@hook
def refuse_exports(entity: str, rows: Any) -> None:
    _break(
        "refuse_exports", *(row.sku if entity == "product" else row.increment_id for row in rows)
    )


@hook
def adjust_quantities(lines: Any) -> None:
    _break("adjust_quantities", *(line.sku for line in lines))


@hook
def message_accepted(message: Any) -> None:
    _break("message_accepted", TOUCHED)


@hook
def batch_applied(messages: Any) -> None:
    _break("batch_applied", TOUCHED)


@hook
def shipments_booked(shipments: Any) -> None:
    _break("shipments_booked", TOUCHED)


@hook
def exports_settled(exports: Any) -> None:
    _break("exports_settled", TOUCHED)


@hook
def problems_opened(problems: Any) -> None:
    _break("problems_opened", TOUCHED)


@hook
def problems_ended(problems: Any) -> None:
    _break("problems_ended", TOUCHED)
