"""Forms of products: one product, and new values for a selection."""

from typing import Any

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import HttpRequest
from django.utils.text import capfirst
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from orderflow_bridge.catalog.attribute_set import DEFAULT_SET, set_name, set_names
from orderflow_bridge.catalog.changes import ProductChange, with_attributes
from orderflow_bridge.catalog.columns import clean_columns
from orderflow_bridge.catalog.models import Product, ProductCategory, ProductRelation
from orderflow_bridge.catalog.picture_files import read_picture, uploaded
from orderflow_bridge.catalog.refusals import item_text, picture_text
from orderflow_bridge.common.exceptions import ItemError, PictureRefused
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.console.inlines import PartInline
from orderflow_bridge.stores.models import Website


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]
    """A product, whose SKU is no other one's, however spelled."""

    picture = forms.FileField(
        label=_("Upload Picture"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": "image/*"}),
        help_text=_(
            "JPEG, PNG, GIF or WebP, at most 10 MiB. It becomes the product's image; the others"
            " stay."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "attribute_set_id" in self.fields:
            now = self.instance.attribute_set_id
            self.fields["attribute_set_id"] = forms.TypedChoiceField(
                label=_("Attribute set"), choices=_sets(now), coerce=int, initial=now,
                widget=UnfoldAdminSelectWidget(),
                help_text=_("A set without a name shows its number: Catalog → Attribute Sets."),
            )  # fmt: skip

    def clean_picture(self) -> dict[str, str | None] | None:
        """Return what the picture's service takes. Raises ValidationError for what is none."""
        file = self.cleaned_data["picture"]
        if not file:
            return None
        given = uploaded(file.name, file.read())
        try:
            read_picture(given)
        except PictureRefused as refusal:
            raise forms.ValidationError(picture_text(refusal)) from refusal
        return given

    def clean_sku(self) -> str:
        """Return the SKU. Raises ValidationError if another product has it."""
        sku: str = self.cleaned_data["sku"]
        if Product.objects.filter(sku_key=sku).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Product with this SKU already exists."), code="unique")
        return sku


class ProductCategoryInline(PartInline):
    """The categories a product is in."""

    model = ProductCategory
    extra = 0
    tab = True
    autocomplete_fields = ("category",)
    verbose_name = _("category")
    verbose_name_plural = _("Categories")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductCategory]:
        """Read both ends along."""
        rows: QuerySet[ProductCategory] = super().get_queryset(request)
        return rows.select_related("product", "category")


class ProductPartInline(PartInline):
    """The variants of a configurable product, the parts of a bundle or group."""

    model = ProductRelation
    fk_name = "parent"
    extra = 0
    tab = True
    autocomplete_fields = ("child",)
    verbose_name = _("variant or part")
    verbose_name_plural = _("Variants and Parts")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductRelation]:
        """Read both ends along."""
        rows: QuerySet[ProductRelation] = super().get_queryset(request)
        return rows.select_related("parent", "child")


# What may be the same for many products: not the SKU, the type or the barcode.
ATTRIBUTES = (
    "name", "status", "visibility", "attribute_set_id", "price", "description", "image", "weight",
    "weight_units", "length", "width", "height", "area", "volume", "storage_types", "tax_class_id",
    "tax_code",
)  # fmt: skip
_TICK = "change-"


class StatusForm(forms.Form):
    """Which status the selected products get."""

    status = forms.TypedChoiceField(label=_("Status"), choices=Product.Status.choices, coerce=int)

    @property
    def pairs(self) -> list[tuple[BoundField | None, BoundField]]:
        """Return the fields as the page shows them: a tick, if there is one, and the field."""
        return [(None, self["status"])]

    def change(self, sku: str, there: set[int]) -> ProductChange:
        """Return what a valid form changes of a product, whose websites are `there` now."""
        return ProductChange(sku, {"status": self.cleaned_data["status"]})


class AttributesForm(forms.Form):
    """New values for the selected products: those that are ticked, an empty one too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ATTRIBUTES:
            column: Any = Product._meta.get_field(name)
            label = str(capfirst(column.verbose_name)).removesuffix(" id")
            change = _("Change %(field)s") % {"field": label}
            self.fields[_TICK + name] = forms.BooleanField(label=change, required=False)
            self.fields[name] = _field_of(column, label)
        self.fields["attribute_set_id"] = forms.ChoiceField(
            label=_("Attribute set"), choices=_sets(), required=False
        )
        self.fields["attribute_code"] = forms.CharField(
            label=_("Further Attribute (code)"), required=False, max_length=255
        )
        self.fields["attribute_value"] = forms.CharField(label=_("Its Value"), required=False)
        for name, label in (("join", _("Add To Websites")), ("leave", _("Remove From Websites"))):
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
                self.add_error(name, item_text(decided))
        if cleaned.get("attribute_value") and not cleaned.get("attribute_code"):
            self.add_error("attribute_code", _("Enter the attribute's code."))
        if not (wanted or any(cleaned.get(name) for name in ("attribute_code", "join", "leave"))):
            self.add_error(None, _("Tick what is to be changed."))
        return cleaned

    def change(self, sku: str, there: set[int]) -> ProductChange:
        """Return what a valid form changes of a product, whose websites are `there` now."""
        cleaned = self.cleaned_data
        columns = {name: cleaned[name] for name in ATTRIBUTES if cleaned[_TICK + name]}
        code, value = cleaned["attribute_code"], cleaned["attribute_value"] or None
        join, leave = ({each.pk for each in cleaned[name]} for name in ("join", "leave"))
        websites = (there | join) - leave if join or leave else None
        change = ProductChange(sku, columns, website_ids=websites)
        return with_attributes(change, [(code, value)] if code else ())


def _sets(now: int = DEFAULT_SET) -> list[tuple[int, str]]:
    """Return the sets to choose from: those with a name, and the one there is now."""
    return list({**set_names(), now: set_name(now)}.items())


def _field_of(column: "models.Field[Any, Any]", label: str) -> forms.Field:
    """Return the field for a column; whether the value fits, the column judges."""
    if column.choices:
        return forms.ChoiceField(label=label, choices=column.flatchoices, required=False)
    long = isinstance(column, models.TextField)
    widget = forms.Textarea({"rows": 3}) if long else forms.TextInput()
    return forms.CharField(label=label, required=False, widget=widget, strip=not long)
