"""What `manage.py run` prints: a banner for people, and every program's lines under its name."""

import contextlib
import os
import sys
import threading
from typing import TextIO

COLOURS = {"web": "36", "worker": "32", "beat": "35", "run": "33", "sandbox": "34"}
WIDTH = 7


class Console:
    """Prints whole lines, one at a time, whichever program they come from."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.is_coloured = self.stream.isatty() and "NO_COLOR" not in os.environ
        self.lock = threading.Lock()

    def say(self, name: str, line: str) -> None:
        """Print one line under the name of the program it comes from."""
        label = f"{name:<{WIDTH}} |"
        if self.is_coloured:
            label = f"\x1b[{COLOURS.get(name, '0')}m{label}\x1b[0m"
        self.write(f"{label} {line}")

    def write(self, text: str) -> None:
        """Print a text as it is. When nobody reads any more, the programs go on all the same."""
        with self.lock, contextlib.suppress(OSError):
            self.stream.write(text + "\n")
            self.stream.flush()


def banner(
    *, address: str, data_folder: str, username: str, password: str, sandbox: str = ""
) -> str:
    """Return the lines that tell a newcomer where to go.

    `password` is what to print there: the password itself, or where to find it. `sandbox` is the
    address of the stand-in for OrderFlow, if one is running.
    """
    lines = (
        "OrderFlow Bridge is running.",
        "",
        f"  Admin       {address}/admin/",
        f"  User        {username}",
        f"  Password    {password}",
        f"  SOAP        {address}/soap/default",
        f"  SOAP (M1)   {address}/index.php/api/v2_soap/",
        f"  REST        {address}/rest/V1/",
        f"  Health      {address}/readyz",
        *([f"  Sandbox     {sandbox}/   (a stand-in for OrderFlow)"] if sandbox else []),
        f"  Data, logs  {data_folder}",
        "",
        "Ctrl-C stops everything.",
    )
    rule = "-" * max(len(line) for line in lines)
    return "\n".join(("", rule, *lines, rule, ""))
