"""carts/<id>/coupons: there are none, and programs that ask are told so as Magento tells it."""

from orderflow_bridge.access.rights import QUOTES, QUOTES_VIEW
from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.documents.records import Kind
from orderflow_bridge.restapi.carts import find_cart
from orderflow_bridge.restapi.views import Call, RestView, Route, operation
from orderflow_bridge.sales.models import Quote


class CartCouponsView(RestView):
    """The coupon of a cart (quoteCouponManagementV1)."""

    @operation(right=QUOTES_VIEW, returns=Kind.ANY)
    def get(self, call: Call, cart_id: int) -> None:
        """Tell that there is none: `[]`."""
        find_cart(cart_id)

    @operation(right=QUOTES, returns=Kind.FLAG)
    def delete(self, call: Call, cart_id: int) -> bool:
        """Take no coupon away; true, as in Magento."""
        _filled(cart_id)
        return True


class CartCouponView(RestView):
    """A coupon for a cart (quoteCouponManagementV1)."""

    @operation(right=QUOTES, returns=Kind.FLAG)
    def put(self, call: Call, cart_id: int, coupon_code: str) -> bool:
        """Refuse every code: no sales rules are kept."""
        _filled(cart_id)
        raise NoSuchEntity("The coupon code isn't valid. Verify the code and try again.")


def _filled(cart_id: int) -> Quote:
    cart = find_cart(cart_id)
    if not cart.items.all():
        raise NoSuchEntity('The "%1" Cart doesn\'t contain products.', {"1": cart_id})
    return cart


routes = [
    Route("carts/<cart_id>/coupons", CartCouponsView),
    Route("carts/<cart_id>/coupons/<coupon_code>", CartCouponView),
]
