"""Failed lines get another try, with the numbers they came with."""

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client

from imports.models import Import, ImportLine
from imports.requeueing import requeue_lines
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Shipment
from tests.admin.samples import make_old, make_operator, queue_despatch, queue_stock
from tests.factories import make_order, make_product

pytestmark = pytest.mark.django_db

MESSAGE = [("24-MB01", "90", "507"), ("later", "3", "520"), ("24-MB02", "x", "521")]


def import_stock(message_id: str, lines) -> Import:
    queue_stock(message_id, lines)
    process_imports(Entity.INVENTORY)
    return Import.objects.latest("id")


def failures(report: Import) -> list[ImportLine]:
    return list(report.lines.filter(result=Result.FAILURE).select_related("parent"))


def quantity(sku: str) -> int | None:
    found = SourceItem.objects.filter(product__sku=sku).first()
    return None if found is None else int(found.quantity)


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss", "boss@example.com", "secret-12345"))
    return client


def test_a_failed_line_is_applied_once_its_product_exists():
    make_product("24-MB01")
    report = import_stock("72", MESSAGE)
    make_product("later")

    assert requeue_lines(failures(report), by="boss") == 1
    process_imports(Entity.INVENTORY)

    again = Import.objects.latest("id")
    assert (again.message_id, again.successes, again.failures) == ("72", 1, 1)
    assert quantity("later") == 3
    assert again.lines.get(result=Result.SUCCESS).sequence_id == 520


def test_only_the_failed_lines_make_up_the_new_request():
    make_product("24-MB01")
    report = import_stock("72", MESSAGE)

    requeue_lines(report.lines.select_related("parent"), by="boss")

    request = Request.objects.latest("id")
    assert [line[0] for line in request.lines] == ["later", "24-MB02"]
    assert request.message_id == "72"
    assert request.received_by == "orderflow, requeued by boss"


def test_one_of_several_failed_lines_can_be_requeued_alone():
    report = import_stock("72", MESSAGE)
    one = report.lines.select_related("parent").get(reference="later")

    requeue_lines([one])

    assert [line[0] for line in Request.objects.latest("id").lines] == ["later"]


def test_what_succeeded_is_a_duplicate_and_never_applied_twice():
    product = make_product("24-MB01")
    report = import_stock("72", [("24-MB01", "90", "507"), ("24-MB01", "x", "508")])
    SourceItem.objects.filter(product=product).update(quantity=80)

    assert requeue_lines(report.lines.filter(result=Result.SUCCESS).select_related("parent")) == 0
    queue_stock("72", [("24-MB01", "90", "507")])
    process_imports(Entity.INVENTORY)

    assert Import.objects.latest("id").duplicates == 1
    assert quantity("24-MB01") == 80


def test_a_newer_figure_still_supersedes_a_requeued_one():
    report = import_stock("72", [("later", "3", "520")])
    make_product("later")
    import_stock("80", [("later", "9", "600")])

    requeue_lines(failures(report))
    process_imports(Entity.INVENTORY)

    assert Import.objects.latest("id").superseded == 1
    assert quantity("later") == 9


def test_equal_lines_are_requeued_as_often_as_they_failed():
    report = import_stock("72", [("later", "3", "520"), ("later", "3", "520")])

    requeue_lines(failures(report))

    assert len(Request.objects.latest("id").lines) == 2


def test_a_line_whose_texts_are_readable_by_now_is_found_again():
    """What failed under stricter rules has no quantity in the history, and its SKU as received."""
    make_product("24-MB01")
    report = import_stock("72", [(" 24-MB01 ", "x", "507")])
    Request.objects.update(lines=[[" 24-MB01 ", "5.00000", None, "507", None]])

    assert requeue_lines(failures(report)) == 1
    process_imports(Entity.INVENTORY)

    assert quantity("24-MB01") == 5


def test_a_failed_despatch_ships_its_order_when_it_has_come():
    make_old(queue_despatch("38", "000000005"))
    process_imports(Entity.SHIPMENT)
    report = Import.objects.get()
    make_order(items=[("24-MB01", 1)], increment_id="000000005")

    assert requeue_lines(failures(report)) == 1
    process_imports(Entity.SHIPMENT)

    assert Shipment.objects.count() == 1
    assert Import.objects.latest("id").successes == 1


def test_asking_twice_makes_one_request():
    report = import_stock("72", MESSAGE)

    made = [requeue_lines(failures(report)) for _ in range(2)]

    assert made == [1, 0]


def test_lines_whose_request_was_deleted_cannot_be_requeued():
    report = import_stock("72", MESSAGE)
    lines = failures(report)
    Request.objects.all().delete()

    assert requeue_lines(lines) == 0


def test_the_page_requeues_the_chosen_lines_after_a_question(boss):
    report = import_stock("72", MESSAGE)
    line = report.lines.get(reference="later")
    address = f"/admin/imports/inventoryimport/{report.pk}/requeue/"

    page = boss.get(f"/admin/imports/inventoryimport/{report.pk}/change/").content.decode()
    question = boss.get(f"{address}?line={line.pk}").content.decode()
    untouched = Request.objects.count()
    answer = boss.post(address, {"line": [line.pk]})

    assert untouched == 1
    assert f'name="line" value="{line.pk}"' in page
    assert "requeue 1 failed line(s)?" in question
    assert f'<input type="hidden" name="line" value="{line.pk}">' in question
    assert Request.objects.latest("id").line_count == 1
    assert [str(text) for text in get_messages(answer.wsgi_request)] == [
        "1 failed line(s) have been requeued. The next import run applies them."
    ]


def test_the_page_requeues_all_failed_lines_when_none_is_chosen(boss):
    report = import_stock("72", MESSAGE)

    boss.post(f"/admin/imports/inventoryimport/{report.pk}/requeue/")

    assert Request.objects.latest("id").line_count == 3


def test_whoever_may_only_look_is_offered_nothing_and_can_requeue_nothing():
    client = Client()
    client.force_login(make_operator("viewer", "view"))
    report = import_stock("72", MESSAGE)

    page = client.get(f"/admin/imports/inventoryimport/{report.pk}/change/").content.decode()
    answer = client.post(f"/admin/imports/inventoryimport/{report.pk}/requeue/")

    assert "Requeue" not in page
    assert answer.status_code == 403
    assert Request.objects.count() == 1
