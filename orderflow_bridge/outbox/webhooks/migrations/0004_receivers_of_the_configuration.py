"""Make receivers of the configuration's section Webhooks: one for each website that has them on,
has an address for them, or has events. Events keep their ids and wait on for their receiver."""

from datetime import UTC, datetime

from django.db import migrations
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from orderflow_bridge.configuration.kinds import Secret

PREFIX = "orderflow_webhooks/settings/"
EVENTS = ("order.exported", "shipment.created", "stock.changed")
DEFAULTS = {
    "is_enabled": "0", "url": "", "secret": "", "events": ",".join(EVENTS), "max_attempts": "12",
    "timeout": "10", "parallel_calls": "4",
}  # fmt: skip
AT_ONCE = 500


def move(apps, schema_editor):
    alias = schema_editor.connection.alias
    settings = apps.get_model("configuration", "SettingValue").objects.using(alias)
    events = apps.get_model("webhooks", "WebhookEvent").objects.using(alias)
    stored = {}
    for website, path, value in settings.filter(path__startswith=PREFIX).values_list(
        "website_id", "path", "value"
    ):
        stored.setdefault(website, {})[path.removeprefix(PREFIX)] = value
    with_events = set(events.order_by().values_list("website_id", flat=True).distinct())
    for website in apps.get_model("stores", "Website").objects.using(alias).order_by("pk"):
        values = {**DEFAULTS, **stored.get(None, {}), **stored.get(website.pk, {})}
        is_on = values["is_enabled"] == "1"
        if is_on or values["url"] or website.pk in with_events:
            receiver = add_receiver(apps, alias, website, values, is_on=is_on)
            events.filter(website=website).update(receiver=receiver)
    events.exclude(collapse_key=None).update(
        collapse_key=Concat(
            Value("r"),
            Cast(F("receiver_id"), CharField()),
            Value(" "),
            F("kind"),
            Value(" "),
            F("topic"),
        )
    )
    settings.filter(path__startswith=PREFIX).delete()


def add_receiver(apps, alias, website, values, *, is_on):
    receivers = apps.get_model("webhooks", "WebhookReceiver").objects.using(alias)
    name = website.name[:80]
    if receivers.filter(name=name).exists():
        name = f"{name} ({website.code})"[:100]
    receiver = receivers.create(
        name=name,
        for_all_websites=False,
        url=values["url"],
        # One that no key fits stays as it is stored: the key may come back.
        secret=Secret().load(values["secret"]) if values["secret"] else None,
        events=[each for each in values["events"].split(",") if each],
        is_active=is_on,
        max_attempts=int(values["max_attempts"]),
        timeout=int(values["timeout"]),
        parallel_calls=int(values["parallel_calls"]),
    )
    receiver.websites.add(website)
    return receiver


def keep_attempts(apps, schema_editor):
    """Make rows of the attempts that events had as a list; request and answer of the last only."""
    alias = schema_editor.connection.alias
    events = apps.get_model("webhooks", "WebhookEvent").objects.using(alias)
    model = apps.get_model("webhooks", "WebhookAttempt")
    rows = []
    columns = ("pk", "tries", "answer_status", "answer", "body")
    for pk, tries, status, answer, body in events.values_list(*columns).iterator(AT_ONCE):
        for place, (at, result) in enumerate(tries, start=1):
            attempt = model(event_id=pk, made_at=datetime.fromisoformat(at).replace(tzinfo=UTC))
            attempt.status = int(result) if result.isdecimal() else None
            attempt.error = "" if result.isdecimal() else result[:500]
            if place == len(tries):
                attempt.status, attempt.answer, attempt.body = status, answer, body
            rows.append(attempt)
        if len(rows) >= AT_ONCE:
            model.objects.using(alias).bulk_create(rows)
            rows = []
    model.objects.using(alias).bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [
        ("configuration", "0006_configuration_files"),
        ("webhooks", "0003_receivers"),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RunPython(keep_attempts, migrations.RunPython.noop),
    ]
