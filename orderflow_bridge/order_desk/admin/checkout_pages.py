"""Orders by hand: Add, Reorder, and the page of a cart on which it is filled and ordered."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.form_versions import READ, who_changed
from orderflow_bridge.console.pages import Button, admin_url, money, unbroken
from orderflow_bridge.order_desk.admin.cart_form import CartForm
from orderflow_bridge.order_desk.admin.desk_pages import (
    BLIND,
    order_page,
    posted,
    sees_people,
    show_form,
)
from orderflow_bridge.order_desk.admin.forms import DeskForm
from orderflow_bridge.order_desk.checkout import fill_cart, place_by_hand, reorder
from orderflow_bridge.sales import carts
from orderflow_bridge.sales.checkout import row_total, totals_of
from orderflow_bridge.sales.models import Order, Quote
from orderflow_bridge.sales.selectors import find_order
from orderflow_bridge.stores.models import Store

MAY_CREATE = "sales.create_order"
_COLUMNS = (
    gettext_lazy("Product"),
    "SKU",
    gettext_lazy("Price"),
    gettext_lazy("Row Total"),
    gettext_lazy("Qty (0 takes it out)"),
)
NO_STORE = gettext_lazy("There is no store view yet. Add a website and a store view first.")


class NewOrderForm(DeskForm):
    """Who orders, and in which store view."""

    seen = None
    store = forms.ModelChoiceField(
        Store.objects.select_related("website"), label=gettext_lazy("Store View")
    )
    customer_email = forms.EmailField(label=gettext_lazy("Customer Email"), max_length=128)


def new_order_view(model_admin: RecordAdmin, request: HttpRequest, record: None) -> HttpResponse:
    """Ask who orders (GET), and go on to the cart (POST)."""
    form = NewOrderForm(posted(request), initial={"store": Store.objects.first()})
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        cart = carts.open_cart(values["store"], customer_email=values["customer_email"])
        return HttpResponseRedirect(admin_url("sales_quote_order", cart.pk))
    back = admin_url("sales_order_changelist")
    warning = "" if Store.objects.exists() else NO_STORE
    return show_form(
        model_admin,
        request,
        None,
        form,
        title=_("New Order"),
        submit=_("Create Cart"),
        back=back,
        warning=warning,
    )


def document_view(page: str, title: str) -> Callable[..., HttpResponse]:
    """Return the page that asks of which order an invoice or a shipment is to be made."""

    class OrderNumberForm(DeskForm):
        number = forms.CharField(label=gettext_lazy("Order #"), max_length=50)

    def view(model_admin: RecordAdmin, request: HttpRequest, record: None) -> HttpResponse:
        form = OrderNumberForm(posted(request))
        if form.is_bound and form.is_valid():
            number = form.cleaned_data["number"]
            order = find_order(number, Order.objects.only("increment_id"))
            if order is not None:
                return HttpResponseRedirect(admin_url(f"sales_order_{page}", order.pk))
            form.add_error("number", _("Order %(number)s does not exist.") % {"number": number})
        back = admin_url(f"sales_{model_admin.opts.model_name}_changelist")
        return show_form(
            model_admin, request, None, form, title=title, submit=_("Continue"), back=back
        )

    return view


def run_reorder(request: HttpRequest, order: Order) -> HttpResponse | None:
    """Make a cart of an order, and go on to it."""
    if not sees_people(request):
        messages.error(request, BLIND)
        return None
    try:
        cart, refusals = reorder(order.pk)
    except BridgeError as error:
        messages.error(request, str(error))
        return None
    for text in refusals:
        messages.warning(request, text)
    return HttpResponseRedirect(admin_url("sales_quote_order", cart.pk))


REORDER = RecordAction(
    "reorder",
    gettext_lazy("Reorder"),
    gettext_lazy(
        "Put the lines and addresses of this order into a new cart? Prices and stock are today's."
    ),
    run_reorder,
    lambda order: True,
    "replay",
    MAY_CREATE,
)


def order_button(request: HttpRequest, cart: Quote) -> Button | None:
    """Lead from a cart that is open to its order, whoever may create orders."""
    may_create = request.user.has_perm(MAY_CREATE) and sees_people(request)
    if not cart.is_active or not may_create:
        return None
    return Button(_("Create Order"), admin_url("sales_quote_order", cart.pk), "add_shopping_cart")


def cart_view(model_admin: RecordAdmin, request: HttpRequest, cart: Quote) -> HttpResponse:
    """Show a cart as a form (GET), save it (POST "update"), or order it (POST)."""
    if not sees_people(request):
        messages.error(request, BLIND)
        return HttpResponseRedirect(admin_url("sales_quote_change", cart.pk))
    form = CartForm(cart)
    if request.method == "POST":
        with transaction.atomic():
            carts.lock_cart(cart.pk)
            cart.refresh_from_db()
            form = CartForm(cart, request.POST)
            if answer := _filled(model_admin, request, cart, form):
                return answer
    if form.version.differences:
        form.version.who = who_changed(cart, request.POST.get(READ))
    cart.refresh_from_db()
    if not cart.is_active:
        number = cart.reserved_order_id
        messages.info(
            request,
            _("This cart was ordered already: it is order #%(number)s.") % {"number": number},
        )
        return HttpResponseRedirect(admin_url("sales_order_by_number", number))
    totals = totals_of(form.rows, cart.shipping_method)
    lines = [
        (
            (
                row.name,
                unbroken(row.sku),
                money(row.price, cart.currency_code),
                money(row_total(row), cart.currency_code),
            ),
            form[f"qty_{row.pk}"],
        )
        for row in form.rows
    ]
    amounts = (totals.subtotal, totals.shipping, totals.grand_total)
    subtotal, shipping, grand = (money(each, cart.currency_code) for each in amounts)
    return show_form(
        model_admin,
        request,
        cart,
        form,
        title=_("New Order in %(store)s") % {"store": cart.store.name},
        submit=_("Submit Order"),
        back=admin_url("sales_quote_change", cart.pk),
        columns=_COLUMNS,
        lines=lines,
        note=_("Subtotal %(subtotal)s, shipping %(shipping)s, grand total %(grand)s.")
        % {"subtotal": subtotal, "shipping": shipping, "grand": grand},
        second=("update", _("Update Items and Totals")),
        second_save="update",
    )


def _filled(
    model_admin: RecordAdmin, request: HttpRequest, cart: Quote, form: CartForm
) -> HttpResponse | None:
    """Save a cart, or order it; None if it was not sent, or is refused."""
    if not (cart.is_active and form.is_bound and form.is_valid() and form.is_as_opened()):
        return None
    try:
        with transaction.atomic():
            if "update" not in request.POST:
                return _ordered(model_admin, request, cart, form)
            fill_cart(cart.pk, form.basket)
    except BridgeError as error:
        form.add_error(None, str(error))
        return None
    model_admin.log_change(request, cart, "The cart was changed.")
    return HttpResponseRedirect(request.path)


def _ordered(
    model_admin: RecordAdmin, request: HttpRequest, cart: Quote, form: CartForm
) -> HttpResponse:
    values = form.cleaned_data
    order_id = place_by_hand(
        cart.pk,
        form.basket,
        payment_method=values["payment_method"],
        po_number=values["po_number"],
    )
    model_admin.log_change(request, cart, "The cart was ordered.")
    messages.success(request, _("You created the order."))
    return HttpResponseRedirect(order_page(order_id))
