"""What a plugin says of itself (docs/contract/plugins.md). Settings read this file: no models."""

from dataclasses import dataclass

import pluggy

PROJECT = "orderflow_bridge"
SLOW_SECONDS = 2.0

# Marks a plugin's function as the hook that it is named after.
hook = pluggy.HookimplMarker(PROJECT)


@dataclass(frozen=True)
class Plugin:
    """A plugin, as the object that its entry point leads to. Its name is the entry point's, its
    version that of its package.

    `works_with` are the versions of the bridge it works with, a specifier as pip reads it:
    ">=0.2,<0.4". `apps` are Django apps to be installed, for models, migrations, admin modules and
    templates. `modules` are imported when all models are there: they hold the hooks, and add
    jobs, detectors, routes and so on. `sections` are pages of the configuration, dotted names of
    classes. A call that takes longer than `slow_after` seconds is a problem.
    """

    works_with: str
    title: str = ""
    apps: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    slow_after: float = SLOW_SECONDS


@dataclass(frozen=True)
class InstalledPlugin:
    """A plugin that is switched on: its name, its package's name and version, what it declares."""

    name: str
    package: str
    version: str
    plugin: Plugin

    @property
    def title(self) -> str:
        """What operators read."""
        return self.plugin.title or self.name
