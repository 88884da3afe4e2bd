"""The form of one row: a value of the scope's own, or the tick that goes back to the wider one."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.form_versions import Difference, OpenedForm, shown
from orderflow_bridge.mapping.checking import check_row, cleaned
from orderflow_bridge.mapping.rows import ANSWERED, Part, Row, Use
from orderflow_bridge.mapping.selectors import Stored
from orderflow_bridge.mapping.tables import keys_of
from orderflow_bridge.stores.models import Website

FIELDS_LIST = "mapping-fields"


def _line(label: str, help_text: str = "", **attributes: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        strip=False,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off", **attributes}),
    )


def _number(label: str, help_text: str) -> forms.IntegerField:
    widget = UnfoldAdminIntegerFieldWidget()
    return forms.IntegerField(label=label, help_text=help_text, required=False, widget=widget)


class RowForm(OpenedForm):
    """A row of a part. `row` is what was entered once the form is valid, None for none of its own.

    `key` is "" for a row that is to be added.
    """

    inherit = forms.BooleanField(
        required=False, widget=UnfoldBooleanWidget({"data-inherits": "row-values"})
    )
    key = _line(
        gettext_lazy("Key"),
        gettext_lazy("OrderFlow's name for it. One that it does not know becomes a custom field."),
    )
    use = forms.ChoiceField(
        label=gettext_lazy("Value"),
        choices=Use.choices,
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    value = _line(
        gettext_lazy("Field, constant or template"),
        gettext_lazy(
            "A field such as product.name (type to search), a text, or a text with values in it:"
            " {{ product.name }}, {{ product.colour }}"
        ),
        list=FIELDS_LIST,
        spellcheck="false",
    )
    when = _line(
        gettext_lazy("Only when"),
        gettext_lazy(
            "A condition, such as order.shipping_method == 'express'. Else the system value is"
            " sent."
        ),
        spellcheck="false",
    )
    default = _line(
        gettext_lazy("Default"),
        gettext_lazy("Sent where the value is empty. Without one nothing is sent."),
    )
    decimals = _number(gettext_lazy("Decimals"), gettext_lazy("Of a number, 0 to 4."))
    yes = _line(gettext_lazy("Yes reads"), gettext_lazy("Sent in place of yes, 1 or true."))
    no = _line(gettext_lazy("No reads"), gettext_lazy("Sent in place of no, 0, false or nothing."))
    date = _line(
        gettext_lazy("Form of a date"), gettext_lazy("Such as %d.%m.%Y or %Y-%m-%dT%H:%M:%S.")
    )
    length = _number(gettext_lazy("Length"), gettext_lazy("The most characters that are sent."))
    in_answers = forms.BooleanField(
        label=gettext_lazy("Also in fetched answers"),
        help_text=gettext_lazy("Adds the value to what OrderFlow fetches by SOAP (Notify mode)."),
        required=False,
        widget=UnfoldBooleanWidget(),
    )

    def __init__(
        self, part: Part, key: str, stored: Stored, website: Website | None, data: Any = None
    ) -> None:
        self.part, self.row_key, self.website = part, key, website
        self.others = keys_of(part, stored)
        self.own = stored.get((website.pk if website else None, part, key))
        now = self.own or stored.get((None, part, key))
        now = now or Row(part, key, Use.SYSTEM if key else Use.FIELD)
        initial = {name: getattr(now, name) for name in self.base_fields if name != "inherit"}
        super().__init__(data, initial={**initial, "inherit": bool(key) and self.own is None})
        if key:
            del self.fields["key"]
            self.fields["inherit"].label = _("Use Default") if website else _("Use system value")
        else:
            del self.fields["inherit"]
        if part not in ANSWERED:
            del self.fields["in_answers"]

    def clean(self) -> dict[str, Any]:
        """Judge the row; what is doubtful in a file is refused here, where it can be mended."""
        data = self.cleaned_data
        self.row: Row | None = None
        if data.get("inherit") or self.errors:
            return data
        key = self.row_key or data["key"].strip()
        if not self.row_key and key in self.others:
            self.add_error("key", _("There is already a row for %(key)s.") % {"key": key})
        given = {name: data[name] for name in data if name not in ("inherit", "key", "use")}
        row = cleaned(Row(self.part, key, Use(data["use"] or Use.SYSTEM), **given))
        others = [each for each in self.others if each != key]
        verdict = check_row(row, others=others, is_of_website=self.website is not None)
        for name, text in verdict.errors.items():
            self.add_error(name if name in self.fields else None, text)
        if verdict.doubts:
            self.add_error("value", verdict.doubts)
        self.row = row
        return data

    def stands(self) -> Mapping[str, Any]:
        """Return what the scope's own row says; a row that is to be added is compared with none."""
        if not self.row_key:
            return {}
        names = [name for name in self.fields if name != "inherit"]
        if self.own is None:
            return dict.fromkeys(names, "inherited")
        return {name: ("own", getattr(self.own, name)) for name in names}

    def difference(self, name: str) -> Difference:
        """Say what was typed, and what there is now, or that the scope has no row of its own."""
        inherits = f"({self.fields['inherit'].label})"
        field = self.fields[name]
        return Difference(
            str(self[name].label),
            inherits if self["inherit"].value() else shown(field, self[name].value()),
            inherits if self.own is None else shown(field, self.initial[name]),
        )
