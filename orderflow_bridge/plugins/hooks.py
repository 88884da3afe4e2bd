"""Calling plugins' hooks: one plugin after the other, each call timed, each failure its own.

A hook that nobody takes costs a look into a dictionary. A call cannot be ended from outside: one
that is slow is waited for, and told of as a problem (docs/contract/plugins.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from time import perf_counter
from typing import Any

import pluggy
import structlog
from django.db import transaction

from orderflow_bridge.common.exceptions import PluginFailed
from orderflow_bridge.plugins.declaration import PROJECT, InstalledPlugin
from orderflow_bridge.plugins.loading import PluginRefused
from orderflow_bridge.plugins.specs import Hooks
from orderflow_bridge.plugins.statistics import note_call, readable

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Hook:
    """One plugin's function for a hook."""

    plugin: InstalledPlugin
    name: str
    caller: pluggy.HookCaller

    def __call__(self, *, about: str, **arguments: Any) -> Any:
        """Return what the plugin answers, None for nothing. `about` says what it was called for.

        Raises PluginFailed, whatever the plugin raises.
        """
        began = perf_counter()
        failure: BaseException | None = None
        answers: list[Any] = []
        try:
            answers = self.caller(**arguments)
            # What answers one by one could still raise; from here on it is plain.
            answers = [dict(each) if isinstance(each, Mapping) else each for each in answers]
        except (Exception, SystemExit) as error:
            failure = error
        note_call(self.plugin, self.name, perf_counter() - began, about, failure)
        if failure is not None:
            log.error("plugin_failed", plugin=self.plugin.name, hook=self.name, exc_info=failure)
            raise self.failed(f"{type(failure).__name__}: {readable(failure)}") from failure
        return answers[0] if answers else None

    def failed(self, why: str) -> PluginFailed:
        """Return the error that says whose hook has failed."""
        return PluginFailed(f"The plugin {self.plugin.name} failed in {self.name}: {why}")

    def refuse(self, about: str, why: str) -> PluginFailed:
        """Return the error for an answer that cannot be used, and note it as a failure."""
        error = TypeError(why)
        note_call(self.plugin, self.name, 0.0, about, error, is_call=False)
        log.error("plugin_answer_unusable", plugin=self.plugin.name, hook=self.name, why=why)
        return self.failed(why)


_plugins: tuple[InstalledPlugin, ...] = ()
_taken: dict[str, tuple[Hook, ...]] = {}


def load_plugins(plugins: Sequence[InstalledPlugin]) -> None:
    """Import the modules of these plugins, and take their hooks, in place of any before.

    Raises PluginRefused for a module that cannot be imported, and for a hook that there is not.
    """
    global _plugins
    _taken.clear()
    _plugins = tuple(plugins)
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    modules = [
        (plugin, name, _module(plugin, name))
        for plugin in plugins
        for name in plugin.plugin.modules
    ]
    for plugin, name, module in modules:
        try:
            manager.register(module, name)
            manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            raise PluginRefused(
                f"The plugin {plugin.name} cannot be loaded: {' '.join(str(error).split())}"
            ) from error
    for plugin, _, module in modules:
        others = [other for _, _, other in modules if other is not module]
        for each in manager.get_hookcallers(module) or ():
            found = Hook(plugin, each.name, manager.subset_hook_caller(each.name, others))
            _taken[each.name] = (*_taken.get(each.name, ()), found)


def loaded_plugins() -> tuple[InstalledPlugin, ...]:
    """Return the plugins that are at work, in the order in which they are called."""
    return _plugins


def hooks_of(plugin: InstalledPlugin) -> list[str]:
    """Return the names of the hooks that a plugin takes."""
    return [name for name, hooks in _taken.items() if any(each.plugin is plugin for each in hooks)]


def taken(name: str) -> tuple[Hook, ...]:
    """Return who takes a hook, in the order in which they are to be called; mostly nobody."""
    return _taken.get(name, ())


def tell(name: str, *, about: str, **arguments: Any) -> None:
    """Tell plugins of something. Never raises: a plugin that fails has only itself not told."""
    for each in taken(name):
        try:
            each(about=about, **arguments)
        except PluginFailed:
            continue  # it is noted, and becomes a problem


def tell_after_commit(name: str, *, about: str, **arguments: Any) -> None:
    """Tell plugins of something when the present transaction, if any, has been committed."""
    if taken(name):
        transaction.on_commit(partial(tell, name, about=about, **arguments))


def _module(plugin: InstalledPlugin, name: str) -> Any:
    try:
        return import_module(name)
    except Exception as error:
        raise PluginRefused(
            f"The plugin {plugin.name} cannot be loaded: {name} raises"
            f" {type(error).__name__}: {error}"
        ) from error
