"""Finding the plugins that BRIDGE_PLUGINS switches on, or saying in words why the bridge will not
start. Settings read this file: no models.
"""

import re
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from orderflow_bridge.plugins.declaration import InstalledPlugin, Plugin
from orderflow_bridge.version import VERSION

_Kind = TypeVar("_Kind")
GROUP = "orderflow_bridge.plugins"
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


class PluginRefused(ImproperlyConfigured):
    """A plugin cannot be switched on. The text is for whoever has switched it on."""


def available() -> dict[str, list[EntryPoint]]:
    """Return the plugins of all installed packages by their names, switched on or not."""
    found: dict[str, list[EntryPoint]] = {}
    for each in sorted(entry_points(group=GROUP)):
        found.setdefault(each.name, []).append(each)
    return found


def switched_on(names: Sequence[str]) -> tuple[InstalledPlugin, ...]:
    """Return the plugins of these names, in their order. Raises PluginRefused for any that cannot
    be switched on: with one of several left out, the bridge would do something else than was meant.
    """
    if not names:
        return ()
    if twice := sorted({name for name in names if list(names).count(name) > 1}):
        raise PluginRefused(f"BRIDGE_PLUGINS names {', '.join(twice)} more than once.")
    installed = available()
    return tuple(_switched_on(name, installed) for name in names)


def sections_of(plugins: Sequence[InstalledPlugin], kind: type[_Kind]) -> list[type[_Kind]]:
    """Return the pages of the configuration that plugins bring, classes below `kind`.

    Raises PluginRefused for one that cannot be imported, or is none.
    """
    found = []
    for each in plugins:
        for name in each.plugin.sections:
            try:
                section = import_string(name)
            except Exception as error:
                raise PluginRefused(
                    f"The plugin {each.name} cannot be loaded: {name} raises"
                    f" {type(error).__name__}: {error}"
                ) from error
            if not (isinstance(section, type) and issubclass(section, kind)):
                raise PluginRefused(
                    f"The plugin {each.name} cannot be loaded: {name} is no section."
                )
            found.append(section)
    return found


def _switched_on(name: str, installed: dict[str, list[EntryPoint]]) -> InstalledPlugin:
    found = installed.get(name, [])
    if not found:
        others = f"Installed are: {', '.join(installed)}." if installed else "No plugin is."
        raise PluginRefused(f"BRIDGE_PLUGINS names {name}, which is not installed. {others}")
    if not NAME.fullmatch(name):
        raise PluginRefused(
            f"The plugin {name} has a name that cannot be used: at most 40 small letters, digits"
            " and underscores, a letter first."
        )
    packages = sorted({each.dist.name for each in found if each.dist})
    if len(packages) > 1:
        raise PluginRefused(
            f"Several packages bring a plugin {name}: {', '.join(packages)}. Uninstall all but one."
        )
    plugin = _loaded(name, found[0])
    distribution = found[0].dist
    version = distribution.version if distribution else "0"
    _check_versions(name, version, plugin)
    for app in plugin.apps:
        _check_app(name, app)
    return InstalledPlugin(name, packages[0] if packages else "", version, plugin)


def _loaded(name: str, entry_point: EntryPoint) -> Plugin:
    try:
        plugin = entry_point.load()
    except Exception as error:
        raise PluginRefused(
            f"The plugin {name} cannot be loaded from {entry_point.value}:"
            f" {type(error).__name__}: {error}"
        ) from error
    if not isinstance(plugin, Plugin):
        raise PluginRefused(
            f"The plugin {name} cannot be loaded: {entry_point.value} is no Plugin of"
            " orderflow_bridge.plugins.declaration."
        )
    return plugin


def _check_versions(name: str, version: str, plugin: Plugin) -> None:
    try:
        works_with = SpecifierSet(plugin.works_with)
    except InvalidSpecifier:
        raise PluginRefused(
            f"The plugin {name} {version} does not say which versions of the bridge it works with:"
            f" “{plugin.works_with}” is no version specifier."
        ) from None
    if not plugin.works_with.strip() or not works_with.contains(VERSION, prereleases=True):
        raise PluginRefused(
            f"The plugin {name} {version} works with OrderFlow Bridge"
            f" {plugin.works_with.strip() or '(no version named)'}, and this is {VERSION}."
            " Install another version of it, or take it out of BRIDGE_PLUGINS."
        )


def _check_app(name: str, app: str) -> None:
    try:
        is_there = find_spec(app) is not None
    except Exception as error:
        raise PluginRefused(
            f"The plugin {name} cannot be loaded: its app {app} raises"
            f" {type(error).__name__}: {error}"
        ) from error
    if not is_there:
        raise PluginRefused(f"The plugin {name} cannot be loaded: there is no app {app}.")
