"""The forms of an order's page: what to invoice, to ship, to say. Services judge what is asked.

What books something carries what its reader had `seen`, so that an old page books nothing twice.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from orderflow_bridge.common.fields import PlainDecimalField
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.form_versions import OpenedForm
from orderflow_bridge.sales.booking import NewTrack
from orderflow_bridge.sales.models import OrderItem

TRACKS = range(1, 4)
_SEVERAL_LINES = forms.Textarea({"rows": 3})


class DeskForm(forms.Form):
    """A form whose visible fields stand in one or several titled groups."""

    @property
    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """The fields to show, in groups with their titles."""
        return [("", self.visible_fields())]


class OpenedDeskForm(DeskForm, OpenedForm):
    """A form of what there is already, refused if that was changed meanwhile."""


class SeenForm(DeskForm):
    """A form that carries what its reader had seen when it was shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class UnitsForm(SeenForm):
    """Units of rows of an order; at first everything that is open. The label takes a row's SKU."""

    def __init__(
        self,
        rows: Sequence[OrderItem],
        open_units: Callable[[OrderItem], Decimal],
        label: str,
        data: Any = None,
        **initial: Any,
    ) -> None:
        super().__init__(data, initial=initial)
        self.rows = rows
        for row in rows:
            self.fields[f"qty_{row.pk}"] = PlainDecimalField(
                label=label % {"sku": row.sku},
                required=False,
                min_value=0,
                decimal_places=4,
                initial=plain(open_units(row)),
            )

    @property
    def quantities(self) -> dict[int, Decimal]:
        """Units by row id; an empty field is zero."""
        values = self.cleaned_data
        return {row.pk: values[f"qty_{row.pk}"] or Decimal(0) for row in self.rows}

    @property
    def lines(self) -> Iterator[tuple[OrderItem, BoundField]]:
        """Each row with its field."""
        return ((row, self[f"qty_{row.pk}"]) for row in self.rows)

    @property
    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """The fields that are not of a row."""
        return [("", [each for each in self.visible_fields() if not each.name.startswith("qty_")])]


class InvoiceForm(UnitsForm):
    """What to invoice."""

    comment = forms.CharField(
        label=gettext_lazy("Invoice Comments"), required=False, widget=_SEVERAL_LINES
    )
    notify = forms.BooleanField(label=gettext_lazy("Email Copy of Invoice"), required=False)


class ShipForm(UnitsForm):
    """What to ship, in which parcels."""

    source_code = forms.ChoiceField(label=gettext_lazy("Source"), required=False)
    comment = forms.CharField(
        label=gettext_lazy("Shipment Comments"), required=False, widget=_SEVERAL_LINES
    )
    notify = forms.BooleanField(label=gettext_lazy("Email Copy of Shipment"), required=False)
    show_comment = forms.BooleanField(label=gettext_lazy("Append Comments"), required=False)
    anyway = forms.BooleanField(label=gettext_lazy("Ship Anyway"), required=False)

    def __init__(
        self, *args: Any, sources: Sequence[tuple[str, str]], is_warned: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if len(sources) > 1:
            choices = [("", _("As the shop ships by itself")), *sources]
            self.fields["source_code"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["source_code"]
        if not is_warned:
            del self.fields["anyway"]
        for number in TRACKS:
            self.fields[f"title_{number}"] = forms.CharField(
                label=_("Courier %(number)s") % {"number": number}, required=False, max_length=255
            )
            self.fields[f"number_{number}"] = forms.CharField(
                label=_("Tracking Number %(number)s") % {"number": number}, required=False
            )

    @property
    def new_tracks(self) -> list[NewTrack]:
        """The parcels that were named; a courier without a number is one, to be refused."""
        values = self.cleaned_data
        pairs = [(values[f"number_{each}"], values[f"title_{each}"]) for each in TRACKS]
        return [NewTrack(number, title) for number, title in pairs if number or title]

    @property
    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """Parcels apart from the rest."""
        tracks = [self[f"{name}_{each}"] for each in TRACKS for name in ("title", "number")]
        names = ("source_code", "comment", "notify", "show_comment", "anyway")
        rest = [self[name] for name in names if name in self.fields]
        return [(_("Tracking Information"), tracks), (_("Shipment Options"), rest)]


class CommentForm(SeenForm):
    """A remark on an order."""

    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    comment = forms.CharField(label=gettext_lazy("Comment"), widget=_SEVERAL_LINES)
    is_customer_notified = forms.BooleanField(
        label=gettext_lazy("Notify Customer by Email"), required=False
    )
    is_visible_on_front = forms.BooleanField(
        label=gettext_lazy("Visible on Storefront"), required=False
    )

    def __init__(self, statuses: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = statuses  # type: ignore[attr-defined]
