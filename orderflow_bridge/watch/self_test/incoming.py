"""The way in: a stock message to the bridge's public address, applied by the ordinary job."""

from datetime import datetime, timedelta

from django.contrib.auth.models import Permission, User
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_noop

from imports.models import Import, ImportLine
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.services import grant_token, revoke_token
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import SELF_TEST, Entity, RequestType
from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import InventoryImport, ProblemReports
from orderflow_bridge.configuration.selectors import (
    inventory_import,
    problem_reports,
    self_test,
)
from orderflow_bridge.inventory.models import DEFAULT_SOURCE, Source, SourceItem
from orderflow_bridge.problems.kinds import Severity
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.waiting import why_message_waits
from orderflow_bridge.watch.self_test.models import Run, Step, StepState
from orderflow_bridge.watch.self_test.posting import NotTaken, post_stock
from orderflow_bridge.watch.wording import counted

SEND, APPLY = "send", "apply"
IN = gettext_noop("In: a stock message")
TOKEN_SECONDS = 120


def in_steps() -> list[Step]:
    """Return the steps of the self-test's own stock message."""
    return [
        Step(SEND, IN, gettext_noop("Taken at the public address")),
        Step(APPLY, IN, gettext_noop("Applied")),
    ]


def send(run: Run, step: Step, now: datetime) -> None:
    """Post a stock message of the self-test's own SKU, unless one of this run has arrived already.

    That no unit is there changes no stock. The token is good for this call alone.
    """
    base_url = problem_reports().base_url
    if not base_url:
        remedy = gettext_noop("Enter the address at which OrderFlow reaches the bridge.")
        step.fail(gettext_noop("No Base URL is set."), remedy, _page(), now, Severity.WARNING)
        return
    if step.data and (request := _arrived(step)):
        _take(step, request)
        return
    source = Source.objects.filter(enabled=True).order_by("source_code")
    first = source.filter(pk=DEFAULT_SOURCE).first() or source.first()
    if first is None:
        url = reverse("admin:inventory_source_changelist")
        step.fail(
            gettext_noop("There is no enabled source."),
            gettext_noop("Create one."),
            url,
            now,
            Severity.WARNING,
        )
        return
    newest = SourceItem.objects.filter(product=own_product()).aggregate(
        newest=Max("last_sequence_id")
    )
    step.data = {
        "sequence": (newest["newest"] or 0) + 1,
        "after": Request.objects.aggregate(newest=Max("pk"))["newest"] or 0,
    }
    run.save()
    _post(step, base_url, first.pk)


def apply(run: Run, step: Step, now: datetime) -> None:
    """See that the import applies the message; what waits for too long is taken back."""
    request = Request.objects.filter(pk=run.step(SEND).data["request"]).first()
    if request is None:
        step.fail(
            gettext_noop("The message has been deleted."),
            gettext_noop("Run it again."),
            _requests(),
            now,
        )
    elif request.processed_at:
        _judge(step, request.pk, request.processed_at)
    else:
        why = why_message_waits(request).rstrip(".")
        step.text = f"Waits. {why}."
        minutes = self_test().import_minutes
        if now >= (step.began_at or now) + timedelta(minutes=minutes):
            off = not inventory_import().is_enabled
            step.fail(
                f"Not within {counted(minutes, 'minute')}. {why}.",
                gettext_noop("Switch Inventory Import on.")
                if off
                else gettext_noop("See what holds the messages."),
                section_url(InventoryImport) if off else _requests(),
                now,
            )
            take_back()


def take_back() -> None:
    """Delete the self-test's messages that nobody has applied and no worker is at."""
    Request.objects.filter(
        received_by=SELF_TEST, processed_at=None, claimed_until=None, type=RequestType.IMPORT
    ).delete()


def own_product() -> Product:
    """Return the product that the messages are about, made if need be.

    It is on no website and disabled: nobody sells it, and OrderFlow is never told of it.
    """
    product: Product | None = Product.objects.filter(sku_key=SELF_TEST).first()
    if product is None:
        return Product.objects.create(
            sku=SELF_TEST,
            name="Self-test (not for sale)",
            status=Product.Status.DISABLED,
            visibility=Product.Visibility.NOT_VISIBLE,
        )
    ProductWebsite.objects.filter(product=product).delete()
    return product


def own_user() -> User:
    """Return the user that the messages are brought by, made if need be: no password opens it."""
    user, is_new = User.objects.get_or_create(
        username=SELF_TEST, defaults={"first_name": "Self-test"}
    )
    if is_new:
        user.set_unusable_password()
        user.save()
        app, _, codename = ORDERFLOW_IMPORT.partition(".")
        right = Permission.objects.get(content_type__app_label=app, codename=codename)
        user.user_permissions.add(right)
    return user


def _post(step: Step, base_url: str, source_code: str) -> None:
    user = own_user()
    token = grant_token(user, idle_seconds=TOKEN_SECONDS)
    try:
        post_stock(base_url, token, source_code=source_code, sequence_id=step.data["sequence"])
    except NotTaken as error:
        if error.is_refused:
            remedy = f"Let the user {SELF_TEST} be active, with the right OrderFlow Import."
            url = reverse("admin:auth_user_change", args=[user.pk])
        else:
            remedy = gettext_noop(
                "See Base URL, and what stands between: proxy, firewall, certificate."
            )
            url = _page()
        step.fail(f"{base_url}: {error}", remedy, url, clock.now())
        return
    finally:
        revoke_token(token)
    if request := _arrived(step):
        _take(step, request)
    else:
        text = f"{base_url} took the message, but it did not arrive here: it is another bridge's."
        step.fail(text, gettext_noop("Enter this bridge's own Base URL."), _page(), clock.now())


def _take(step: Step, request: Request) -> None:
    step.data["request"] = request.pk
    step.end(StepState.PASSED, gettext_noop("It came in as OrderFlow's do."), request.created_at)


def _arrived(step: Step) -> Request | None:
    """Return the message of this run as it lies in the queue."""
    own = Request.objects.filter(
        pk__gt=step.data["after"],
        type=RequestType.IMPORT,
        entity=Entity.INVENTORY,
        received_by=SELF_TEST,
    )
    return own.order_by("pk").first()


def _judge(step: Step, request_id: int, at: datetime) -> None:
    """Say what became of the message once it was processed."""
    report = Import.objects.filter(request=request_id).first()
    if report is not None and not report.failures:
        step.end(StepState.PASSED, gettext_noop("The import has applied it."), at)
        return
    line = ImportLine.objects.filter(parent=report).first() if report else None
    why = line.message if line else "There is no report of it."
    step.fail(
        f"It was processed, and not applied. {why}",
        gettext_noop("See the import."),
        _requests(),
        at,
    )


def _page() -> str:
    return section_url(ProblemReports)


def _requests() -> str:
    return reverse("admin:imports_importrequest_changelist")
