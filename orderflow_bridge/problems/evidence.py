"""The newest case of a problem, as facts with links: what `Finding.evidence` names."""

from typing import Any

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.console.pages import admin_url, link
from orderflow_bridge.problems.kinds import DESPATCH_FAILED
from orderflow_bridge.problems.models import Problem

# What a name stands for, and the page that shows it by this value. Other names are plain facts.
_PAGES = {
    "request": (_("Request"), "imports_importrequest_change"),
    "import": (_("Inventory Import"), "imports_inventoryimport_change"),
    "order": (_("Order"), "sales_order_by_number"),
    "sku": ("SKU", "catalog_product_by_sku"),
    "run": (_("Job Run"), "scheduler_jobrun_change"),
    "mail": (_("E-mail"), "mail_outgoingmail_change"),
    "event": (_("Webhook"), "webhooks_webhookevent_change"),
}
_SHIPMENT_IMPORT = (_("Shipment Import"), "imports_shipmentimport_change")
_LABELS = {
    "answer": _("Answer"),
    "at": _("At"),
    "called": _("Called"),
    "comparison": _("Comparison"),
    "failure": _("Failure"),
    "heard_at": _("Heard At"),
    "hook": _("Hook"),
    "mass_change": _("Mass Change"),
    "message_id": _("Message ID"),
    "orders": _("Orders"),
    "plugin": _("Plugin"),
    "reason": _("Reason"),
    "reference": _("Reference"),
    "requests": _("Requests"),
    "self_test": _("Self Test"),
    "sequence_id": _("Sequence ID"),
    "source": _("Source"),
    "state": _("State"),
}
# What the watch finds a cause by says nothing to people.
_UNSPOKEN = {"identity", "cause", "sku_key"}
_SUBJECTS = {"SKU": "catalog_product_by_sku", "order": "sales_order_by_number"}


def evidence_facts(problem: Problem) -> list[tuple[str, Any]]:
    """Return label and value of each piece of evidence; a link where its reader may follow it."""
    return [_fact(problem, name, value) for name, value in said_evidence(problem)]


def said_evidence(problem: Problem) -> list[tuple[str, Any]]:
    """Return name and value of each piece of evidence that says something to people."""
    return [
        (name, value)
        for name, value in problem.evidence.items()
        if value not in (None, "") and name not in _UNSPOKEN
    ]


def subject_url(problem: Problem) -> str:
    """Return the page of the product or order that a problem is about, "" if it is about none."""
    page = _SUBJECTS.get(problem.known_kind.noun)
    return admin_url(page, problem.subject) if page and problem.subject else ""


def _fact(problem: Problem, name: str, value: Any) -> tuple[str, Any]:
    if name not in _PAGES:
        words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        label = _LABELS.get(name) or name.replace("_", " ").title().replace(" Id", " ID")
        return label, words
    label, page = _PAGES[name]
    if name == "import" and problem.kind == DESPATCH_FAILED.name:
        label, page = _SHIPMENT_IMPORT
    text = f"#{value}" if page.endswith("_change") else value
    return label, link(text, admin_url(page, value))
