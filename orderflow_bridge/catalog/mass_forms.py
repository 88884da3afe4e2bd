"""What the mass actions of the products list ask for."""

from typing import Any

from django import forms
from django.db import models
from django.forms import BoundField

from orderflow_bridge.catalog.columns import clean_columns
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.documents.input_errors import ItemError
from orderflow_bridge.stores.models import Website

# What may be the same for many products: not the SKU, the type or the barcode.
ATTRIBUTES = (
    "name", "status", "visibility", "attribute_set_id", "price", "description", "image", "weight",
    "weight_units", "length", "width", "height", "area", "volume", "storage_types", "tax_class_id",
    "tax_code",
)  # fmt: skip
_TICK = "change-"


class StatusForm(forms.Form):
    """Which status the selected products get."""

    status = forms.TypedChoiceField(label="Status", choices=Product.Status.choices, coerce=int)

    @property
    def pairs(self) -> list[tuple[BoundField | None, BoundField]]:
        """Return the fields as the page shows them: a tick, if there is one, and the field."""
        return [(None, self["status"])]

    def document(self) -> dict[str, Any]:
        """Return what a valid form changes, as in a product's document."""
        return {"status": self.cleaned_data["status"]}

    def websites(self, there: set[int]) -> set[int] | None:
        """Return a product's websites, which are `there` now; None leaves them."""
        return None


class AttributesForm(forms.Form):
    """New values for the selected products: those that are ticked, an empty one too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ATTRIBUTES:
            column: Any = Product._meta.get_field(name)
            label = str(column.verbose_name).capitalize().removesuffix(" id")
            self.fields[_TICK + name] = forms.BooleanField(label=f"Change {label}", required=False)
            self.fields[name] = _field_of(column, label)
        self.fields["attribute_code"] = forms.CharField(
            label="Further Attribute (code)", required=False, max_length=255
        )
        self.fields["attribute_value"] = forms.CharField(label="Its Value", required=False)
        for name, label in (("join", "Add To Websites"), ("leave", "Remove From Websites")):
            self.fields[name] = forms.ModelMultipleChoiceField(
                Website.objects.all(), label=label, required=False,
                widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip

    @property
    def pairs(self) -> list[tuple[BoundField | None, BoundField]]:
        """Return the fields as the page shows them: a tick, if there is one, and the field."""
        ticked = [(self[_TICK + name], self[name]) for name in ATTRIBUTES]
        others = ("attribute_code", "attribute_value", "join", "leave")
        return [*ticked, *((None, self[name]) for name in others)]

    def clean(self) -> dict[str, Any]:
        """Let each column judge its value; refuse a form that changes nothing."""
        cleaned = self.cleaned_data
        wanted = [name for name in ATTRIBUTES if cleaned.get(_TICK + name)]
        for name in wanted:
            decided = clean_columns({name: cleaned.get(name, "")})
            if isinstance(decided, ItemError):
                self.add_error(name, decided.text)
        if cleaned.get("attribute_value") and not cleaned.get("attribute_code"):
            self.add_error("attribute_code", "Enter the attribute's code.")
        if not (wanted or any(cleaned.get(name) for name in ("attribute_code", "join", "leave"))):
            self.add_error(None, "Tick what is to be changed.")
        return cleaned

    def document(self) -> dict[str, Any]:
        """Return what a valid form changes, as in a product's document."""
        cleaned = self.cleaned_data
        document = {name: cleaned[name] for name in ATTRIBUTES if cleaned[_TICK + name]}
        if code := cleaned["attribute_code"]:
            value = cleaned["attribute_value"] or None
            document["custom_attributes"] = [{"attribute_code": code, "value": value}]
        return document

    def websites(self, there: set[int]) -> set[int] | None:
        """Return a product's websites, which are `there` now; None leaves them."""
        join, leave = ({each.pk for each in self.cleaned_data[name]} for name in ("join", "leave"))
        return (there | join) - leave if join or leave else None


def _field_of(column: "models.Field[Any, Any]", label: str) -> forms.Field:
    """Return the field for a column; whether the value fits, the column judges."""
    if column.choices:
        return forms.ChoiceField(label=label, choices=column.flatchoices, required=False)
    long = isinstance(column, models.TextField)
    widget = forms.Textarea({"rows": 3}) if long else forms.TextInput()
    return forms.CharField(label=label, required=False, widget=widget, strip=not long)
