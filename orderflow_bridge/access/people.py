"""Which columns hold people's data, and who may see it: the right "See people's data".

A new column that holds a name, an address, a mail, a comment or a whole message belongs in this
table; nothing else has to know of it (common/people.py).
"""

from typing import Any

from django.apps import apps

from orderflow_bridge.access.rights import SEE_PEOPLE, is_reading
from orderflow_bridge.common.people import conceal, hide

_ADDRESS = "firstname lastname company street city region region_code postcode telephone fax email"
PERSONAL: dict[str, str] = {
    "admin.LogEntry": "object_repr change_message",
    "auth.User": "first_name last_name email",
    "axes.AccessAttempt": "get_data post_data",
    "mail.OutgoingMail": "recipient subject text html",
    "webhooks.WebhookEvent": "body",
    "webhooks.WebhookAttempt": "body answer",
    "problems.ProblemRoute": "address",
    "induction.SharedLink": "recipient",
    "customers.Customer": "email firstname lastname addresses extra",
    "sales.Quote": "customer_email customer_note",
    "sales.QuoteAddress": f"{_ADDRESS} extra",
    "sales.Order": "customer_email customer_firstname customer_lastname customer_note extra",
    "sales.OrderItem": "extra",
    "sales.OrderAddress": _ADDRESS,
    "sales.OrderPayment": "last_trans_id extra",
    "sales.OrderStatusHistory": "comment",
    "sales.CreditMemoComment": "comment",
    "sales.InvoiceComment": "comment",
    "sales.ShipmentComment": "comment",
    "request_queue.Request": "request_body response_body",
    "bulk.Portion": "operations failures answers",
    "file_transfer.FilePart": "content",
    "file_transfer.FileImportLine": "text",
    "file_transfer.ListExportPart": "content",
    "exports.ExportLine": "call answer",
}
# Technical sentences stay readable; the e-mail addresses in them are masked.
TECHNICAL: dict[str, str] = {
    "configuration.SettingChange": "before after",
    "mail.OutgoingMail": "last_error",
    "webhooks.WebhookEvent": "last_error",
    "webhooks.WebhookAttempt": "error",
    "problems.Problem": "subject text remedy evidence",
    "problems.ProblemNote": "text",
    "problems.ChatMessage": "text last_error",
    "sales.Order": "orderflow_last_error orderflow_notice",
    "request_queue.Request": "last_error",
    "file_transfer.FileImport": "file_name refusal notes",
    "exports.ExportLine": "reason",
    "imports.ImportLine": "reason",
    "scheduler.JobRun": "summary",
    "watch.OrderAnswer": "text",
}


def conceal_people() -> None:
    """Have all these columns hidden from whom lacks the right; once, when the rooms are there."""
    for table, only_addresses in ((PERSONAL, False), (TECHNICAL, True)):
        for label, names in table.items():
            conceal(apps.get_model(label), *names.split(), only_addresses=only_addresses)


def reads(reader: Any, *, is_safe: bool) -> None:
    """Take note of who reads from now on: a user of the admin, or a caller of REST or SOAP.

    What is asked for by a safe method is hidden from whoever lacks the right. An action needs what
    it works with, the customer's address for a mail: it is hidden only from who may not act.
    """
    if reader.is_superuser:
        hide(hidden=False)
        return
    held = reader.get_all_permissions()
    is_blind = SEE_PEOPLE not in held
    hide(hidden=is_blind and (is_safe or all(map(is_reading, held))))
