"""A shop and an OrderFlow on which incidents are played: real HTTP, SOAP and SMTP on loopback."""

from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from email.message import EmailMessage
from io import StringIO
from typing import TypeVar

from django.conf import LazySettings
from django.core.management import call_command
from time_machine import Traveller

from orderflow_bridge.access.ready_roles import ADMINISTRATOR, IMPORT, OPERATOR
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.configuration.sections import Api
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sandbox import incidents, sending
from orderflow_bridge.sandbox.incidents import INCIDENTS
from orderflow_bridge.sandbox.records import Errand
from orderflow_bridge.sandbox.sandbox import Sandbox
from tests.factories import make_order, make_product
from tests.journeys.conftest import Trade
from tests.journeys.person import Person
from tests.mail_server import MailServer

T = TypeVar("T")
ADMIN_EMAIL = "boss@shop.example"
NEW, ENDED = "New", "Ended"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# The end of a problem is told when it has been gone for ten minutes.
CALM = 11 * MINUTE


@dataclass
class Stage:
    """What an incident is played with. Time passes when a test says so."""

    trade: Trade
    mail: MailServer
    clock: Traveller
    settings: LazySettings
    closing: ExitStack
    people: dict[str, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.people = {role: Person(role) for role in (OPERATOR, ADMINISTRATOR, IMPORT)}

    def open(self, running: AbstractContextManager[T]) -> T:
        """Start something that runs until the test ends."""
        return self.closing.enter_context(running)

    @property
    def sandbox(self) -> Sandbox:
        return self.trade.sandbox

    def wait(self, span: timedelta = MINUTE) -> None:
        """Let time pass, then one minute's jobs run, and OrderFlow fetch."""
        self.clock.shift(span)
        call_command("jobs", "tick", stdout=StringIO())
        self.trade.run_errands()

    def play(self, name: str) -> None:
        incidents.play(self.sandbox, INCIDENTS[name])

    def stop(self, name: str) -> None:
        incidents.stop(self.sandbox, INCIDENTS[name])

    def sell(self, *skus: str) -> list[Product]:
        """Put products on sale."""
        return [self.trade.sell(sku) for sku in skus]

    def stock(self, *skus: str, units: int = 90) -> None:
        """Have products that OrderFlow has counted and pushed, and whose figures are applied."""
        for sku in skus:
            make_product(sku)
            self.sandbox.memory.warehouse.take_product(
                sku, description=sku, first_units=Decimal(units)
            )
        sending.push_stock(self.sandbox)
        self.trade.job("orderflow_import_inventory_update")

    def order(self, units: int = 2) -> Order:
        """Let an order be placed and come to OrderFlow."""
        [product] = self.sell("24-MB02")
        order = make_order(items=[(product, units)])
        self.trade.job("orderflow_export_order_create")
        return order

    def fetch(self, *skus: str) -> None:
        """Let OrderFlow come for products late."""
        for sku in skus:
            self.sandbox.memory.warehouse.send_for(Errand("product", sku))
        self.trade.run_errands()

    def configure(self, **values: object) -> None:
        """Change the website's API settings."""
        write_settings(Api, values, website=self.trade.website)

    def mails(self, text: str) -> list[str]:
        """Send what waits; return under which headings the people in charge were told this."""
        self.trade.job("orderflow_mail_delivery")
        told = [each for each in self.mail.messages if each["To"] == ADMIN_EMAIL]
        return [heading for each in told for heading, block in _blocks(each) if text in flat(block)]


def flat(text: str) -> str:
    """Return a text without line breaks."""
    return " ".join(text.split())


def _blocks(mail: EmailMessage) -> list[tuple[str, str]]:
    """Return the parts of a mail, each with its heading."""
    body = mail.get_body(("plain",))
    assert body is not None
    blocks: list[tuple[str, str]] = []
    for line in body.get_content().splitlines():
        if line in (NEW, ENDED, "Still open"):
            blocks.append((line, ""))
        elif blocks:
            blocks[-1] = (blocks[-1][0], f"{blocks[-1][1]} {line}")
    return blocks
