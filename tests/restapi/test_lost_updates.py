"""Nobody overwrites what he has not seen: ETag, If-None-Match and If-Match on every document."""

from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from orderflow_bridge.access.services import grant_token
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.restapi.routes import ROUTES
from tests.factories import make_product, make_source_item, make_user
from tests.restapi.stating import Sent, Stated, all_stated

pytestmark = pytest.mark.django_db

STATED = all_stated()
READS = [each for each in STATED if each.method == "get" and each.status == 200]
WRITES = [each for each in STATED if each.method != "get"]
_ROUTES = {(route.prefix, route.address): route for route in ROUTES}
_DOCUMENTS = {
    (route.prefix, route.address)
    for route in ROUTES
    if route.view(changes=route.view.changes).document is not None
}


class Caller:
    """Somebody with every right, who sends headers along."""

    def __init__(self) -> None:
        token = grant_token(make_user(is_superuser=True))
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def call(self, method: str, path: str, raw: Any = b"", **headers: Any) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method.upper(), path, raw, "application/json", headers=named)

    def etag(self, path: str, **headers: str) -> str:
        answer = self.call("get", path, **headers)
        assert answer.status_code == 200, answer.content
        return str(answer["ETag"])

    def send(self, stated: Stated, sent: Sent, **headers: str) -> Any:
        path = sent.path(_ROUTES[stated.prefix, stated.address])
        return self.call(stated.method, path, sent.raw(), **headers)

    def rename(self, name: str, path: str = "/rest/V1/products/MUG", **headers: str) -> Any:
        raw = b'{"product": {"name": "%s"}}' % name.encode()
        return self.call("put", path, raw, **headers)


@pytest.fixture
def caller() -> Caller:
    return Caller()


@pytest.fixture
def mug() -> Product:
    return make_product("MUG", name="Mug")


@pytest.mark.parametrize("stated", READS, ids=[each.name for each in READS])
def test_every_read_is_answered_once(stated: Stated, caller: Caller) -> None:
    sent = stated.found()
    first = caller.send(stated, sent)
    again = caller.send(stated, sent, If_None_Match=first["ETag"])

    assert first["ETag"].startswith('"')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    other = caller.send(stated, sent, If_None_Match='"another"')
    assert (other.status_code, other.content) == (200, first.content)


@pytest.mark.parametrize("stated", WRITES, ids=[each.name for each in WRITES])
def test_every_write_is_refused_where_the_version_does_not_hold(
    stated: Stated, caller: Caller
) -> None:
    answer = caller.send(stated, stated.found(), If_Match='"another"')

    assert answer.status_code == 412, answer.content
    assert "Nothing was written." in answer.json()["message"]
    assert answer["X-Error-Code"] == "precondition-failed"


@pytest.mark.parametrize("stated", WRITES, ids=[each.name for each in WRITES])
def test_a_star_asks_only_that_the_document_is_there(stated: Stated, caller: Caller) -> None:
    has_document = (stated.prefix, stated.address) in _DOCUMENTS
    answer = caller.send(stated, stated.found(), If_Match="*")

    assert (answer.status_code != 412) is has_document, answer.content


def test_the_tag_changes_with_the_document_alone(mug: Product, caller: Caller) -> None:
    path = "/rest/V1/products/MUG"
    first = caller.etag(path)

    Product.objects.update(price=F("price"))
    assert caller.etag(path) == first
    make_source_item(mug, quantity=7)
    with_stock = caller.etag(path)
    assert with_stock != first
    SourceItem.objects.update(quantity=8)
    assert caller.etag(path) != with_stock


def test_a_change_lands_on_the_version_it_was_made_for(mug: Product, caller: Caller) -> None:
    etag = caller.etag("/rest/V1/products/MUG")

    assert caller.rename("Blue mug", If_Match=etag).status_code == 200
    refused = caller.rename("Red mug", If_Match=etag)

    assert refused.status_code == 412
    now = caller.etag("/rest/V1/products/MUG")
    assert refused.json()["parameters"] == {"wanted": etag, "etag": now}
    mug.refresh_from_db()
    assert mug.name == "Blue mug"
    assert caller.rename("Red mug", If_Match=f'"old", {now}').status_code == 200


def test_a_deletion_spares_what_has_changed(mug: Product, caller: Caller) -> None:
    path = "/rest/V1/products/MUG"
    etag = caller.etag(path)
    caller.rename("Blue mug")

    assert caller.call("delete", path, If_Match=etag).status_code == 412
    assert caller.call("delete", path, If_Match=caller.etag(path)).status_code == 200
    assert caller.call("delete", path, If_Match="*").status_code == 412
    assert caller.call("delete", path).status_code == 404


def test_what_is_gone_is_not_made_anew(caller: Caller) -> None:
    refused = caller.rename("Mug", If_Match='"read-before-it-was-deleted"')

    assert refused.status_code == 412
    assert "there is no such document any more" in refused.json()["message"]
    assert not Product.objects.filter(sku="MUG").exists()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/rest/V1/products/MUG?fields=name", {}),
        ("/rest/V1/products/MUG", {"Accept": "application/xml"}),
        ("/rest/V1/products/mug", {}),
        ("/rest/V1/products/MUG", {"Accept_Encoding": "gzip"}),
    ],
    ids=["fields", "xml", "case", "compressed"],
)
def test_any_form_that_was_read_will_do(
    path: str, headers: dict[str, str], mug: Product, caller: Caller
) -> None:
    etag = caller.etag(path, **headers)

    assert caller.call("get", path, **headers, If_None_Match=etag).status_code == 304
    assert caller.rename("Blue mug", If_Match=etag).status_code == 200
    assert caller.rename("Red mug", If_Match=etag).status_code == 412


def test_forms_of_one_document_have_tags_of_their_own(mug: Product, caller: Caller) -> None:
    path = "/rest/V1/products/MUG"
    tags = {
        caller.etag(path),
        caller.etag(path, Accept="application/xml"),
        caller.etag(f"{path}?fields=name"),
        caller.etag(f"{path}?fields=sku"),
    }

    assert len(tags) == 4


def test_a_stock_item_is_written_for_the_figure_that_was_read(mug: Product, caller: Caller) -> None:
    make_source_item(mug, quantity=7)
    etag = caller.etag("/rest/V1/stockItems/MUG")
    path, raw = f"/rest/V1/products/MUG/stockItems/{mug.pk}", b'{"stockItem": {"qty": 5}}'
    SourceItem.objects.update(quantity=3)

    assert caller.call("put", path, raw, If_Match=etag).status_code == 412
    assert SourceItem.objects.get().quantity == 3
    now = caller.etag("/rest/V1/stockItems/MUG")
    assert caller.call("put", path, raw, If_Match=now).status_code == 200
    assert SourceItem.objects.get().quantity == 5


def test_a_list_that_has_not_changed_is_not_sent_again(mug: Product, caller: Caller) -> None:
    path = "/rest/V1/products?searchCriteria"
    etag = caller.etag(path)

    assert caller.call("get", path, If_None_Match=etag).status_code == 304
    caller.rename("Blue mug")
    assert caller.call("get", path, If_None_Match=etag).status_code == 200


def test_a_write_without_the_header_is_as_ever(mug: Product, caller: Caller) -> None:
    caller.etag("/rest/V1/products/MUG")

    assert caller.rename("Blue mug").status_code == 200
    assert caller.rename("Red mug").status_code == 200
