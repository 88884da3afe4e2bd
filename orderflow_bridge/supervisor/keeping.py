"""What `manage.py run` becomes when everything is prepared: a small process that keeps the others.

It is the same process with the same number, but another program, which has loaded neither Django
nor any room: the first one needs as much memory as a web server, for nothing but waiting.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from orderflow_bridge.supervisor.console import Console
from orderflow_bridge.supervisor.listening import is_answering
from orderflow_bridge.supervisor.processes import Program, Supervisor

PATIENCE = 60.0
_BROKER_IS_GONE = "The broker's file was removed and is made anew. All start again."


@dataclass(frozen=True)
class Plan:
    """What is to be kept running, where the web server answers, and what is printed once it does.

    `broker_file` is the SQLite file of the broker, "" if it is a server.
    """

    programs: tuple[Program, ...]
    host: str
    port: int
    banner: str
    broker_file: str = ""


def become_supervisor(plan: Plan) -> NoReturn:
    """Become the program of this file. The plan may hold a password, so it goes through a pipe."""
    reading, writing = os.pipe()
    os.set_inheritable(reading, True)
    os.write(writing, json.dumps(asdict(plan)).encode())  # shorter than a pipe is wide
    os.close(writing)
    sys.stdout.flush()
    sys.stderr.flush()
    command = (sys.executable, "-m", __name__, str(reading))
    os.execv(sys.executable, command)  # noqa: S606


def keep(plan: Plan) -> None:
    """Keep the programs of a plan running until SIGINT or SIGTERM arrives."""
    console = Console()
    herald = Herald(console, plan)
    supervisor = Supervisor(plan.programs, console.say)

    def restart() -> None:
        console.say("run", _BROKER_IS_GONE)
        supervisor.restart()

    watch = BrokerWatch(Path(plan.broker_file) if plan.broker_file else None, restart)

    def each_round() -> None:
        herald.announce()
        watch.look()

    supervisor.run(each_round=each_round)
    console.say("run", "Stopped.")


class Herald:
    """Prints the banner once, as soon as the web server answers, or says that it does not."""

    def __init__(self, console: Console, plan: Plan) -> None:
        self.console = console
        self.plan = plan
        self.worry_at = time.monotonic() + PATIENCE
        self.is_done = False

    def announce(self) -> None:
        """Print what there is to say at this moment."""
        if self.is_done:
            return
        if is_answering(self.plan.host, self.plan.port):
            self.is_done = True
            self.console.write(self.plan.banner)
        elif time.monotonic() > self.worry_at:
            self.worry_at += PATIENCE
            self.console.say("run", "The web server does not answer. Its lines above say why.")


class BrokerWatch:
    """Notices that the broker's file is another one than before, or gone.

    Open connections keep to the deleted file, in which nothing can be written any more: whoever has
    one must be started again, and makes the file anew. No message is missed, because messages only
    wake workers.
    """

    def __init__(self, file: Path | None, restart: Callable[[], None]) -> None:
        self._file = file
        self._restart = restart
        self._seen = self._identity()

    def look(self) -> None:
        """Have the programs started again if they use a file that is not there any more."""
        found = self._identity()
        if found == self._seen:
            return
        # Out of nothing a file is made by those that have just been started.
        is_lost = self._seen is not None
        self._seen = found
        if is_lost:
            self._restart()

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self._file.stat() if self._file else None
        except FileNotFoundError:
            return None
        return (found.st_dev, found.st_ino) if found else None


def _read(descriptor: int) -> Plan:
    with open(descriptor) as pipe:
        values = json.load(pipe)
    return Plan(**{**values, "programs": tuple(Program(**each) for each in values["programs"])})


if __name__ == "__main__":
    keep(_read(int(sys.argv[1])))
