"""What the rights are called that models declare: marked here, to be said in every language.

A model's own title goes into the database, where it stays English. The role form puts it into its
reader's language (forms.py), which takes a mark that finds it.
"""

from django.utils.translation import gettext_noop as _

TITLES = (
    _("Apply, discard and undo"),
    _("Can export orders to files"),
    _("Can export products to files"),
    _("Can export stock to files"),
    _("Can import orders from files"),
    _("Can import products from files"),
    _("Can import stock from files"),
    _("Compare now"),
    _("Correct stock"),
    _("Create and reorder"),
    _("Edit addresses and shipping"),
    _("Export and requeue orders"),
    _("Export and requeue products"),
    _("Hold and release"),
    _("Ignore SKUs"),
    _("Mark as settled"),
    _("Pause and resume"),
    _("Put old figures back"),
    _("Record"),
    _("Refund"),
    _("Requeue and replay"),
    _("Requeue failed lines"),
    _("Run jobs"),
    _("Run now"),
    _("See people's data"),
    _("Send e-mails"),
    _("Snooze, take and resolve"),
    _("Try again"),
)
