"""System → Plugins: what extends the bridge, which hooks it takes, what they cost, what failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from orderflow_bridge.common.formats import number_text
from orderflow_bridge.console.admin import ReadOnlyAdmin
from orderflow_bridge.console.grids.columns import number_cell
from orderflow_bridge.console.pages import Card, Table, badge, time_cell
from orderflow_bridge.plugins.declaration import InstalledPlugin
from orderflow_bridge.plugins.hooks import hooks_of, loaded_plugins
from orderflow_bridge.plugins.loading import available
from orderflow_bridge.plugins.models import HookFailure, HookUse
from orderflow_bridge.version import VERSION

FAILURES_SHOWN = 20


@dataclass(frozen=True)
class Shown:
    """One plugin on the page."""

    name: str
    title: str
    cards: Sequence[Card]
    hooks: Table
    failures: Table


@admin.register(HookUse)
class PluginsAdmin(ReadOnlyAdmin):
    """One page; there is nothing to open."""

    def get_urls(self) -> list[URLPattern]:
        """Offer the page alone."""
        view = self.admin_site.admin_view(self.changelist_view)
        view.__dict__.update(model_admin=self)
        return [path("", view, name="plugins_hookuse_changelist")]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show every plugin that is switched on, and name those that are not."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        plugins = loaded_plugins()
        names = {each.name for each in plugins}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Plugins"),
            "plugins": _shown(plugins),
            "switched_off": [name for name in available() if name not in names],
            "version": VERSION,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "bridge/plugins.html", context)


def _shown(plugins: Sequence[InstalledPlugin]) -> list[Shown]:
    """Read what is known of these plugins, in two statements; none without any plugin."""
    if not plugins:
        return []
    names = [each.name for each in plugins]
    uses = {(each.plugin, each.hook): each for each in HookUse.objects.filter(plugin__in=names)}
    failures: dict[str, list[HookFailure]] = {}
    for failure in HookFailure.objects.filter(plugin__in=names).order_by("-id"):
        failures.setdefault(failure.plugin, []).append(failure)
    return [
        Shown(
            each.name,
            each.title,
            [_card(each)],
            _hooks(each, uses),
            _failures(failures.get(each.name, [])),
        )
        for each in plugins
    ]


def _card(plugin: InstalledPlugin) -> Card:
    return Card(
        plugin.title,
        [
            (_("Name"), plugin.name),
            (_("Package"), plugin.package),
            (_("Version"), plugin.version),
            (
                _("Works With"),
                f"OrderFlow Bridge {plugin.plugin.works_with}",
            ),
            (
                _("Slow After"),
                _("%(count)s seconds") % {"count": number_text(plugin.plugin.slow_after)},
            ),
        ],
    )


def _hooks(plugin: InstalledPlugin, uses: dict[tuple[str, str], HookUse]) -> Table:
    """Return the figures of a plugin's hooks; those that were never called are named below."""
    rows, never = [], []
    for name in hooks_of(plugin):
        use = uses.get((plugin.name, name))
        if use is None:
            never.append(name)
            continue
        rows.append(
            (
                name,
                number_cell(use.calls),
                f"{use.seconds:,.1f} s",
                f"{use.seconds / max(use.calls, 1) * 1000:,.1f} ms",
                f"{use.longest * 1000:,.0f} ms",
                number_cell(use.slow),
                number_cell(use.failures),
                time_cell(use.last_called_at),
            )
        )
    columns = (
        _("Hook"),
        _("Calls"),
        _("Time"),
        _("On Average"),
        _("Longest"),
        _("Slow"),
        _("Failed"),
        _("Last Called"),
    )
    note = _("Not called yet: %(names)s.") % {"names": ", ".join(never)} if never else ""
    empty = _("None of its hooks was called yet.") if never else _("It takes no hooks.")
    return Table(columns, rows, empty=empty, note=note)


def _failures(rows: Sequence[HookFailure]) -> Table:
    shown = [
        (
            time_cell(each.at),
            each.hook,
            badge(_("Slow"), "warning") if each.is_slow else badge(_("Failed"), "danger"),
            each.about,
            each.text,
            number_cell(each.count),
            each.version,
        )
        for each in rows[:FAILURES_SHOWN]
    ]
    columns = (
        _("When"),
        _("Hook"),
        _("State"),
        _("What For"),
        _("What Happened"),
        _("Times"),
        _("Version"),
    )
    return Table(columns, shown, empty=_("Nothing has failed."))
