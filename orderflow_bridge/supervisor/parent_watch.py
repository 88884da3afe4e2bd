"""Run a command that cannot outlive the process that started it (Linux).

    python parent_watch.py <pid of the starter> <command> [argument …]

The kernel is asked to kill this process when its parent dies, even by SIGKILL; then the command
takes the process over. A file of its own, run by path, so that nothing else is imported on the way.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Tie this process to `parent`, then become `command`."""
    if sys.platform == "linux":
        # Killed, not asked: a worker in a long job would stay for as long as the job takes. The
        # queue is made for being killed (docs/architecture.md).
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit("The supervisor died before this process had started.")
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
