"""manage.py demo: add the demo data once and say how to try it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.demo.services import API_USER, Added, add_demo, is_there

SERVICES = "realtimeDespatchOrderFlow{}RequestManagementV1"

TRY_IT = """
Try it (three messages; one minute later look at OrderFlow Imports):

TOKEN=$(curl -s {url}/rest/V1/integration/admin/token \\
  -H 'Content-Type: application/json' \\
  -d '{{"username": "{user}", "password": "{password}"}}' | tr -d '"')

curl -s "{url}/soap/default?services={inventory}" \\
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: text/xml' -d '
<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>
  <u:{inventory}UpdateRequest
      xmlns:u="{url}/soap/default?services={inventory}">
    <productQtys><item><sku>24-MB01</sku><qty>90</qty></item></productQtys>
    <productSeqs><item><sku>24-MB01</sku><seq>507</seq></item></productSeqs>
    <messageSeqId>71</messageSeqId>
  </u:{inventory}UpdateRequest>
</Body></Envelope>'

curl -s "{url}/soap/default?services={shipment}" \\
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: text/xml' -d '
<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>
  <c:{shipment}CreateRequest
      xmlns:c="{url}/soap/default?services={shipment}">
    <orderIncrementId>000000005</orderIncrementId>
    <skuQty><item><sku>24-MB01</sku><qty>1</qty></item></skuQty>
    <comment>Shipment Created</comment><email>1</email><includeComment>1</includeComment>
    <courierName>Generic</courierName><dateShipped>2017-03-22 15:25:16</dateShipped>
    <messageSeqId>38</messageSeqId>
  </c:{shipment}CreateRequest>
</Body></Envelope>'
"""


class Command(BaseCommand):
    """Add demo data to an empty shop; a second call changes nothing."""

    help = "Add demo data once: websites, products, stock, orders, quotes, an API user."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --force and --url."""
        parser.add_argument(
            "--force", action="store_true", help="add it beside the orders of a real shop"
        )
        parser.add_argument(
            "--url", default="http://127.0.0.1:8000", help="address of the web server, for the text"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Add, and print what was added."""
        if is_there() and not options["force"]:
            self.stdout.write("The demo data is already here.")
            return
        try:
            added = add_demo(force=options["force"])
        except BridgeError as error:
            raise CommandError(str(error)) from error
        self._report(added, options["url"].rstrip("/"))

    def _report(self, added: Added, url: str) -> None:
        self.stdout.write(
            f"Added {added.products} products, {added.orders} orders and {added.quotes} quotes."
        )
        if not added.password:
            self.stdout.write(f"The API user {API_USER} was there before; its password is kept.")
        else:
            self.stdout.write(f"API user: {API_USER}   password: {added.password}")
        self.stdout.write(
            TRY_IT.format(
                url=url,
                user=API_USER,
                password=added.password or "…",
                inventory=SERVICES.format("Inventory"),
                shipment=SERVICES.format("Shipment"),
            )
        )
