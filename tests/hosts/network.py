"""Hosts on one machine: network namespaces on a bridge of their own, each with its own clock.

A host can lose its power: its cable is pulled, so that nobody is told that its connections are
gone, and then all of its programs are killed. Its clock is moved while its programs run, as a wrong
NTP server moves it: what is the time is another answer, how long something took is not.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

SWITCH = "orderflow-hosts"
NETWORK = "10.213.77"
OUTSIDE = f"{NETWORK}.1"  # where the tests themselves are, and so OrderFlow
_IP = shutil.which("ip", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") or ""
_FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
# The clock's file is read anew every second; programs' own stop-watches stay right.
_CLOCK = (
    "FAKETIME_CACHE_DURATION=1",
    "FAKETIME_DONT_FAKE_MONOTONIC=1",
    "DONT_FAKE_MONOTONIC=1",
)


def why_not() -> str:
    """Return why hosts cannot be made here, nothing if they can."""
    if os.name != "posix" or os.getuid() != 0:
        return "network namespaces need root"
    if not _IP:
        return "ip is not installed (apt-get install iproute2)"
    if _FAKETIME is None:
        return "libfaketime is not installed (apt-get install faketime)"
    made = subprocess.run([_IP, "netns", "add", "orderflow-try"], capture_output=True, text=True)
    if made.returncode:
        return f"this machine makes no network namespaces: {made.stderr.strip()}"
    _ip("netns", "del", "orderflow-try")
    return ""


@dataclass
class Program:
    """What runs on a host: a command, its environment, and the process if it is running.

    `has_clock` is whether the host's clock is the program's; libfaketime hangs in some.
    """

    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    user: str = "root"
    has_clock: bool = True
    process: "subprocess.Popen[bytes] | None" = None


@dataclass
class Host:
    """A machine in the network."""

    name: str
    address: str
    folder: Path
    programs: list[Program] = field(default_factory=list)

    def start(self, program: Program) -> None:
        """Start a program that the host is to run whenever it is up."""
        self.programs.append(program)
        self._start(program)

    def run(self, program: Program, seconds: int = 300) -> str:
        """Run a program to its end and return what it prints; fail if it fails."""
        done = subprocess.run(
            self._inside(program), env={**os.environ, **program.env}, cwd=self.folder,
            capture_output=True, text=True, timeout=seconds,
        )  # fmt: skip
        assert done.returncode == 0, f"{self.name}: {program}\n{done.stdout}{done.stderr}"
        return done.stdout

    def lose_power(self) -> None:
        """Pull the cable, then kill everything."""
        _ip("link", "set", self._cable, "down")
        for pid in _ip("netns", "pids", self._namespace).split():
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        for program in self.programs:
            if program.process:
                program.process.wait()

    def boot(self) -> None:
        """Plug the cable in and start what the host runs."""
        _ip("link", "set", self._cable, "up")
        for program in self.programs:
            self._start(program)

    def replace(self, *programs: Program) -> None:
        """Stop everything as a service manager does, and run other programs from now on."""
        self.stop()
        self.programs = list(programs)
        for program in self.programs:
            self._start(program)

    def stop(self) -> None:
        """Ask every program to end and wait for it; kill what does not."""
        for program in self.programs:
            if program.process:
                program.process.terminate()
        for program in self.programs:
            if program.process:
                try:
                    program.process.wait(45)
                except subprocess.TimeoutExpired:
                    program.process.kill()
                    program.process.wait()

    def move_clock(self, seconds: int) -> None:
        """Set the host's clock so many seconds ahead of the true one; negative: behind."""
        written = self._clock.with_suffix(".new")
        written.write_text(f"{seconds:+d}s\n")
        written.replace(self._clock)

    def log(self) -> str:
        """Return what the host's programs have written."""
        return (self.folder / "log").read_text(errors="replace")

    def create(self) -> None:
        """Make the namespace and its cable to the switch."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o777)
        self.move_clock(0)
        _ip("netns", "add", self._namespace)
        _ip("link", "add", self._cable, "type", "veth", "peer", "name", "eth0",
            "netns", self._namespace)  # fmt: skip
        _ip("link", "set", self._cable, "master", SWITCH, "up")
        for words in (
            ("addr", "add", f"{self.address}/24", "dev", "eth0"),
            ("link", "set", "eth0", "up"),
            ("link", "set", "lo", "up"),
        ):
            _ip("-n", self._namespace, *words)

    def remove(self) -> None:
        """Kill what runs and take the host out of the network."""
        with suppress(subprocess.CalledProcessError):
            self.lose_power()
        # A namespace goes when the kernel has the time: until then its cable would keep the name.
        for words in (("link", "del", self._cable), ("netns", "del", self._namespace)):
            with suppress(subprocess.CalledProcessError):
                _ip(*words)

    def _start(self, program: Program) -> None:
        with (self.folder / "log").open("ab") as log:
            program.process = subprocess.Popen(
                self._inside(program), env={**os.environ, **program.env},
                cwd=self.folder, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _inside(self, program: Program) -> list[str]:
        """Return the command in the namespace, under the host's name, as its user, by its clock."""
        named = ("unshare", "--uts", "--", "sh", "-c", 'hostname "$0" && exec "$@"', self.name)
        user = program.user
        as_user = ("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups")
        clock = (*_CLOCK, f"LD_PRELOAD={_FAKETIME}", f"FAKETIME_TIMESTAMP_FILE={self._clock}")
        by_clock = ("env", *clock) if program.has_clock else ()
        inside = ("netns", "exec", self._namespace, *named, *as_user, *by_clock)
        return [_IP, *inside, *program.command]

    @property
    def _namespace(self) -> str:
        return f"orderflow-{self.name}"

    @property
    def _cable(self) -> str:
        return f"of-{self.name}"

    @property
    def _clock(self) -> Path:
        return self.folder / "clock"


@contextmanager
def network(folder: Path, names: Sequence[str]) -> Iterator[dict[str, Host]]:
    """Make a network with these hosts; end everything in it afterwards."""
    hosts = {
        name: Host(name, f"{NETWORK}.{number}", folder / name)
        for number, name in enumerate(names, start=11)
    }
    _clear(hosts)
    _ip("link", "add", SWITCH, "type", "bridge")
    _ip("addr", "add", f"{OUTSIDE}/24", "dev", SWITCH)
    _ip("link", "set", SWITCH, "up")
    try:
        for host in hosts.values():
            host.create()
        yield hosts
    finally:
        _clear(hosts)


def _clear(hosts: Mapping[str, Host]) -> None:
    """Remove the network; of a run that was killed, too."""
    for host in hosts.values():
        host.remove()
    with suppress(subprocess.CalledProcessError):
        _ip("link", "del", SWITCH)


def _ip(*words: str) -> str:
    done = subprocess.run([_IP, *words], capture_output=True, text=True, check=True)
    return done.stdout
