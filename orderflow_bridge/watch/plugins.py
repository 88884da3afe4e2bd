"""Plugins whose hooks raise, or take too long: read from what the calls have left behind."""

from datetime import datetime, timedelta

from django.db.models import Count, Max, Sum
from django.urls import reverse

from orderflow_bridge.common.worded import joined, nworded, worded
from orderflow_bridge.plugins.declaration import InstalledPlugin
from orderflow_bridge.plugins.hooks import loaded_plugins
from orderflow_bridge.plugins.models import HookFailure
from orderflow_bridge.problems.events import end
from orderflow_bridge.problems.kinds import KINDS, PLUGIN_FAILING
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import Finding, settle

TOLD_FOR = timedelta(days=1)


def look_for_failing_plugins(now: datetime) -> None:
    """Find plugins whose calls failed or were slow within a day, a problem per plugin.

    It ends a day after the last failure, with another version of the plugin, and when the plugin
    is switched off.
    """
    plugins = {(each.name, each.version): each for each in loaded_plugins()}
    findings = []
    if plugins:
        rows = (
            HookFailure.objects.filter(at__gt=now - TOLD_FOR)
            .order_by()
            .values_list("plugin", "version")
            .annotate(Max("pk"), Sum("count"), Count("hook", distinct=True))
        )
        found = {
            newest: (plugins[name, version], count, hooks)
            for name, version, newest, count, hooks in rows
            if (name, version) in plugins
        }
        newest = HookFailure.objects.in_bulk(found) if found else {}
        findings = [_finding(newest[pk], *found[pk]) for pk in found if pk in newest]
    settle(PLUGIN_FAILING, findings, now=now)
    # Of a kind that a plugin had brought and took along, nobody looks any more.
    left = Problem.objects.filter(resolved_at__isnull=True).exclude(kind__in=list(KINDS))
    end(left, now)


def _finding(failure: HookFailure, plugin: InstalledPlugin, count: int, hooks: int) -> Finding:
    """Tell of a plugin's failures, with the newest one."""
    hook = worded("%(hook)s (%(about)s)", hook=failure.hook, about=failure.about)
    return Finding(
        PLUGIN_FAILING,
        plugin.name,
        joined(
            [
                worded(
                    "The plugin %(plugin)s %(version)s fails in %(hook)s: %(reason)s.",
                    plugin=plugin.title,
                    version=plugin.version,
                    hook=hook if failure.about else failure.hook,
                    reason=failure.text.rstrip("."),
                ),
                nworded(
                    "Within a day %(count)s call of %(hooks)s failed or took too long.",
                    "Within a day %(count)s calls of %(hooks)s failed or took too long.",
                    count,
                    hooks=nworded("%(count)s hook", "%(count)s hooks", hooks),
                ),
            ]
        ),
        worded(
            "Install a version of the plugin that works, or take it out of BRIDGE_PLUGINS and"
            " restart; then requeue what has failed with it."
        ),
        reverse("admin:plugins_hookuse_changelist"),
        count=count,
        evidence={"plugin": plugin.name, "hook": failure.hook, "failure": failure.pk},
    )
