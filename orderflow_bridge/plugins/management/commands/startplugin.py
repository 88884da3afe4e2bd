"""manage.py startplugin NAME [FOLDER]: begin a plugin."""

from pathlib import Path
from string import Template
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orderflow_bridge.plugins.loading import NAME
from orderflow_bridge.plugins.skeleton import FILES
from orderflow_bridge.version import VERSION


class Command(BaseCommand):
    """Writes the skeleton of a package, which installs and works."""

    help = "Begin a plugin: a package that installs, is found, and hears of messages."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("name", help="small letters, digits and underscores")
        parser.add_argument("folder", nargs="?", help="where to write it; else NAME, here")

    def handle(self, *args: Any, name: str, folder: str | None, **options: Any) -> None:
        """Write the package. Raises CommandError for a bad name, and where something lies."""
        if not NAME.fullmatch(name):
            raise CommandError(
                "A plugin's name has at most 40 small letters, digits and underscores, a letter"
                " first."
            )
        target = Path(folder or name)
        if target.exists() and any(target.iterdir()):
            raise CommandError(f"{target} is there already, and not empty.")
        major, minor = (int(each) for each in VERSION.split(".")[:2])
        values = {
            "name": name,
            "package": name.replace("_", "-"),
            "title": name.replace("_", " ").title(),
            "works_with": f">={major}.{minor},<{major}.{minor + 1}",
        }
        for place, text in FILES.items():
            path = target / Template(place).substitute(values)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(Template(text).substitute(values))
        self.stdout.write(
            f"{target} has a plugin. Install it (pip install --editable {target}), and name it:"
            f" BRIDGE_PLUGINS={name}."
        )
