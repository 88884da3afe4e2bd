"""The product file that the catalogue makes, and its rows."""

import csv
import io

from orderflow_bridge.file_transfer.models import Kind
from orderflow_bridge.file_transfer.writing import export_chunks


def exported() -> bytes:
    """Return the product file of the catalogue."""
    return b"".join(export_chunks(Kind.PRODUCTS, format="csv", website=None))


def cells_of(sku: str) -> dict[str, str]:
    """Return a product's row in the export."""
    rows = csv.DictReader(io.StringIO(exported().decode("utf-8-sig")))
    return next(each for each in rows if each["sku"] == sku)
