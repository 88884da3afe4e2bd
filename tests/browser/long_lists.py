"""The demo shop with lists longer than a screen, and texts longer than a column."""

from exports.models import ExportLine, ProductExport
from imports.services import process_imports
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, Operation, Result
from orderflow_bridge.demo.services import add_demo
from tests.admin.samples import queue_despatch, queue_stock, tick
from tests.factories import make_address, make_order, make_product, make_source_item

MANY = 45
LORD = "Featherstonehaugh"
UNBROKEN = "U" * 200
WORDY = "A name of many words " * 10


def fill_long_lists() -> None:
    """Make more rows of everything than a page of 20 has; the newest are the hardest to show."""
    add_demo()
    tick()
    _add_messages()
    _add_exports()
    _add_orders()
    for name in (UNBROKEN, WORDY.strip()):
        product = make_product(f"LONG-{len(name)}-" + "0123456789" * 3, name=name, price="9999.60")
        make_source_item(product, 1234567)


def _add_messages() -> None:
    for number in range(600, 600 + MANY):
        queue_stock(f"{number:032x}", [("24-MB01", "90", str(number)), ("nope", "3", str(number))])
    process_imports(Entity.INVENTORY)
    for number in range(700, 700 + MANY):
        queue_stock(f"{number:032x}", [("24-MB02", "90", str(number))])
    queue_despatch("38", "000000005")


def _add_exports() -> None:
    refused = "OrderFlow answered with an error page: " + "the product could not be stored; " * 8
    for number in range(MANY):
        report = ProductExport.objects.create(
            request_id=number + 1_000_000,
            entity=Entity.PRODUCT,
            operation=Operation.UPDATE,
            message_id=f"{number:032x}",
            failures=1,
        )
        ExportLine.objects.create(
            parent_id=report.pk,
            reference="24-MB01",
            result=Result.FAILURE,
            reason=refused,
        )


def _add_orders() -> None:
    product = Product.objects.earliest("pk")
    for number in range(MANY):
        order = make_order(items=[(product, 2)], increment_id=f"1{number:08d}")
        for kind in ("billing", "shipping"):
            make_address(order, address_type=kind, firstname="Wolfgang Amadeus", lastname=LORD)
