"""Python's time.sleep by another system call, for programs under libfaketime.

Debian 12's libfaketime refuses the one Python uses (EINVAL) when stop-watches are to stay right.
"""

import select
import time
from typing import Any


def _sleep(seconds: Any) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], seconds)


time.sleep = _sleep
