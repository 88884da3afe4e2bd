"""Writes the commit that a release is built from into it (pyproject.toml, hatch's build hook)."""

import subprocess
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

KEPT = "orderflow_bridge/COMMIT"


class CommitHook(BuildHookInterface):
    """Adds the file COMMIT. One that is there already, in a source release, is right."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Ask git, where there is a repository."""
        root = Path(self.root)
        if (root / KEPT).exists() or not (root / ".git").exists():
            return
        command = ["git", "-C", self.root, "rev-parse", "HEAD"]
        asked = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if asked.returncode == 0:
            file = Path(mkdtemp()) / "COMMIT"
            file.write_text(asked.stdout)
            build_data["force_include"][str(file)] = KEPT
