"""`manage.py run`: the whole bridge on one machine, without any other server."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from orderflow_bridge.jobs.cleaning import broker_file
from orderflow_bridge.settings import env
from orderflow_bridge.supervisor.console import banner
from orderflow_bridge.supervisor.keeping import Plan, become_supervisor
from orderflow_bridge.supervisor.listening import (
    LAST_PORT,
    CannotListen,
    bracketed,
    check_free,
    reachable,
)
from orderflow_bridge.supervisor.preparation import (
    ADMINISTRATOR,
    Administrator,
    prepare,
)
from orderflow_bridge.supervisor.processes import Program

SANDBOX_HOST = "127.0.0.1"


class Command(BaseCommand):
    """Prepare the database, then keep web server, worker and scheduler running.

    With demo data, a stand-in for OrderFlow runs beside them.
    """

    help = "Runs the bridge: migrates, then starts web server, worker and scheduler together."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --host, --port, --demo and --sandbox-port."""
        parser.add_argument("--host", default=env.text("BRIDGE_HOST", "127.0.0.1"))
        port = env.number("BRIDGE_PORT", 8000, least=1, most=LAST_PORT)
        parser.add_argument("--port", type=int, default=port)
        parser.add_argument("--demo", action="store_true", help="add demo data, once")
        parser.add_argument(
            "--sandbox-port",
            type=int,
            help="where the demo's stand-in for OrderFlow listens (default: the next port)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, then become the supervisor, which runs until Ctrl-C."""
        host, port = options["host"], options["port"]
        sandbox_port = (options["sandbox_port"] or port + 1) if options["demo"] else None
        try:
            check_free(host, port)
            if sandbox_port:
                check_free(SANDBOX_HOST, sandbox_port)
        except CannotListen as error:
            raise CommandError(str(error)) from error
        address = f"http://{bracketed(reachable(host))}:{port}"
        administrator = self._prepare(demo_at=address if options["demo"] else "")
        sandbox = f"http://{SANDBOX_HOST}:{sandbox_port}" if sandbox_port else ""
        running = programs(host, port)
        if sandbox_port:
            running.append(sandbox_program(sandbox_port, bridge=address))
        file = broker_file(settings.CELERY_BROKER_URL)
        become_supervisor(
            Plan(
                programs=tuple(running),
                host=host,
                port=port,
                banner=banner_for(address, administrator, sandbox=sandbox),
                broker_file=str(file) if file else "",
            )
        )

    def _prepare(self, *, demo_at: str) -> Administrator | None:
        self.stdout.write("Preparing the database …")
        try:
            administrator = prepare()
            if demo_at:
                call_command("demo", url=demo_at)
        except KeyboardInterrupt:
            raise CommandError("Interrupted before anything was started.") from None
        return administrator


def banner_for(address: str, administrator: Administrator | None, *, sandbox: str = "") -> str:
    """Return the banner of this start. `administrator` is the one just made, if one was made."""
    if administrator is None:
        shown = f"unchanged (forgotten? manage.py changepassword {ADMINISTRATOR})"
    elif administrator.password:
        shown = f"{administrator.password}   (made now, shown only this once)"
    else:
        shown = "the one in BRIDGE_ADMIN_PASSWORD"
    return banner(
        address=address,
        data_folder=str(settings.DATA_DIR),
        username=ADMINISTRATOR,
        password=shown,
        sandbox=sandbox,
    )


def programs(host: str, port: int) -> list[Program]:
    """Return the three programs of the bridge."""
    python = (sys.executable, "-m")
    celery = (*python, "celery", "--quiet", "-A", "orderflow_bridge")
    config = "python:orderflow_bridge.http.gunicorn_config"
    return [
        _program(
            "web", *python, "gunicorn", "-c", config, "--bind", f"{bracketed(host)}:{port}"
        ),
        _program(
            "worker", *celery, "worker", "-P", "threads", "-c", "4",
            "--without-mingle", "--without-gossip",
        ),
        _program("beat", *celery, "beat", "--pidfile="),
    ]  # fmt: skip


def sandbox_program(port: int, *, bridge: str) -> Program:
    """Return the demo's stand-in for OrderFlow, which calls the bridge at its address."""
    manage = (sys.executable, "-m", "orderflow_bridge.command_line")
    return _program(
        "sandbox", *manage, "sandbox", "--connect", "--port", str(port), "--bridge", bridge
    )


def _program(name: str, *command: str) -> Program:
    """Return a program that knows its own name, and writes its lines as this process would."""
    environment = {
        "BRIDGE_ROLE": name,
        "BRIDGE_LOG_FORMAT": settings.LOG_FORMAT,
        "PYTHONUNBUFFERED": "1",
    }
    return Program(name, command, environment)
