"""Going live, step by step: what is done, what is missing, and what only people decide.

The steps are read from the shop's own tables each time, so whoever comes back tomorrow, or another
administrator, goes on where things stand. Only decisions are written down (GoLive).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from exports.selectors import why_it_waits
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.formats import datetime_text, number_text
from orderflow_bridge.common.worded import shown
from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import OrderExport
from orderflow_bridge.configuration.selectors import api, order_export
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.exchange.selectors import why_not_out
from orderflow_bridge.induction.models import GoLive, MarkedOrder
from orderflow_bridge.induction.page import set_up_of
from orderflow_bridge.induction.trial import marked_order
from orderflow_bridge.monitoring.checklist import Checklist
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.models import StockComparison

# A comparison that is older says nothing of the stock that the shop will sell.
COMPARED_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Gap:
    """Something that is missing, and where it is mended ("" where no page does it)."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class LaunchStep:
    """A step as it stands: what is done, or what is missing and which action comes next.

    `actions` are the slugs of the page's actions that belong to it.
    """

    key: str
    title: str
    text: str
    is_done: bool
    state: str
    gaps: Sequence[Gap] = ()
    url: str = ""
    actions: Sequence[str] = ()


def memory_of(website: Website) -> GoLive:
    """Return what was decided for a website; nothing is written for one nobody decided for."""
    found = GoLive.objects.filter(website=website.pk).first()
    return found or GoLive(website_id=website.pk)


def steps_of(website: Website, first_steps: Checklist) -> list[LaunchStep]:
    """Return the steps in their order; `first_steps` are those of whoever looks."""
    memory = memory_of(website)
    return [
        _ready(first_steps),
        _connected(website),
        _cut_over(website, memory),
        _tried(website),
        _compared(website, memory),
        _cleared(website),
        _live(website, memory),
    ]


def missing_of(steps: Sequence[LaunchStep]) -> list[str]:
    """Return what is missing before a website may go live, in the words of the steps."""
    return [each.title for each in steps if not each.is_done and each.key != "live"]


@transaction.atomic
def set_cut_over(website: Website, at: datetime, *, by: User) -> None:
    """Export no order that was placed before this time, from now on."""
    write_settings(OrderExport, {"min_order_datetime": at}, website=_plain(website), by=by)
    _note(website, cut_over_by=by.get_username(), cut_over_set_at=clock.now())


def accept_differences(website: Website, *, by: str) -> bool:
    """Take the newest comparison as it is; return False if there is none to accept."""
    newest = newest_comparison(website)
    if newest is None:
        return False
    _note(website, compared_id=newest.pk, compared_by=by, compared_at=clock.now())
    return True


@transaction.atomic
def go_live(website: Website, missing: Sequence[str], *, by: User) -> None:
    """Switch the website's order export on, and note who did it and what was missing."""
    if not order_export(website).is_enabled:
        write_settings(OrderExport, {"is_enabled": True}, website=_plain(website), by=by)
    _note(website, live_by=by.get_username(), live_at=clock.now(), live_without="; ".join(missing))


def orders_around(website: Website, at: datetime) -> tuple[int, int]:
    """Return how many orders were placed before a time, and how many since."""
    orders = Order.objects.filter(website=website.pk)
    return orders.filter(created_at__lte=at).count(), orders.filter(created_at__gt=at).count()


def newest_comparison(website: Website) -> StockComparison | None:
    """Return the last comparison with a website's OrderFlow; websites may share one."""
    account = api(website)
    same = StockComparison.objects.filter(
        endpoint=account.endpoint[:255], channel=account.channel[:255]
    )
    return same.first() if account.endpoint else None


def _ready(first_steps: Checklist) -> LaunchStep:
    gaps = [Gap(each.title, each.url) for each in first_steps.items if not each.is_done]
    state = _("%(done)s of %(total)s first steps are done.") % {
        "done": first_steps.done,
        "total": len(first_steps.items),
    }
    text = _("What every shop needs, with the guide's four tests: product, order, stock, despatch.")
    return LaunchStep("ready", _("Take the first steps"), text, not gaps, state, gaps)


def _connected(website: Website) -> LaunchStep:
    set_up = set_up_of(website)
    url = admin_url("induction_connection_change", website.pk)
    gaps = [
        Gap(each.step.title, f"{url}#step-{each.step.key}" if url else "")
        for each in set_up.to_do
        if each.step.key != "cancelling"  # which the test order tries
    ]
    state = _("%(done)s of %(total)s steps have shown themselves.") % {
        "done": len(set_up.done),
        "total": len(set_up.provable),
    }
    text = _("What OrderFlow's administrator sets up has to have shown itself here.")
    return LaunchStep("connected", _("Connect OrderFlow"), text, not gaps, state, gaps, url)


def _cut_over(website: Website, memory: GoLive) -> LaunchStep:
    at = order_export(website).min_order_datetime
    text = _("Orders placed before it are never exported: the old way has sent them.")
    if at is None:
        state = _("Not set: every order of the shop would be exported.")
        return LaunchStep("cut", _("Set the cut-over"), text, False, state, actions=("cut-over",))
    before, since = orders_around(website, at)
    state = _("%(time)s: %(before)s orders before it, %(since)s since.") % {
        "time": datetime_text(at),
        "before": number_text(before),
        "since": number_text(since),
    }
    if memory.cut_over_by:
        state += " " + _("Set by %(user)s.") % {"user": memory.cut_over_by}
    url = section_url(OrderExport, website)
    return LaunchStep("cut", _("Set the cut-over"), text, True, state, (), url, ("cut-over",))


def _tried(website: Website) -> LaunchStep:
    title = _("Send a test order")
    text = _(
        "One unit, to nobody, marked as a test in number, name and note. It is sent at once, also"
        " before the cut-over; have OrderFlow's people look at it, and not despatch it."
    )
    last = MarkedOrder.objects.filter(website=website.pk).first()
    if last is None:
        state = _("Not placed yet.")
        return LaunchStep("tried", title, text, False, state, actions=("test-order",))
    if last.removed_at is not None:
        state = _("%(number)s was placed by %(user)s, and removed again.") % {
            "number": last.increment_id,
            "user": last.placed_by,
        }
        return LaunchStep("tried", title, text, True, state, actions=("test-order",))
    order = Order.objects.filter(pk=last.order_id).first()
    url = admin_url("sales_order_change", last.order_id) if order else ""
    if order is not None and order.orderflow_export_status == ExportStatus.EXPORTED:
        return LaunchStep("tried", title, text, True, _("OrderFlow has it."), (), url)
    why = why_it_waits(order) if order else _("It is no longer there.")
    state = _("%(number)s was placed by %(user)s, and OrderFlow has not got it yet.") % {
        "number": last.increment_id,
        "user": last.placed_by,
    }
    return LaunchStep("tried", title, text, False, state, [Gap(why)] if why else [], url)


def _compared(website: Website, memory: GoLive) -> LaunchStep:
    title = _("Compare the stock")
    text = _("What OrderFlow holds, beside what it last sent: by the ordinary stock comparison.")
    newest, actions = newest_comparison(website), ["compare"]
    if newest is None:
        state = _("Not compared yet.")
        return LaunchStep("compared", title, text, False, state, actions=actions)
    url = admin_url("watch_stockcomparison_change", newest.pk)
    found = newest.different + newest.only_theirs + newest.only_ours + newest.postponed
    state = _("%(time)s: %(equal)s equal, %(other)s not.") % {
        "time": datetime_text(newest.began_at),
        "equal": number_text(newest.equal),
        "other": number_text(found),
    }
    is_accepted = memory.compared_id == newest.pk
    if is_accepted:
        state += " " + _("Accepted by %(user)s.") % {"user": memory.compared_by}
    gaps = []
    if newest.began_at < clock.now() - COMPARED_WITHIN and memory.live_at is None:
        gaps.append(Gap(_("It is older than a day: compare again.")))
    if (found or newest.unmapped) and not is_accepted:
        gaps.append(Gap(_("See what differs; correct it, or accept it as it is."), url))
        actions.append("accept")
    return LaunchStep("compared", title, text, not gaps, state, gaps, url, actions)


def _cleared(website: Website) -> LaunchStep:
    title = _("Remove the test order")
    text = _(
        "It is cancelled at OrderFlow, its stock is given back, and all that told of it is deleted."
    )
    if (left := marked_order(website)) is not None:
        state = _("%(number)s is still there.") % {"number": left.increment_id}
        return LaunchStep("cleared", title, text, False, state, actions=("remove",))
    last = MarkedOrder.objects.filter(website=website.pk).first()
    if last is None:
        return LaunchStep("cleared", title, text, False, _("There was no test order yet."))
    state = _("%(number)s was removed by %(user)s.") % {
        "number": last.increment_id,
        "user": last.removed_by,
    }
    return LaunchStep("cleared", title, text, True, state)


def _live(website: Website, memory: GoLive) -> LaunchStep:
    text = _("The website's order export is switched on, and orders since the cut-over go out.")
    paused = why_not_out(website)
    gaps = [Gap(shown(paused), admin_url("exchange_pause_changelist"))] if paused else []
    if memory.live_at is None:
        is_on = order_export(website).is_enabled
        state = (
            _("Not yet. Order export is on already.")
            if is_on
            else _("Not yet. Order export is off.")
        )
        return LaunchStep("live", _("Go live"), text, False, state, gaps, actions=("live",))
    state = _("Live since %(time)s, by %(user)s.") % {
        "time": datetime_text(memory.live_at),
        "user": memory.live_by,
    }
    if memory.live_without:
        state += " " + _("Without: %(steps)s.") % {"steps": memory.live_without}
    return LaunchStep("live", _("Go live"), text, True, state, gaps)


def _note(website: Website, **decided: object) -> None:
    GoLive.objects.update_or_create(website_id=website.pk, defaults=decided)


def _plain(website: Website) -> Website:
    """Return the website itself: a page's row is of a proxy, by which settings are not named."""
    return Website.objects.get(pk=website.pk)
