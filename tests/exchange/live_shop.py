"""A live shop with something waiting for everybody, made and looked at by processes of its own.

`python -m tests.exchange.live_shop fill ENDPOINT WEBHOOKS CHAT`, `… runs` or `… due`.
"""

import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from orderflow_bridge.catalog.models import ProductWebsite  # noqa: E402
from orderflow_bridge.configuration.sections import Api, OrderExport  # noqa: E402
from orderflow_bridge.configuration.services import write_settings  # noqa: E402
from orderflow_bridge.jobs.models import JobRun  # noqa: E402
from orderflow_bridge.outbox.mail.services import write_mail  # noqa: E402
from orderflow_bridge.problems.models import ChatMessage, ProblemRoute  # noqa: E402
from orderflow_bridge.sales.models import Order  # noqa: E402
from tests.factories import make_order, make_product, make_store, make_website  # noqa: E402
from tests.outbox.webhooks.shop import make_receiver, write_events  # noqa: E402


def fill(endpoint: str, webhooks: str, chat: str) -> None:
    """Make a product, an order, a mail, a webhook and a chat message that are all due."""
    now = timezone.now()
    website = make_website()
    account = {"username": "magento", "password": "s3cret", "organisation": "a", "channel": "b"}
    write_settings(Api, {**account, "endpoint": endpoint}, website=website)
    write_settings(OrderExport, {"exportable_status": ("processing",)})
    receiver = make_receiver(website, url=webhooks)
    make_product("24-MB01").websites.add(website)
    make_order(store=make_store(website))
    write_mail(recipient="anna@example.com", subject="Shipped", text="It has left.")
    write_events(receiver, "1")
    route = ProblemRoute.objects.create(chat_url=chat)
    ChatMessage.objects.create(route=route, text="Wrong.", due_at=now, created_at=now)


def runs() -> None:
    """Print the jobs that have run to their ends, each with what its run said."""
    for job, summary in JobRun.objects.exclude(finished_at=None).values_list("job", "summary"):
        print(f"{job}: {summary}")


def due() -> None:
    """Give the new account its password, and make the product and the order due again."""
    write_settings(Api, {"password": "test"})
    ProductWebsite.objects.update(orderflow_due_at=timezone.now())
    Order.objects.update(orderflow_due_at=timezone.now())


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(*sys.argv[2:])
    else:
        {"runs": runs, "due": due}[sys.argv[1]]()
