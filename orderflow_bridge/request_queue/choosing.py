"""Choosing failed lines on a report's page, one, several or all, to give them another try."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orderflow_bridge.common.choices import Result

CHOSEN = "line"
_LONGEST_KEY = 18


def chosen_failures(request: HttpRequest, record: Any) -> QuerySet[Any]:
    """Return a report's failed lines: those chosen in the address or form, else all of them."""
    failed: QuerySet[Any] = record.lines.filter(result=Result.FAILURE)
    asked = [*request.GET.getlist(CHOSEN), *request.POST.getlist(CHOSEN)]
    keys = [int(key) for key in asked if key.isdecimal() and len(key) <= _LONGEST_KEY]
    return failed.filter(pk__in=keys) if asked else failed


def requeue_question(request: HttpRequest, record: Any) -> str:
    """Ask about the true number of lines."""
    count = chosen_failures(request, record).count()
    return _("Are you sure you wish to requeue %(count)s failed line(s)?") % {"count": count}


def has_failures(record: Any) -> bool:
    """Tell whether a report has failed lines and knows the request they came with."""
    return bool(record.failures and record.request_id)
