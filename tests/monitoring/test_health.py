"""What the watchers see."""

import datetime as dt
import re
import time

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from imports.models import Import
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.monitoring.readiness import decide
from orderflow_bridge.monitoring.selectors import Waiting
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.version import full_version

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
HOUR_AGO = NOW - dt.timedelta(hours=1)


def ago(**span):
    """Return a moment before NOW."""
    return NOW - dt.timedelta(**span)


def decided(**values):
    """Judge a healthy bridge, changed by `values`."""
    healthy = {
        "now": NOW,
        "up_since": HOUR_AGO,
        "ticked": ago(seconds=30),
        "queues": [],
        "broker_error": "",
    }
    return decide(**{**healthy, **values})


def make_request(entity=Entity.INVENTORY, **values):
    """Store a waiting message."""
    operation = Operation.UPDATE if entity == Entity.INVENTORY else Operation.CREATE
    return Request.objects.create(
        type=RequestType.IMPORT, entity=entity, operation=operation, **values
    )


def make_run(**values):
    """Store a finished run of a job."""
    now = timezone.now()
    datetimes = {"scheduled_for": now, "created_at": now, "started_at": now, "finished_at": now}
    return JobRun.objects.create(**{"job": "orderflow_log_cleaner", **datetimes, **values})


def metrics_of(client):
    """Return the scraped samples as {(name, labels): value}."""
    text = client.get("/metrics").content.decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_healthy_bridge_is_ready():
    assert decided().is_ready


def test_silence_of_the_scheduler_is_a_reason():
    assert decided(ticked=ago(minutes=3)).is_ready
    assert decided(ticked=ago(minutes=7)).reasons == [
        "The scheduler last ran 7 minutes ago. Check beat and the worker."
    ]


def test_a_scheduler_that_never_ran_is_a_reason_once_it_has_had_time():
    assert decided(ticked=None, up_since=ago(minutes=2)).is_ready
    assert decided(ticked=None).reasons == [
        "The scheduler has never run. Start beat and a worker, or add the cron entry."
    ]


def test_a_process_that_was_just_started_does_not_hide_a_silence():
    assert decided(ticked=ago(days=2), up_since=NOW).reasons == [
        "The scheduler last ran 2880 minutes ago. Check beat and the worker."
    ]


def test_a_disk_that_is_almost_full_is_a_reason():
    assert decided(disk="The disk is almost full.").reasons == ["The disk is almost full."]


@pytest.mark.django_db
def test_a_tick_in_the_future_does_not_hide_a_silence(client):
    make_run(created_at=timezone.now() + dt.timedelta(days=1), scheduled_for=HOUR_AGO)
    make_run(created_at=timezone.now() - dt.timedelta(minutes=7))

    assert client.get("/readyz").json()["reasons"] == [
        "The scheduler last ran 7 minutes ago. Check beat and the worker."
    ]


def test_a_broker_that_cannot_be_reached_is_a_reason():
    found = decided(broker_error="Connection refused")

    assert found.reasons == ["The broker cannot be reached: Connection refused"]


def test_a_message_that_waits_for_long_is_a_reason():
    old = Waiting(RequestType.IMPORT, Entity.SHIPMENT, 2, ago(minutes=40))
    new = Waiting(RequestType.IMPORT, Entity.INVENTORY, 5, ago(minutes=14))

    found = decided(queues=[old, new])

    assert found.reasons == ["The oldest shipment import request has waited 40 minutes."]
    assert (found.waiting_requests, found.oldest_waiting_seconds) == (7, 2400)


def test_the_process_is_up_without_asking_the_database(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content.decode()) == (200, f"ok {full_version()}\n")


@pytest.mark.django_db
def test_readiness_is_answered_with_its_figures(client):
    make_request()
    tick = make_run()

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert dt.datetime.fromisoformat(answer.json()["last_tick"]) == tick.created_at
    assert answer.json() | {"oldest_waiting_seconds": 0, "last_tick": None} == {
        "ready": True,
        "reasons": [],
        "last_tick": None,
        "oldest_waiting_seconds": 0,
        "waiting_requests": 1,
    }


@pytest.mark.django_db
def test_a_reason_is_answered_as_unavailable(client):
    make_request(created_at=timezone.now() - dt.timedelta(minutes=30))
    make_run()

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert re.fullmatch(
        r"The oldest inventory import request has waited (29|30) minutes\.",
        answer.json()["reasons"][0],
    )


@pytest.mark.django_db
def test_the_figures_of_the_queue_are_those_of_the_database(client):
    make_request(created_at=timezone.now() - dt.timedelta(minutes=2))
    make_request()
    make_request(Entity.SHIPMENT)
    make_request(processed_at=timezone.now())

    statistics = metrics_of(client)

    inventory = (("entity", "inventory"), ("type", "import"))
    shipment = (("entity", "shipment"), ("type", "import"))
    assert statistics["bridge_requests_waiting", inventory] == 2
    assert statistics["bridge_requests_waiting", shipment] == 1
    assert 119 < statistics["bridge_oldest_request_seconds", inventory] < 180


@pytest.mark.django_db
def test_import_lines_are_counted_by_result_for_a_day(client):
    counts = {"successes": 7, "duplicates": 1, "superseded": 2, "failures": 3}
    imports = [
        Import(entity=Entity.INVENTORY, operation=Operation.UPDATE, **counts),
        Import(entity=Entity.INVENTORY, operation=Operation.UPDATE, successes=1),
        Import(
            entity=Entity.INVENTORY,
            operation=Operation.UPDATE,
            successes=100,
            created_at=timezone.now() - dt.timedelta(hours=25),
        ),
    ]
    Import.objects.bulk_create(imports)

    statistics = metrics_of(client)

    assert {
        dict(labels)["result"]: value
        for (name, labels), value in statistics.items()
        if name == "bridge_import_lines_24h"
    } == {"success": 8, "duplicate": 1, "superseded": 2, "failure": 3, "discarded": 0}


@pytest.mark.django_db
def test_the_last_run_of_each_job_is_shown_per_status(client):
    newest = timezone.now().replace(microsecond=0)
    make_run(status="success", finished_at=newest - dt.timedelta(hours=1))
    make_run(status="success", finished_at=newest, scheduled_for=newest - dt.timedelta(minutes=5))
    make_run(status="failed", finished_at=newest, scheduled_for=newest - dt.timedelta(minutes=9))

    statistics = metrics_of(client)

    key = (("job", "orderflow_log_cleaner"), ("status", "success"))
    assert statistics["bridge_job_last_run_timestamp_seconds", key] == newest.timestamp()
    assert len([name for name, _ in statistics if name.startswith("bridge_job")]) == 2


@pytest.mark.django_db
def test_figures_can_be_kept_for_the_bearer_of_a_token(client, settings):
    settings.BRIDGE_METRICS_TOKEN = "s3cret"

    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer s3cret"}).status_code == 200


@pytest.mark.django_db
def test_a_watcher_may_call_the_machine_by_any_name(client, settings):
    settings.ALLOWED_HOSTS = ["shop.example.com"]
    make_run()

    assert client.get("/healthz", headers={"Host": "10.1.2.3"}).status_code == 200
    assert client.get("/readyz", headers={"Host": "10.1.2.3"}).status_code == 200


@pytest.mark.django_db
def test_a_watcher_leaves_no_lines_in_the_log(client, settings, caplog):
    settings.BRIDGE_METRICS_TOKEN = "secret"
    make_run(created_at=timezone.now() - dt.timedelta(hours=1))

    assert client.get("/readyz").status_code == 503
    assert client.get("/metrics").status_code == 401
    assert caplog.records == []


@pytest.mark.django_db
def test_a_scrape_costs_one_question_per_family(client, django_assert_num_queries):
    limits = 3 if connection.vendor == "postgresql" else 0  # a savepoint, a limit, its end
    with django_assert_num_queries(13 + limits):
        client.get("/metrics")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="nothing waits for a lock to read")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", [Request, JobRun])
def test_who_holds_a_lock_for_long_keeps_no_watcher_waiting(client, table):
    make_run()
    client.get("/readyz")  # the first one reads the migrations' files
    parameters = connection.get_connection_params()
    known = {name: parameters[name] for name in ("host", "port", "user", "password", "dbname")}
    with psycopg.connect(**known) as other:
        other.execute(f"LOCK TABLE {table._meta.db_table} IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        answer = client.get("/readyz")
        took = time.monotonic() - began
        scraped = client.get("/metrics")
        scraping = time.monotonic() - began - took

    assert (answer.status_code, scraped.status_code) == (503, 503)
    [reason] = answer.json()["reasons"]
    assert reason.startswith("The database cannot be reached: It has not answered within 0.7")
    assert reason.endswith("Something may hold a lock.")
    assert took < 3
    assert scraping < 8
