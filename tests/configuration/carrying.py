"""Carry a configuration from shop to shop, as somebody does who looks at the difference first."""

from django.contrib.auth.models import Group

from orderflow_bridge.configuration.models import SettingValue
from orderflow_bridge.configuration.selectors import forget
from orderflow_bridge.configuration.transfer.files import read_file
from orderflow_bridge.configuration.transfer.plans import Plan
from orderflow_bridge.configuration.transfer.services import (
    import_transfer,
    offer_file,
    plan_of_transfer,
)
from orderflow_bridge.stores.models import OrderStatus


def brought(text: str, *, passphrase: str = "", leave_out: bool = False) -> Plan:
    """Import a file's text as somebody does who has looked at its plan."""
    transfer = offer_file(read_file(text, passphrase=passphrase), name="configuration.json")
    plan = plan_of_transfer(transfer)
    import_transfer(transfer, by=None, seen=plan.digest, leave_out=leave_out)
    return plan


def emptied() -> None:
    """Leave of the shop's configuration what a new shop has, and the websites."""
    SettingValue.objects.all().delete()
    Group.objects.exclude(name__startswith="OrderFlow").delete()
    OrderStatus.objects.filter(code__startswith="own-").delete()
    forget()
