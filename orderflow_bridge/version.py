"""Which version runs, from which commit, and what ships with it: said here only.

A release is a wheel, which holds the commit in a file and, inside the package, what lies beside it
in a checkout: templates, changelog and docs.
"""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

VERSION = "0.2.0"
MAGENTO_VERSION = "2.4"
# What OrderFlow loads to speak with a Magento 2 shop (guide, "OrderFlow Configuration").
ORDERFLOW_MODULES = (
    "rtd2-process",
    "rtd2-integration",
    "rtd2-integration-magento2",
    "rtd2-web-integration",
)

PACKAGE = Path(__file__).resolve().parent
IS_CHECKOUT = (PACKAGE.parent / "manage.py").exists()
# Where templates, changelog and docs lie.
SHIPPED = PACKAGE.parent if IS_CHECKOUT else PACKAGE
# What cron starts: the console script of a release is the same command.
MANAGE_PY = str(PACKAGE.parent / "manage.py") if IS_CHECKOUT else sys.argv[0]
# Where .env and the data folder are looked for.
HOME = PACKAGE.parent if IS_CHECKOUT else Path.cwd()
_SHORT = 12


@cache
def commit() -> str:
    """Return the commit that runs, shortened; "" where nobody knows it.

    BRIDGE_COMMIT goes first (images), then what the wheel was built from, then the checkout's.
    """
    if given := os.environ.get("BRIDGE_COMMIT", ""):
        return given[:_SHORT]
    kept = PACKAGE / "COMMIT"
    if kept.exists():
        return kept.read_text().strip()[:_SHORT]
    if not (PACKAGE.parent / ".git").exists():
        return ""
    command = ["git", "-C", str(PACKAGE.parent), "rev-parse", "HEAD"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip()[:_SHORT]


def full_version() -> str:
    """Return the version with its commit: "0.2.0 (29954e4c1f0a)"."""
    return f"{VERSION} ({commit()})" if commit() else VERSION


def source_url() -> str:
    """Return where the source of what runs can be had, for the licence; "" unless told."""
    return os.environ.get("BRIDGE_SOURCE_URL", "")


def changelog() -> str:
    """Return CHANGELOG.md as it was shipped; "" if it was not."""
    try:
        return (SHIPPED / "CHANGELOG.md").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
