"""Editing an order: REST's rows, not too late, and with a look at what OrderFlow will see."""

import pytest

from exports.fetching import Seen, record_seen
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.sections import ExportMode, OrderExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.console.form_versions import READ
from orderflow_bridge.order_desk.admin.desk_pages import BLIND
from orderflow_bridge.order_desk.admin.edit_pages import UNCHANGED
from orderflow_bridge.order_desk.editing import AGAIN, FETCHED
from orderflow_bridge.sales.models import Order, OrderAddress, OrderStatusHistory
from tests.order_desk.twins import an_order, by_both, said

pytestmark = pytest.mark.django_db

TOLD_AGAIN = "OrderFlow is told again: the order was changed."
REFUSED_TITLE = "Somebody else has changed this"
NOT_TOLD = "OrderFlow was not told: the order was changed."


@pytest.fixture
def order():
    return an_order(shipping_method="flatrate_flatrate", shipping_description="Flat Rate - Fixed")


@pytest.fixture
def _announced():
    """Changed orders are announced."""
    write_settings(OrderExport, {"announce_changes": True, "exportable_status": ("pending",)})


def page(order):
    return f"/admin/sales/order/{order.pk}/edit/"


def filled(browser, order, **values):
    """Return the form as the page shows it, with some values changed."""
    form = browser.get(page(order)).context["form"]
    shown = {name: form[name].value() for name in form.fields} | {READ: form.version.text}
    return {name: value or "" for name, value in {**shown, **values}.items()}


def fetched():
    Order.objects.update(
        orderflow_export_status="Exported", orderflow_export_date="2026-11-01T00:00Z"
    )


def by_rest(order, **address):
    stands = order.addresses.get(address_type="shipping")
    whole = {
        "address_type": "shipping",
        **{name: getattr(stands, name) for name in ("firstname", "lastname", "company", "city")},
        **{name: getattr(stands, name) for name in ("region", "postcode", "country_id")},
        "telephone": stands.telephone,
        "street": stands.street.splitlines(),
        "entity_id": stands.pk,
        "parent_id": order.pk,
        **address,
    }
    return {
        "entity": {
            "entity_id": order.pk,
            "extension_attributes": {"shipping_assignments": [{"shipping": {"address": whole}}]},
        }
    }


def test_an_address_by_page_and_by_rest_leave_the_same_rows(operator, script, order):
    changed = {"city": "Leeds", "company": "Ltd", "street": ["Quay 1", "Back door"]}
    form = filled(
        operator,
        order,
        shipping_city="Leeds",
        shipping_company="Ltd",
        shipping_street="Quay 1\r\nBack door",
    )

    answer, page_rows, _, rest_rows = by_both(
        lambda: operator.post(page(order), form),
        lambda: script.post("orders", by_rest(order, **changed)),
    )

    assert said(answer) == ["You saved the order."]
    cities = {row["city"] for row in page_rows["sales.OrderAddress"]}
    assert cities == {"Hull", "Leeds"}
    assert page_rows == rest_rows


def test_a_method_by_page_and_by_rest_leave_the_same_rows(operator, script, order):
    form = filled(operator, order, shipping_method="dpd_next", shipping_description="DPD")
    shipping = {"shipping_assignments": [{"shipping": {"method": "dpd_next"}}]}
    entity = {
        "entity_id": order.pk,
        "shipping_description": "DPD",
        "extension_attributes": shipping,
    }

    _, page_rows, _, rest_rows = by_both(
        lambda: operator.post(page(order), form),
        lambda: script.post("orders", {"entity": entity}),
    )

    assert page_rows["sales.Order"][0]["shipping_method"] == "dpd_next"
    assert page_rows == rest_rows


def test_what_rest_refuses_the_page_refuses_in_the_same_words(operator, script, order):
    for name, value in (("city", ""), ("country_id", "Utopia")):
        form = filled(operator, order, **{f"shipping_{name}": value})
        body = by_rest(order, **{name: value})
        answer = operator.post(page(order), form)

        assert said(answer) == [script.refused("POST", "orders", body)]
        assert "Leeds" not in OrderAddress.objects.values_list("city", flat=True)


def test_a_field_can_be_emptied(operator, order):
    order.addresses.update(company="Ltd")

    operator.post(page(order), filled(operator, order, billing_company=""))

    assert order.addresses.get(address_type="billing").company == ""
    assert order.addresses.get(address_type="shipping").company == "Ltd"


def test_an_order_that_orderflow_has_fetched_is_not_edited_and_the_page_says_what_to_do(
    operator, order
):
    form = filled(operator, order, shipping_city="Leeds")
    fetched()

    assert FETCHED in operator.get(page(order), follow=True).content.decode()
    assert said(operator.post(page(order), form))[-1] == FETCHED
    assert not OrderAddress.objects.filter(city="Leeds").exists()


@pytest.mark.usefixtures("_announced")
def test_a_changed_order_is_pending_again_whether_by_page_or_by_rest(operator, script, order):
    fetched()
    form = filled(operator, order, shipping_city="Leeds")

    _, page_rows, _, rest_rows = by_both(
        lambda: operator.post(page(order), form),
        lambda: script.post("orders", by_rest(order, city="Leeds")),
    )

    [changed] = page_rows["sales.Order"]
    assert (changed["orderflow_export_status"], changed["orderflow_revision"]) == ("Pending", 1)
    assert changed["orderflow_notice"] == ""
    assert page_rows["sales.OrderStatusHistory"][-1]["comment"] == TOLD_AGAIN
    assert page_rows == rest_rows


@pytest.mark.parametrize("how", ["address", "lines"])
@pytest.mark.usefixtures("_announced")
def test_every_address_that_changes_an_order_has_it_announced(script, order, how):
    fetched()

    if how == "lines":
        row = order.items.first()
        gift = {"item_id": row.pk, "extension_attributes": {"gift_message": {"message": "Hi"}}}
        script.post("orders", {"entity": {"entity_id": order.pk, "items": [gift]}})
    else:
        entity = {"address_type": "billing", "city": "Leeds", "firstname": "A", "lastname": "B"}
        script.put(f"orders/{order.pk}", {"entity": {**entity, "country_id": "GB"}})

    order.refresh_from_db()
    assert (order.orderflow_export_status, order.orderflow_due_at is None) == ("Pending", False)
    assert OrderStatusHistory.objects.latest("id").comment == TOLD_AGAIN


@pytest.mark.parametrize(
    ("settings", "values"),
    [
        ({"announce_changes": False}, {}),
        ({"is_enabled": False}, {}),
        ({"exportable_status": ("processing",)}, {}),
        ({}, {"state": "closed"}),
        ({}, {"is_virtual": True}),
        ({}, {"customer_note": "Ring twice"}),
    ],
)
@pytest.mark.usefixtures("_announced")
def test_what_no_run_would_announce_or_the_warehouse_need_not_know_gets_a_notice(
    script, order, settings, values
):
    fetched()
    write_settings(OrderExport, settings)
    note = values.pop("customer_note", "")
    Order.objects.update(**values or {"state": "new"})

    entity = {"entity_id": order.pk, "customer_note": note}
    script.post("orders", {"entity": entity} if note else by_rest(order, city="Leeds"))

    order.refresh_from_db()
    assert order.orderflow_export_status == "Exported"
    assert order.orderflow_notice == NOT_TOLD


@pytest.mark.parametrize("mode", list(ExportMode))
@pytest.mark.usefixtures("_announced")
def test_the_preview_shows_what_orderflow_will_see_and_changes_nothing(operator, order, mode):
    write_settings(OrderExport, {"mode": mode})
    fetched()
    form = {**filled(operator, order, shipping_city="Leeds"), "preview": "1"}

    text = operator.post(page(order), form).content.decode()

    field = "shipping_assignments[0].shipping.address.city" if mode == "notify" else "AddressLine2"
    for words in ("What OrderFlow will see", field, "Leeds", "Calder", AGAIN, 'value="Leeds"'):
        assert words in text
    order.refresh_from_db()
    assert order.orderflow_export_status == "Exported"
    assert not OrderAddress.objects.filter(city="Leeds").exists()
    assert not OrderStatusHistory.objects.exists()


def test_a_second_click_and_an_old_form_change_nothing(operator, order):
    form = filled(operator, order, shipping_city="Leeds")
    old = filled(operator, order, shipping_city="York")
    operator.post(page(order), form)

    refused = operator.post(page(order), old).content.decode()
    assert REFUSED_TITLE in refused
    assert 'value="York"' in refused
    assert said(operator.post(page(order), form))[-1] == UNCHANGED
    assert OrderAddress.objects.filter(city="Leeds").count() == 1

    again = filled(operator, order)
    assert said(operator.post(page(order), again))[-1] == UNCHANGED


@pytest.mark.parametrize("status", ["Pending", "Queued", "Failed"])
def test_what_orderflow_was_reading_while_it_was_changed_does_not_count_as_fetched(
    operator, order, status
):
    Order.objects.update(orderflow_export_status=status)
    read = Seen(
        Entity.ORDER,
        order.increment_id,
        entity_id=order.pk,
        revisions={order.pk: order.orderflow_revision},
        website=order.website,
    )
    operator.post(page(order), filled(operator, order, shipping_city="Leeds"))

    record_seen(read, body=b"", response=b"", received_by="orderflow")

    order.refresh_from_db()
    assert order.orderflow_export_status == status
    assert OrderAddress.objects.filter(city="Leeds").exists()


def test_editing_takes_its_own_right(somebody, order):
    assert somebody("invoice", "ship", "comment").get(page(order)).status_code == 403
    editor = somebody("edit")
    assert editor.get(page(order)).status_code == 200
    assert page(order) in editor.get(f"/admin/sales/order/{order.pk}/change/").content.decode()


def test_who_sees_masks_in_place_of_names_does_not_edit_them(somebody, order):
    blind = somebody("edit", sees=())
    shown = blind.get(f"/admin/sales/order/{order.pk}/change/").content.decode()

    assert page(order) not in shown
    for answer in (blind.get(page(order)), blind.post(page(order), {"shipping_city": "Leeds"})):
        assert said(answer)[-1] == BLIND
    assert not OrderAddress.objects.filter(city="Leeds").exists()
