"""Stores: websites, stores and store views."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.form_admin import FormAdmin
from orderflow_bridge.console.grids.filters import Choices, yes_or_no
from orderflow_bridge.stores.models import Store, StoreGroup, Website
from orderflow_bridge.stores.selectors import website_choices


class WebsiteForm(forms.ModelForm):  # type: ignore[type-arg]
    """Says in words that there is one default website."""

    def clean(self) -> dict[str, Any]:
        """Refuse a second default website by name."""
        cleaned = super().clean() or {}
        other = Website.objects.filter(is_default=True).exclude(pk=self.instance.pk).first()
        if cleaned.get("is_default") and other:
            self.add_error(
                "is_default",
                _("“%(website)s” is the default website. Take the mark off there first.")
                % {"website": other},
            )
        return cleaned


@admin.register(Website)
class WebsiteAdmin(FormAdmin):
    """Websites: the scope at which OrderFlow's configuration may differ."""

    form = WebsiteForm
    list_display = ("name", "code", "is_default", "sort_order")
    empty_text = gettext_lazy(
        "A website is what sells; OrderFlow may be configured for each. Add the first one."
    )
    search_fields = ("name", "code")


@admin.register(StoreGroup)
class StoreGroupAdmin(FormAdmin):
    """Stores: the views of a website that share a catalogue root."""

    list_display = ("name", "code", "website", "root_category_id")
    empty_text = gettext_lazy("A store bundles the views of a website. Add one here.")
    filters = (Choices("website", gettext_lazy("Website"), choices=website_choices),)
    list_select_related = ("website",)
    search_fields = ("name", "code")

    def get_readonly_fields(
        self, request: HttpRequest, obj: StoreGroup | None = None
    ) -> tuple[str, ...]:
        """Keep a store on its website: its views have orders there."""
        return ("website",) if obj else ()


class StoreForm(forms.ModelForm):  # type: ignore[type-arg]
    """Keeps words of the addresses from becoming codes."""

    def clean_code(self) -> str:
        """Refuse `all`, Magento's admin scope, and `V1`, which follows /rest/."""
        code: str = self.cleaned_data["code"]
        if code.lower() in ("all", "v1"):
            raise forms.ValidationError(
                _("“%(code)s” has a meaning of its own in the addresses.") % {"code": code}
            )
        return code


@admin.register(Store)
class StoreAdmin(FormAdmin):
    """Store views. The code is the last part of the SOAP address."""

    form = StoreForm
    list_display = ("name", "code", "website", "group", "is_active", "sort_order")
    empty_text = gettext_lazy(
        "A store view is what customers see, in one language. Add one to a store."
    )
    filters = (
        Choices("website", gettext_lazy("Website"), choices=website_choices),
        yes_or_no(
            "is_active",
            gettext_lazy("Active"),
            yes=gettext_lazy("Yes"),
            no=gettext_lazy("No"),
            match=lambda: Q(is_active=True),
        ),
    )
    list_select_related = ("website", "group")
    search_fields = ("name", "code")
    fields = ("group", "name", "code", "is_active", "sort_order")

    def save_model(
        self, request: HttpRequest, obj: Store, form: "forms.ModelForm[Any]", change: bool
    ) -> None:
        """Put the view on the website of its store."""
        obj.website = obj.group.website
        super().save_model(request, obj, form, change)
