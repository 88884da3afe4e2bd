"""Real processes whose host has a wrong clock, beside one whose clock is right."""

import shutil
import subprocess
import sys

import psycopg
import pytest

from tests.supervisor.servers import ROOT, environment, servers_of_this_run

FAKETIME = shutil.which("faketime")
pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not FAKETIME, reason="faketime is not installed"),
]
MINUTELY = "orderflow_import_inventory_update: Success"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the data folder that the hosts share."""
    return tmp_path_factory.mktemp("bridge")


@pytest.fixture(scope="module")
def servers(folder):
    """Return the servers that the hosts share."""
    with servers_of_this_run("bridge_wrong_clock", migrated_in=folder) as values:
        yield values


@pytest.fixture(scope="module")
def bridge(servers, folder):
    """Return a function that runs manage.py on a prepared bridge, by a wrong clock if asked to."""
    env = environment(folder, **servers)

    def manage(*arguments: str, clock: str = "") -> str:
        by = (FAKETIME, "-f", clock) if clock else ()
        done = subprocess.run(
            [*by, sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=env, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    manage("prepare")
    return manage


def next_minute(bridge):
    """Let the slots that are filled lie a minute further back, instead of waiting for a minute."""
    script = (
        "from datetime import timedelta; from django.db.models import F;"
        "from orderflow_bridge.jobs.models import JobRun;"
        "[JobRun.objects.filter(pk=run.pk).update("
        "scheduled_for=run.scheduled_for - timedelta(minutes=1))"
        " for run in JobRun.objects.order_by('scheduled_for', 'pk')]"
    )
    bridge("shell", "--no-imports", "-c", script)


@pytest.mark.parametrize("clock", ["+1d", "+1h", "-1h", "-1d"])
def test_after_a_tick_by_a_wrong_clock_the_right_one_works_at_the_next_minute(bridge, clock):
    bridge("jobs", "tick", clock=clock)
    next_minute(bridge)

    assert MINUTELY in bridge("jobs", "tick")
    assert bridge("jobs", "run", "orderflow_import_inventory_update")


def test_of_two_hosts_the_databases_clock_decides(bridge, servers):
    if "DATABASE_URL" not in servers:
        pytest.skip("on SQLite there is one host")
    bridge("jobs", "tick", clock="+1d")

    with psycopg.connect(servers["DATABASE_URL"]) as connection:
        [ahead] = connection.execute(
            "SELECT count(*) FROM scheduler_jobrun WHERE scheduled_for > now()"
            " OR created_at > now()"
        ).fetchone()
    assert ahead == 0
