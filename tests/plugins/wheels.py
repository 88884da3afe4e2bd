"""Building a plugin's wheel without a network, and installing it where a child process finds it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = Path(__file__).resolve().parent / "packages"
_BUILD_SYSTEM = re.compile(r"\[build-system\].*?(?=^\[|\Z)", re.DOTALL | re.MULTILINE)
_OURS = '[build-system]\nrequires = []\nbuild-backend = "wheel_backend"\nbackend-path = ["."]\n\n'


def installed(source: Path, folder: Path) -> Path:
    """Build the wheel of a package and install it; return the folder for PYTHONPATH.

    The package's own build system is left out: it would be fetched.
    """
    copy = folder / "source" / source.name
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PACKAGES / "wheel_backend.py", copy)
    project = copy / "pyproject.toml"
    project.write_text(_BUILD_SYSTEM.sub(_OURS, project.read_text(), count=1))
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    alone = ("--no-index", "--no-deps")
    wheels = folder / "wheels" / source.name
    command = (*pip, "wheel", *alone, "--no-build-isolation", "--wheel-dir", str(wheels), str(copy))
    subprocess.run(command, check=True, cwd=folder)
    [wheel] = wheels.glob("*.whl")
    site = folder / "site"
    subprocess.run(
        (*pip, "install", *alone, "--target", str(site), str(wheel)), check=True, cwd=folder
    )
    return site


def ran(
    *command: str, site: Path, plugins: str, data: Path, **values: str
) -> "subprocess.CompletedProcess[str]":
    """Run Python with these plugins switched on, beside the bridge; return what it said."""
    return subprocess.run(
        (sys.executable, *command),
        cwd=ROOT,
        env=environment(site=site, plugins=plugins, data=data, **values),
        capture_output=True,
        text=True,
        check=False,
    )


def environment(*, site: Path, plugins: str, data: Path, **values: str) -> Mapping[str, str]:
    """Return the environment of a bridge with these plugins: SQLite in `data`, no broker."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    ours = {
        "PYTHONPATH": os.pathsep.join([str(site), str(ROOT)]),
        "BRIDGE_PLUGINS": plugins,
        "BRIDGE_DATA_DIR": str(data),
        "DATABASE_URL": "",
        "REDIS_URL": "",
    }
    return {**kept, **ours, **values}
