"""A product's page of one store view: its values there, each with *Use Default Value*."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from orderflow_bridge.catalog.changes import ProductChange
from orderflow_bridge.catalog.columns import WRITABLE, clean_columns
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.refusals import item_text
from orderflow_bridge.catalog.scopes import scope_of
from orderflow_bridge.catalog.selectors import read_known
from orderflow_bridge.catalog.services import save_products
from orderflow_bridge.catalog.store_values import values_of
from orderflow_bridge.common.exceptions import ItemError
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.form_versions import (
    READ,
    Difference,
    OpenedForm,
    who_changed,
)
from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.stores.models import Store
from orderflow_bridge.stores.selectors import store_views

CODES = (
    "name", "status", "visibility", "description", "short_description", "tax_class_id", "url_key",
    "meta_title", "meta_keyword", "meta_description", "image_label", "small_image_label",
    "thumbnail_label", "news_from_date", "news_to_date", "country_of_manufacture",
)  # fmt: skip
_LONG = ("description", "short_description", "meta_keyword", "meta_description")
_CHOICES: Mapping[str, Any] = {
    "status": Product.Status.choices,
    "visibility": Product.Visibility.choices,
}
_LABELS = {
    "name": gettext_lazy("Product Name"),
    "status": gettext_lazy("Enable Product"),
    "visibility": gettext_lazy("Visibility"),
    "description": gettext_lazy("Description"),
    "short_description": gettext_lazy("Short Description"),
    "tax_class_id": gettext_lazy("Tax Class"),
    "url_key": gettext_lazy("Url Key"),
    "meta_title": gettext_lazy("Meta Title"),
    "meta_keyword": gettext_lazy("Meta Keyword"),
    "meta_description": gettext_lazy("Meta Description"),
    "image_label": gettext_lazy("Image label"),
    "small_image_label": gettext_lazy("Small image label"),
    "thumbnail_label": gettext_lazy("Thumbnail label"),
    "news_from_date": gettext_lazy("News From Date"),
    "news_to_date": gettext_lazy("News To Date"),
    "country_of_manufacture": gettext_lazy("Country of manufacture"),
}
_TICK = "default-"
_DEFAULT = gettext_lazy("Use Default Value")
_SCOPES = {"website": gettext_lazy("[website]"), "store": gettext_lazy("[store view]")}


class StoreValuesForm(OpenedForm):
    """A product's values in a store view: for each a field and the tick *Use Default Value*."""

    def __init__(
        self, own: Mapping[str, Any], default: Mapping[str, Any], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.own, self.default = own, default
        for code in CODES:
            self.fields[code] = forms.CharField(
                required=False,
                strip=False,
                initial=own.get(code, default.get(code)),
                widget=_widget(code),
                label=_LABELS[code],
            )
            self.fields[_TICK + code] = forms.BooleanField(
                required=False,
                initial=code not in own,
                label=_DEFAULT,
                widget=UnfoldBooleanWidget({"data-inherits": f"{code}-value"}),
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return what the page shows of each value."""
        return [
            {
                "code": code,
                "field": self[code],
                "tick": self[_TICK + code],
                "scope": _SCOPES[scope_of(code)],
                "default": _said(code, self.default.get(code)),
            }
            for code in CODES
        ]

    def clean(self) -> dict[str, Any]:
        """Let each column judge its value, unless the default one is to be used."""
        for code, value in self.values.items():
            decided = clean_columns({code: value}) if value and code in WRITABLE else {}
            if code == "name" and value == "":
                self.add_error(code, _("Enter a name, or use the default value."))
            elif isinstance(decided, ItemError):
                self.add_error(code, item_text(decided))
        return self.cleaned_data

    def stands(self) -> Mapping[str, Any]:
        """Return what the view has of its own."""
        return {code: ("own", self.own[code]) if code in self.own else "default" for code in CODES}

    def difference(self, name: str) -> Difference:
        """Say what was typed for a value, and what there is now, or that it is the default one."""
        yours = self[name].value()
        return Difference(
            str(self[name].label),
            f"({_DEFAULT})" if self[_TICK + name].value() else _told(name, yours),
            _told(name, self.own[name]) if name in self.own else f"({_DEFAULT})",
        )

    @property
    def values(self) -> dict[str, str | None]:
        """The values by code; None goes back to the default one."""
        cleaned = self.cleaned_data
        return {
            code: None if cleaned.get(_TICK + code) else cleaned.get(code, "") for code in CODES
        }


def store_values_view(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show or save (POST) a product's values in the store view that `?store=` names, else the first
    one.
    """
    product = Product.objects.filter(pk=pk).first()
    if product is None:
        raise Http404(_("There is no such product."))
    views = store_views()
    view = _chosen(views, request.GET.get("store", ""))
    may_change = model_admin.has_change_permission(request, product)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        with transaction.atomic():
            read_known([sku_key(product.sku)], lock=True)
            form = _form(product, view, request.POST)
            is_saved = (
                view is not None
                and form.is_valid()
                and form.is_as_opened()
                and _saved(request, product, view, form)
            )
        if is_saved:
            return HttpResponseRedirect(request.get_full_path())
    else:
        form = _form(product, view)
    if form.version.differences:
        form.version.who = who_changed(product, request.POST.get(READ))
    context = {
        **admin.site.each_context(request),
        "opts": model_admin.opts,
        "title": f"{product.name} ({product.sku})",
        "form": form,
        "form_version": form.version,
        "may_change": may_change,
        "view": view,
        "scopes": scopes(product, views, view),
        "back": admin_url("catalog_product_change", product.pk),
    }
    return TemplateResponse(request, "bridge/store_values.html", context)


def scopes(
    product: Product, views: list[Store] | None = None, view: Store | None = None
) -> list[dict[str, Any]]:
    """Return the switch of a product's page: all store views, and each; nothing for a single one.

    `view` is the one that is shown, None for the product's own page.
    """
    views = store_views() if views is None else views
    if not views:
        return []
    page = admin_url("catalog_product_change", product.pk)
    values = admin_url("catalog_product_store_values", product.pk)
    return [
        {"title": _("All Store Views"), "url": page, "is_current": view is None},
        *(
            {
                "title": f"{each.website} / {each}",
                "url": f"{values}?store={each.pk}",
                "is_current": each == view,
            }
            for each in views
        ),
    ]


def _chosen(views: list[Store], text: str) -> Store | None:
    if not text:
        return views[0] if views else None
    found = next((each for each in views if str(each.pk) == text), None)
    if found is None:
        raise Http404(_("There is no such store view."))
    return found


def _form(product: Product, view: Store | None, data: Any = None) -> StoreValuesForm:
    own: dict[str, Any] = {}
    if view:
        there = values_of([product.pk]).get(product.pk, {})
        own = {code: value for (store_id, code), value in there.items() if store_id == view.pk}
    default = {**product.custom_attributes, **{name: getattr(product, name) for name in WRITABLE}}
    return StoreValuesForm(own, default, data)


def _saved(request: HttpRequest, product: Product, view: Store, form: StoreValuesForm) -> bool:
    values = form.values
    columns = {code: value for code, value in values.items() if code in WRITABLE}
    attributes = {code: value for code, value in values.items() if code not in WRITABLE}
    [verdict] = save_products([ProductChange(product.sku, columns, attributes, store_id=view.pk)])
    if verdict.item_error:
        form.add_error(None, item_text(verdict.item_error))
        return False
    if not verdict.view_values:
        messages.info(request, _("Nothing has changed: these values are shown already."))
        return True
    codes = ", ".join(sorted({code for _, code in verdict.view_values}))
    LogEntry.objects.log_actions(
        request.user.pk or 0, [product], CHANGE, f"Values of store view {view}: {codes}."
    )
    said = _("The values of %(view)s have been saved: %(codes)s.")
    messages.success(request, said % {"view": view, "codes": codes})
    return True


def _widget(code: str) -> forms.Widget:
    widget: forms.Widget = UnfoldAdminTextInputWidget()
    if code in _CHOICES:
        widget = UnfoldAdminSelectWidget(choices=_CHOICES[code])
    elif code in _LONG:
        widget = UnfoldAdminTextareaWidget({"rows": 4})
    return widget


def _told(code: str, value: Any) -> str:
    if code in _CHOICES:
        labels = {str(key): str(label) for key, label in _CHOICES[code]}
        return labels.get(str(value), str(value))
    return "" if value is None else str(value)


def _said(code: str, value: Any) -> str:
    text = _told(code, value)
    return text if len(text) <= 60 else f"{text[:60]}…"
