"""Find and Timeline: the pages of stories, and the tabs that lead to them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.admin import ReadOnlyAdmin
from orderflow_bridge.console.page_parts import PageParts, add_parts
from orderflow_bridge.console.pages import Section, admin_url, link
from orderflow_bridge.orderflow_screens.addresses import new_window
from orderflow_bridge.orderflow_screens.links import urls_of_orders, urls_of_stock
from orderflow_bridge.problems.pages import is_about, of_order, of_sku
from orderflow_bridge.sales.models import Order
from orderflow_bridge.timeline.models import Timeline
from orderflow_bridge.timeline.orders import order_story, order_subject
from orderflow_bridge.timeline.palette import palette
from orderflow_bridge.timeline.products import product_story, product_subject
from orderflow_bridge.timeline.search import find, may_see, remember, story_url, suggest
from orderflow_bridge.timeline.steps import Cursor, Place, Step, Story, Subject

_Tell = Callable[[Subject, Cursor | None], Story]
_BEFORE = "before"
_SCREENS = {"order": urls_of_orders, "product": urls_of_stock}
_TABS = {"order": gettext_lazy("Order"), "product": gettext_lazy("Product")}
_TITLES = {
    "order": gettext_lazy("Order %(reference)s"),
    "product": gettext_lazy("Product %(reference)s"),
}


@admin.register(Timeline)
class TimelineAdmin(ReadOnlyAdmin):
    """One page to find things, and the stories of orders and SKUs."""

    missing_text = gettext_lazy("This order no longer exists.")

    def get_urls(self) -> list[URLPattern]:
        """Add the stories, by number and by SKU."""
        views = [
            path("palette/", self.admin_site.admin_view(palette), name="timeline_palette"),
            path("order/<path:reference>/", self._wrapped(self.order_view), name="timeline_order"),
            path(
                "product/<path:reference>/",
                self._wrapped(self.product_view),
                name="timeline_product",
            ),
        ]
        return [*views, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead straight to what bears the name that was typed, or list what was found."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        text = request.GET.get("q", "").strip()
        found = find(text, request.user)
        if len(found) == 1:
            return HttpResponseRedirect(found[0].url)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Find"),
            "text": text,
            "found": found or suggest(text, request.user) or remember(text, request.user),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "bridge/find.html", context)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """Lead to the story of an order that is named by its row."""
        order = self._find(request, object_id)
        if order is None:
            return self._gone(request)
        return HttpResponseRedirect(story_url("order", order.increment_id))

    def order_view(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Tell an order's story."""
        if not (self.has_view_permission(request) and may_see(request.user, "sales", "order")):
            raise PermissionDenied
        is_about(request, of_order(reference))
        subject = order_subject(reference)
        page = admin_url("sales_order_change", subject.pk) if subject.pk else ""
        return self._story(request, "order", subject, order_story, page)

    def product_view(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Tell a SKU's story."""
        if not (self.has_view_permission(request) and may_see(request.user, "catalog", "product")):
            raise PermissionDenied
        is_about(request, of_sku(reference))
        subject = product_subject(reference)
        page = admin_url("catalog_product_change", subject.pk) if subject.pk else ""
        return self._story(request, "product", subject, product_story, page)

    def _story(
        self, request: HttpRequest, kind: str, subject: Subject, announce: _Tell, page: str
    ) -> HttpResponse:
        """Show a page of a story; only its steps, where a tab asks for them."""
        cursor = Cursor.read(request.GET.get(_BEFORE, ""))
        url = story_url(kind, subject.reference)
        context = _story_context(request, announce(subject, cursor), url)
        if "HX-Request" in request.headers:
            return TemplateResponse(request, "bridge/timeline_steps.html", context)
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _TITLES[kind] % {"reference": subject.reference},
            "tabs": _page_tabs(kind, page, url, is_story=True),
            "is_older": cursor is not None,
            "newest_url": url,
            "screen": new_window(_SCREENS[kind]([subject.reference]).get(subject.reference, "")),
        }
        return TemplateResponse(request, "bridge/timeline.html", context)


@dataclass(frozen=True)
class _ShownStep:
    """A step, with the links that the user may follow."""

    step: Step
    links: list[Any]


def _story_context(request: HttpRequest, story: Story, url: str) -> dict[str, Any]:
    """Return what the templates need of a story whose own address is `url`."""
    older = f"{url}?{urlencode({_BEFORE: str(story.older)})}" if story.older else ""
    return {
        "steps": [_ShownStep(step, _links(request, step)) for step in story.steps],
        "older_url": older,
    }


def _links(request: HttpRequest, step: Step) -> list[Any]:
    return [link(place.text, url) for place in step.places if (url := _url(request, place))]


def _url(request: HttpRequest, place: Place) -> str:
    """Return a place's address, or "" for one the user may not see."""
    app_label, __, model_name = place.page.partition("_")
    if not may_see(request.user, app_label, model_name):
        return ""
    url = admin_url(f"{place.page}_change", place.pk)
    return f"{url}#{place.tab}" if url and place.tab else url


def _page_tabs(kind: str, page: str, story: str, *, is_story: bool) -> list[tuple[str, str, bool]]:
    """Return the tabs above a product's form and above a story: text, address, whether open."""
    own = [(_TABS[kind], page, not is_story)] if page else []
    return [*own, (_("Timeline"), story, is_story)]


def _order_tab(request: HttpRequest, order: Order) -> Section | None:
    """Return an order's story as a tab of its page, None for whoever may not read stories."""
    url = story_url("order", order.increment_id)
    return (
        Section("timeline", _("Timeline"), "bridge/timeline_tab.html", {"url": url})
        if url
        else None
    )


def _product_tabs(request: HttpRequest, product: Product) -> dict[str, Any]:
    """Return the two tabs above an existing product's form."""
    story = story_url("product", product.sku)
    return {"tabs": _page_tabs("product", request.path, story, is_story=False)} if story else {}


add_parts(Order, PageParts(sections=(_order_tab,)))
add_parts(Product, PageParts(notices={"change": _product_tabs}))
