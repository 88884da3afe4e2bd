"""Finding from anywhere (Ctrl K, /): records, settings by their names, actions and pages."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from exports.models import EXPORT_PRODUCTS
from orderflow_bridge.configuration.navigation import section_url, visible_sections
from orderflow_bridge.console.commands import Command, add_commands, commands_for
from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.exchange.admin import PAUSE
from orderflow_bridge.timeline.search import find, remember, suggest

MOST = 8
REPLAY = "imports.replay_importrequest"


def palette(request: HttpRequest) -> HttpResponse:
    """Return what was found for `?q=`, as a list of options: each leads to a page."""
    text = request.GET.get("q", "").strip()
    records = [*find(text, request.user), *suggest(text, request.user)]
    commands = commands_for(request, text, most=MOST)
    if not records and not commands:
        records = remember(text, request.user)
    unique = {one.url: one for one in reversed(records)}
    context = {"text": text, "found": [*reversed(unique.values()), *commands]}
    return TemplateResponse(request, "bridge/palette/found.html", context)


def _settings(request: HttpRequest) -> Iterator[Command]:
    """Offer each setting of the pages that the user may see, by its name."""
    for section in visible_sections(request):
        url = section_url(section)
        for each in section.settings():
            if each.is_shown:
                where = _("Setting of %(section)s") % {"section": section.title}
                yield Command(each.label, where, f"{url}#{each.name}-value", "tune")


def _actions(request: HttpRequest) -> Iterator[Command]:
    """Offer what is done from a page of its own."""
    may = request.user.has_perm
    if may(EXPORT_PRODUCTS):
        catalogue = admin_url("exports_catalogueexport_changelist")
        words = "announce all products catalog"
        yield Command(_("Export catalogue"), _("Action"), catalogue, "cloud_upload", words)
    if may(REPLAY):
        requests = admin_url("imports_importrequest_changelist")
        told = _("Action: choose the message, then Replay")
        yield Command(_("Replay a message"), told, requests, "replay", "submit again requeue")
    if may(PAUSE):
        pause = admin_url("exchange_pause_add")
        told = _("Action: hold up what goes out or what comes in")
        yield Command(
            _("Pause exports or imports"), told, pause, "pause_circle", "stop hold resume"
        )


add_commands(_actions)
add_commands(_settings)
