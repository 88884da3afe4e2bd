"""Keep a few programs running: start them, restart those that die, stop all together."""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PARENT_WATCH = Path(__file__).with_name("parent_watch.py")
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
STEADY_AFTER = 30.0
PATIENCE = 12.0
HEARTBEAT = 0.1
# Once everything has started, only a death or a signal is news, and both wake us.
CALM_HEARTBEAT = 1.0

Say = Callable[[str, str], None]


@dataclass(frozen=True)
class Program:
    """A command to keep running. `name` prefixes its output."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


def pause_after(failures: int) -> float:
    """Return the seconds to wait before the next start: 1, 2, 4 … up to a minute."""
    return float(min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE))


class Child:
    """One program, its process of the moment, and its record of failures."""

    def __init__(self, program: Program, say: Say) -> None:
        self.program = program
        self.say = say
        self.process: subprocess.Popen[str] | None = None
        self.failures = 0
        self.started_at = 0.0
        self.start_at = 0.0

    def start(self) -> None:
        """Start the program in a session of its own, so that its whole group can be stopped."""
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, str(PARENT_WATCH), str(os.getpid()), *self.program.command],
            env={**os.environ, **self.program.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
            errors="replace",
        )
        self.started_at = time.monotonic()
        threading.Thread(target=self._relay, args=(self.process.stdout,), daemon=True).start()

    def tend(self) -> None:
        """Notice a death, and start again when the pause after it is over."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self._bury(now)
        if self.process is None and now >= self.start_at:
            self.start()

    def send(self, signal_number: int) -> None:
        """Send a signal to the program and everything it has started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal_number)
            except ProcessLookupError:
                return

    def reap(self) -> None:
        """Take note of the death of a program that was killed."""
        if self.process is not None:
            self.process.wait()

    def is_running(self) -> bool:
        """Whether the program itself is still there."""
        return self.process is not None and self.process.poll() is None

    def _bury(self, now: float) -> None:
        """Clear away what the dead program left behind and set the time of its next start."""
        self.send(signal.SIGKILL)
        status = self.process.returncode if self.process else 0
        self.failures = 1 if now - self.started_at >= STEADY_AFTER else self.failures + 1
        pause = pause_after(self.failures)
        self.start_at = now + pause
        self.process = None
        self.say(self.program.name, f"{_ending(status)}. Starting again in {pause:.0f} s.")

    def _relay(self, output: IO[str] | None) -> None:
        if output is not None:
            with output:
                for line in output:
                    self.say(self.program.name, line.rstrip())


class Supervisor:
    """Runs programs side by side until it is told to stop."""

    def __init__(
        self, programs: Sequence[Program], say: Say, *, patience: float = PATIENCE
    ) -> None:
        """`patience` is how many seconds the programs have to end before they are killed."""
        self.children = [Child(program, say) for program in programs]
        self.patience = patience
        self.stopping = threading.Event()

    def run(self, *, each_round: Callable[[], None] = lambda: None) -> None:
        """Keep every program running until `stop` is called or SIGINT or SIGTERM arrives."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stop())
        with _waked_by(signal.SIGINT, signal.SIGTERM, signal.SIGCHLD) as wait:
            try:
                while not self.stopping.is_set():
                    for child in self.children:
                        child.tend()
                    each_round()
                    wait(self._until_next_round())
            finally:
                self._end_all()

    def _until_next_round(self) -> float:
        steady = time.monotonic() - STEADY_AFTER
        are_calm = all(each.is_running() and each.started_at < steady for each in self.children)
        return CALM_HEARTBEAT if are_calm else HEARTBEAT

    def restart(self) -> None:
        """Ask every program to end; each is started again, as after any other end."""
        for child in self.children:
            child.send(signal.SIGTERM)

    def stop(self) -> None:
        """Ask the supervisor to end all programs; safe to call from a signal handler."""
        self.stopping.set()

    def _end_all(self) -> None:
        """Ask every group to end, wait a while, then kill what is left."""
        for child in self.children:
            child.send(signal.SIGTERM)
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline and any(child.is_running() for child in self.children):
            time.sleep(HEARTBEAT)
        for child in self.children:
            child.send(signal.SIGKILL)
            child.reap()


@contextmanager
def _waked_by(*signals: signal.Signals) -> Iterator[Callable[[float], object]]:
    """Yield a function that waits so many seconds, or until one of these signals arrives."""
    waking, waked = socket.socketpair()
    for end in (waking, waked):
        end.setblocking(False)
    before = signal.set_wakeup_fd(waked.fileno(), warn_on_full_buffer=False)
    handlers = {
        number: signal.signal(number, lambda *_: None)
        for number in signals
        if signal.getsignal(number) is signal.SIG_DFL
    }

    def wait(seconds: float) -> None:
        if select.select([waking], [], [], seconds)[0]:
            waking.recv(4096)

    try:
        yield wait
    finally:
        signal.set_wakeup_fd(before)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        waking.close()
        waked.close()


def _ending(status: int) -> str:
    """Say in words how a program ended."""
    if status < 0:
        return f"was killed by {signal.Signals(-status).name}"
    return f"ended with status {status}"
