"""Stock files: Magento's columns of stock sources, `source_code,sku,status,quantity`."""

from collections.abc import Sequence
from decimal import Decimal

from orderflow_bridge.common.numbers import parse_quantity, plain
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.file_transfer.cells import number_advice
from orderflow_bridge.file_transfer.importers import (
    Importer,
    Outcome,
    Record,
    Setting,
    failed,
    row_records,
)
from orderflow_bridge.file_transfer.models import Change
from orderflow_bridge.inventory.models import DEFAULT_SOURCE
from orderflow_bridge.inventory.quantities import (
    StockQuantity,
    Verdict,
    check_quantities,
    save_quantities,
    status_of,
    status_word,
)

COLUMNS = ("source_code", "sku", "status", "quantity")
_STATUSES = {"1": 1, "0": 0, "in stock": 1, "out of stock": 0, "": None}
_CHANGES = {"created": Change.CREATED, "updated": Change.UPDATED, "unchanged": Change.UNCHANGED}


def take(records: Sequence[Record], setting: Setting) -> list[Outcome]:
    """Write stock rows, or say what they would write."""
    quantities: list[StockQuantity] = []
    outcomes: dict[int, Outcome] = {}
    places = []
    for place, record in enumerate(records):
        try:
            quantities.append(stock_quantity_of(record.rows[0].values))
            places.append(place)
        except ValueError as error:
            outcomes[place] = failed(str(error))
    verdicts = check_quantities(quantities) if setting.is_dry_run else save_quantities(quantities)
    for place, stock_quantity, verdict in zip(places, quantities, verdicts, strict=True):
        outcomes[place] = outcome_of(stock_quantity, verdict)
    return [outcomes[place] for place in range(len(records))]


def stock_quantity_of(values: dict[str, str]) -> StockQuantity:
    """Read a row's cells. Raises ValueError with a text for the person who made the file."""
    status = values.get("status", "").strip().lower()
    if status not in _STATUSES:
        raise ValueError(f'status "{status[:100]}" is not 1 (In Stock) or 0 (Out of Stock).')
    sku = values.get("sku", "").strip()
    if not sku:
        raise ValueError("sku is empty.")
    return StockQuantity(
        sku,
        values.get("source_code", "").strip() or DEFAULT_SOURCE,
        quantity_of("quantity", values.get("quantity", "")),
        _STATUSES[status],
    )


def quantity_of(column: str, text: str) -> Decimal:
    """Read a quantity. Raises ValueError with a text that names the column."""
    try:
        return parse_quantity(text)
    except ValueError:
        if not text.strip():
            raise ValueError(f"{column} is empty.") from None
        raise ValueError(
            f'{column} "{text[:100]}" is not a number such as 12 or 1.5.{number_advice(text)}'
        ) from None


def outcome_of(stock_quantity: StockQuantity, verdict: Verdict) -> Outcome:
    """Return what became of a figure, in words."""
    if verdict.item_error:
        return failed(verdict.item_error.text)
    status = status_word(status_of(stock_quantity))
    after = f"{plain(stock_quantity.quantity)}, {status} at {stock_quantity.source_code}"
    change = _CHANGES[verdict.change.value]
    return Outcome(change, f"{verdict.before} → {after}" if verdict.before else after)


def _name(values: dict[str, str]) -> str:
    source = values.get("source_code", "").strip() or DEFAULT_SOURCE
    return f"{values.get('sku', '').strip()} @ {source}"


def _identity(name: str) -> str:
    sku, _, source = name.rpartition(" @ ")
    return f"{sku_key(sku)} @ {source}"


IMPORTER = Importer(
    required=("sku", "quantity"),
    known=COLUMNS.__contains__,
    records=row_records(_name, _identity),
    take=take,
    batch=2_000,
)
