"""What a shop that has changed everything has configured: rules, maps, files."""

from orderflow_bridge.carriers.models import MappedCourier, MappedMethod
from orderflow_bridge.configuration.transfer.files import ConfigurationFile
from orderflow_bridge.configuration.transfer.services import (
    import_transfer,
    offer_file,
    plan_of_transfer,
)
from orderflow_bridge.mapping.rows import Part
from orderflow_bridge.mapping.services import write_row
from orderflow_bridge.rules.models import ExportRule, HeldOrder, SafetyStock
from orderflow_bridge.sales.models import Despatch, Order
from tests.factories import make_order


def fill_configuration() -> None:
    """Add a record for every page of what a shop decides beyond its settings."""
    _add_rules()
    _add_mapping()
    _add_configuration_files()
    _add_shipping_map()


def _add_rules() -> None:
    """Add a rule and an order that it holds, and a safety stock."""
    rule = ExportRule.objects.create(
        name="Over 500",
        filter_groups=[[["grand_total", "gt", "500"]]],
        action=ExportRule.Action.HOLD,
    )
    order = make_order(items=[("24-MB01", 1)], orderflow_last_error="Held by the rule “Over 500”.")
    HeldOrder.objects.create(order=order, rule=rule, reason=order.orderflow_last_error)
    SafetyStock.objects.create(amount=5, sku="24-MB01")


def _add_configuration_files() -> None:
    """Add a file that waits for somebody to confirm it, and one that was imported."""
    offered = [
        offer_file(
            ConfigurationFile(
                {"settings": {"": {"orderflow_order_export/settings/batch_size": n}}}
            ),
            name="test-shop.json",
        )
        for n in ("101", "102")
    ]
    seen = plan_of_transfer(offered[1]).digest
    import_transfer(offered[1], by=None, seen=seen)


def _add_mapping() -> None:
    """Change a row, and add one."""
    for key in ("barcode", "shelf"):
        definition = {"use": "constant", "value": "1"}
        write_row(Part.PRODUCT, key, definition, switch_on=False)


def _add_shipping_map() -> None:
    """Add a courier and a shipping method, each way mapped, and a courier that is not."""
    MappedCourier.objects.create(courier="DPD", link="https://track.dpd.example/{number}")
    MappedMethod.objects.create(method="express_*", priority=10)
    order = Order.objects.earliest("pk")
    Despatch.objects.create(message_id="unmapped", order=order, courier="UPS")
