"""Find and Timeline: the pages of stories, and the tabs that lead to them."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.console.admin import ReadOnlyAdmin
from orderflow_bridge.console.page_parts import PageParts, add_parts
from orderflow_bridge.console.pages import Section, admin_url
from orderflow_bridge.sales.models import Order
from orderflow_bridge.timeline.models import Timeline
from orderflow_bridge.timeline.pages import BEFORE, story_context, timeline_tab
from orderflow_bridge.timeline.search import find, may_see, remember, story_url, suggest
from orderflow_bridge.timeline.selectors import (
    order_story,
    order_subject,
    product_story,
    product_subject,
)
from orderflow_bridge.timeline.sources import Subject
from orderflow_bridge.timeline.steps import Cursor, Story

Tell = Callable[[Subject, Cursor | None], Story]


@admin.register(Timeline)
class TimelineAdmin(ReadOnlyAdmin):
    """One page to find things, and the stories of orders and SKUs."""

    missing_text = "This order no longer exists."

    def get_urls(self) -> list[URLPattern]:
        """Add the stories, by number and by SKU."""
        views = [
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
            "title": "Find",
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
        subject = order_subject(reference)
        page = admin_url("sales_order_change", subject.pk) if subject.pk else ""
        return self._story(request, "Order", subject, order_story, page)

    def product_view(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Tell a SKU's story."""
        if not (self.has_view_permission(request) and may_see(request.user, "catalog", "product")):
            raise PermissionDenied
        subject = product_subject(reference)
        page = admin_url("catalog_product_change", subject.pk) if subject.pk else ""
        return self._story(request, "Product", subject, product_story, page)

    def _story(
        self, request: HttpRequest, kind: str, subject: Subject, announce: Tell, page: str
    ) -> HttpResponse:
        """Show a page of a story; only its steps, where a tab asks for them."""
        cursor = Cursor.read(request.GET.get(BEFORE, ""))
        url = story_url(kind.lower(), subject.reference)
        context = story_context(request, announce(subject, cursor), url)
        if "HX-Request" in request.headers:
            return TemplateResponse(request, "bridge/timeline_steps.html", context)
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{kind} {subject.reference}",
            "tabs": page_tabs(kind, page, url, is_story=True),
            "is_older": cursor is not None,
            "newest_url": url,
        }
        return TemplateResponse(request, "bridge/timeline.html", context)


def page_tabs(kind: str, page: str, story: str, *, is_story: bool) -> list[tuple[str, str, bool]]:
    """Return the tabs above a product's form and above a story: text, address, whether open."""
    own = [(kind, page, not is_story)] if page else []
    return [*own, ("Timeline", story, is_story)]


def order_tab(request: HttpRequest, order: Order) -> Section | None:
    """Return an order's story as a tab of its page, None for whoever may not read stories."""
    url = story_url("order", order.increment_id)
    return timeline_tab(url) if url else None


def product_tabs(request: HttpRequest, product: Product) -> dict[str, Any]:
    """Return the two tabs above an existing product's form."""
    story = story_url("product", product.sku)
    return {"tabs": page_tabs("Product", request.path, story, is_story=False)} if story else {}


add_parts(Order, PageParts(sections=(order_tab,)))
add_parts(Product, PageParts(notices={"change": product_tabs}))
