"""Induction → Connect OrderFlow; Go Live has a file of its own (docs/induction.md)."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orderflow_bridge.common import clock
from orderflow_bridge.common.formats import datetime_text
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.selectors import problem_reports
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import RowAction, column
from orderflow_bridge.console.pages import Section, admin_url
from orderflow_bridge.induction.forms import ShareForm
from orderflow_bridge.induction.launch_page import LaunchAdmin
from orderflow_bridge.induction.models import Connection
from orderflow_bridge.induction.page import ShownStep, set_up_of
from orderflow_bridge.induction.sharing import good_links, key_of, revoke, share

__all__ = ("ConnectionAdmin", "LaunchAdmin")

SHARE = "induction.share_connection"


def send_link(request: HttpRequest, website: Connection, form: ShareForm) -> None:
    """Make a link, and say until when it is good."""
    link = share(
        website,
        recipient=form.cleaned_data["recipient"],
        days=form.cleaned_data["days"],
        by=request.user.get_username(),
    )
    messages.success(
        request,
        _("The link for %(recipient)s is good until %(time)s. Copy it under Links.")
        % {"recipient": link.recipient, "time": datetime_text(link.expires_at)},
    )


def revoke_links(request: HttpRequest, website: Connection) -> None:
    """End all links to this website's checklist."""
    count = revoke(website, by=request.user.get_username())
    messages.success(
        request,
        ngettext("%(count)s link ended.", "%(count)s links ended.", count) % {"count": count},
    )


SEND = RecordAction(
    "send",
    gettext_lazy("Send A Link"),
    gettext_lazy(
        "Make a link by which somebody reads this checklist without a sign-in? It shows no"
        " password."
    ),
    send_link,
    lambda website: True,
    "link",
    SHARE,
    form=ShareForm,
)
REVOKE = RecordAction(
    "revoke",
    gettext_lazy("Revoke Links"),
    gettext_lazy("End all links to this checklist at once?"),
    revoke_links,
    lambda website: good_links(website, clock.now()).exists(),
    "link_off",
    SHARE,
)


@admin.register(Connection)
class ConnectionAdmin(RecordAdmin):
    """A website, and what its OrderFlow has to be told."""

    act_right = SHARE
    own_record_actions = (SEND, REVOKE)
    missing_text = gettext_lazy("This website no longer exists.")
    list_display = ("website_name", "code", "action_links")
    list_display_links = ("website_name",)
    search_fields = ("name", "code")
    empty_title = gettext_lazy("No website yet")
    empty_text = gettext_lazy("Add a website under Stores → Websites: each has its own checklist.")

    website_name = column(gettext_lazy("Website"), "name")

    def record_title(self, record: Connection) -> str:
        """Return the page's heading."""
        return _("Connect OrderFlow: %(name)s") % {"name": record.name}

    def row_actions(self, request: HttpRequest, record: Connection) -> list[RowAction]:
        """Offer the checklist."""
        return [RowAction(_("View"), admin_url("induction_connection_change", record.pk))]

    def sections(self, request: HttpRequest, record: Connection) -> list[Section]:
        """Return the checklist, and the links to it for whoever may send them."""
        set_up = set_up_of(record)
        for each in set_up.steps:
            each.link = link_of(each)
        found = [Section("checklist", _("Checklist"), "induction/connect.html", {"set_up": set_up})]
        if self.has_act_permission(request):
            links = [(each, _address(request, key_of(each))) for each in _good(record)]
            found.append(Section("links", _("Links"), "induction/links.html", {"links": links}))
        return found


def link_of(each: ShownStep) -> str:
    """Return where a step's evidence is looked at; "" for who may not."""
    return admin_url(each.seen.page, each.seen.object_id) if each.seen else ""


def _good(website: Connection) -> Any:
    return good_links(website, clock.now())


def _address(request: HttpRequest, key: str) -> str:
    """Return a link's whole address, under the bridge's public one where that is known."""
    path = reverse("shared_checklist", args=[key])
    base = problem_reports().base_url.rstrip("/")
    return f"{base}{path}" if base else request.build_absolute_uri(path)
