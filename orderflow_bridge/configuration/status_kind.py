"""The kind of setting that holds codes of order statuses."""

from typing import Any

from django.utils.translation import gettext as _

from orderflow_bridge.configuration.kinds import ListOf
from orderflow_bridge.stores.order_statuses import label_of, labels


class Statuses(ListOf):
    """Codes of order statuses.

    One that no order has had is taken all the same: a shop may be configured before its orders
    come.
    """

    def doubts(self, value: Any) -> list[str]:
        """Name the codes that may be misspelt."""
        known = labels()
        return [
            _(
                "“%(code)s” is no order status yet: check its spelling, or add it under Order "
                "Statuses."
            )
            % {"code": code}
            for code in value
            if code not in known
        ]

    def display(self, value: Any) -> str:
        """Write the labels, a code where there is none."""
        return ", ".join(map(label_of, value or ()))

    def options(self, chosen: Any) -> list[tuple[str, str]]:
        """Return what is on offer: the statuses there are, and of those chosen the unknown ones.

        A comma separates codes, so that one with a comma in it cannot be chosen.
        """
        known = {code: label for code, label in labels().items() if "," not in code}
        strangers = {
            code: _("%(code)s (unknown)") % {"code": code}
            for code in chosen or ()
            if code not in known
        }
        return [*known.items(), *strangers.items()]
