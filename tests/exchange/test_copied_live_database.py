"""A copied live database calls nobody: beat, worker and web run on it, and nobody hears of it."""

import shutil
import subprocess
import sys
from contextlib import ExitStack

import pytest

from tests.fakes import FakeOrderFlow
from tests.mail_server import mail_server
from tests.migrated import lay_copy
from tests.supervisor.servers import (
    ROOT,
    environment,
    free_port,
    running,
    status_of,
    wait_until,
)

pytestmark = [pytest.mark.processes, pytest.mark.slow]
JOBS = {
    "orderflow_export_product_create",
    "orderflow_export_order_create",
    "orderflow_mail_delivery",
    "orderflow_webhooks",
    "orderflow_watch",
}


def command(env, *words):
    """Run a command of the bridge's, or a module of the tests', to its end; return what it said."""
    done = subprocess.run(
        [sys.executable, *words], env=env, cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    return done.stdout if done.returncode == 0 else pytest.fail(done.stdout + done.stderr)


def shop(env, *words):
    return command(env, "-m", "tests.exchange.live_shop", *words)


def said(env):
    """Return what each of the jobs said at its last end, once all have run."""
    found = dict(line.split(": ", 1) for line in shop(env, "runs").splitlines())
    return found if found.keys() >= JOBS else {}


def test_a_copied_live_database_calls_nobody_and_after_its_adoption_only_the_sandbox(tmp_path):
    live, copy = tmp_path / "live", tmp_path / "copy"
    with ExitStack() as open_:
        orderflow = open_.enter_context(FakeOrderFlow().running())
        hooks = open_.enter_context(FakeOrderFlow().running())
        chat = open_.enter_context(FakeOrderFlow().running())
        sandbox = open_.enter_context(FakeOrderFlow().running())
        mail = open_.enter_context(mail_server())
        outside = {"EMAIL_URL": f"smtp://127.0.0.1:{mail.port}", "BRIDGE_LOG_FORMAT": "text"}
        at_live = environment(live, BRIDGE_ENVIRONMENT="live", **outside)
        live.mkdir()
        lay_copy(live)
        command(at_live, "manage.py", "prepare")
        shop(at_live, "fill", orderflow.endpoint, hooks.endpoint, chat.endpoint)
        shutil.copytree(live, copy)

        env = environment(copy, BRIDGE_ENVIRONMENT="test", **outside)
        port = free_port()
        bridge = ["manage.py", "run", "--port", str(port)]
        with running(*bridge, env=env, log=tmp_path / "output"):
            wait_until(lambda: status_of(port, "/admin/login/") == 200, seconds=90)
            found = wait_until(lambda: said(env), seconds=180)
            everybody = (orderflow.heard, hooks.heard, chat.heard, sandbox.heard, mail.messages)
            assert everybody == ([], [], [], [], [])
            for job in JOBS - {"orderflow_watch"}:
                assert "This is a copy: the database is that of “live”" in found[job], job

        adopted = command(env, "manage.py", "adopt", "--as", "test", "--endpoint", sandbox.endpoint)
        assert "2 waiting exports cleared" in adopted
        assert "1 waiting e-mails cleared." in adopted
        env["BRIDGE_TEST_HOSTS"] = ""
        for job in JOBS:
            command(env, "manage.py", "jobs", "run", job)
        assert sandbox.heard == [], "what live had waiting is nobody's any more"

        shop(env, "due")
        for job in JOBS:
            command(env, "manage.py", "jobs", "run", job)
        assert len(sandbox.heard) == 2
        others = (orderflow.heard, hooks.heard, chat.heard, mail.messages)
        assert others == ([], [], [], [])
