"""What tokens and the four OrderFlow routes answer; an unknown reference is acknowledged too."""

from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from tests.access.two_factor import code_of, give_authenticator
from tests.factories import make_order, make_product, make_user
from tests.restapi.stating import Sent, Stated
from tests.restapi.test_orderflow import INVENTORY, SHIPMENT


def _user() -> Sent:
    make_user("signing-in", password="secret-12345")
    return Sent(body={"username": "signing-in", "password": "secret-12345"})


def _staff() -> Sent:
    user = make_user("with-a-code", password="secret-12345", is_staff=True)
    give_authenticator(user)
    credentials = {"username": "with-a-code", "password": "secret-12345"}
    return Sent(body=credentials | {"otp": code_of(user)})


STATED = [
    Stated(
        "post",
        "tfa/provider/google/authenticate",
        None,
        _staff,
        missing=Sent(body={"username": "nobody", "password": "secret-12345", "otp": "123456"}),
        missing_status=401,
        malformed=400,
    ),
    Stated(
        "post",
        "integration/admin/token",
        None,
        _user,
        missing=Sent(body={"username": "nobody", "password": "secret-12345"}),
        missing_status=401,
        malformed=400,
    ),
    Stated(
        "post",
        "orderflow/inventory",
        ORDERFLOW_IMPORT,
        lambda: Sent(body=INVENTORY),
        missing=Sent(body={}),
        missing_status=400,
        malformed=400,
    ),
    Stated(
        "post",
        "orderflow/shipment",
        ORDERFLOW_IMPORT,
        lambda: Sent(body=SHIPMENT),
        missing=Sent(body={}),
        missing_status=400,
        malformed=400,
    ),
    Stated(
        "post",
        "orderflow/export/product",
        ORDERFLOW_IMPORT,
        lambda: Sent(body={"reference": make_product().sku}),
        malformed=400,
    ),
    Stated(
        "post",
        "orderflow/export/order",
        ORDERFLOW_IMPORT,
        lambda: Sent(body={"reference": make_order().increment_id}),
        malformed=400,
    ),
]
