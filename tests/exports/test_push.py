"""Push mode: one document per batch, the import report decides."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.cron import export_orders_create, export_products_create
from exports.models import Export, ExportLine
from exports.outcomes import Fate
from exports.push import MOST_CALLS, decide_fate
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.client import ReportLine, ReportResult
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from tests.exports.shop import (
    lines,
    make_due,
    make_due_orders,
    make_due_products,
    make_shop,
    row,
)
from tests.factories import make_address
from tests.fakes import Answer, FakeOrderFlow, Heard

pytestmark = pytest.mark.django_db

PUSH = {"mode": "push"}
_LISTS = {
    "Success": "importSuccesses",
    "Failure": "importFailures",
    "Duplicate": "importDuplicates",
}


def report(*entries: tuple[str, str, str]) -> bytes:
    """Return an import report of (result, reference, message)."""
    lists = ""
    for result, name in _LISTS.items():
        children = "".join(
            f'<line externalReference="{reference}"><{result.lower()}Message>{message}'
            f"</{result.lower()}Message><{result.lower()}Detail>Details of {reference}"
            f"</{result.lower()}Detail></line>"
            for kind, reference, message in entries
            if kind == result
        )
        lists += f"<{name}>{children}</{name}>"
    return f"<importReport>{lists}</importReport>".encode()


class Importing(FakeOrderFlow):
    """An OrderFlow that reports on each document it gets, and chokes on the SKUs in `odd`."""

    def __init__(self, *odd: str) -> None:
        super().__init__()
        self.odd = odd

    def answer(self, handler) -> None:
        """Decide by what has arrived: the base class has the queue of answers."""
        file = handler.rfile
        handler.rfile = _Peeked(self, file)
        super().answer(handler)
        handler.rfile = file  # the connection is kept for the next call

    def decide(self, body: bytes) -> None:
        """Put the answer to a document into the queue."""
        references = re.findall(r'externalReference="([^"]+)"', body.decode())
        if set(references) & set(self.odd):
            self.answers.append(Answer(b"<exception>Cannot read the document</exception>"))
        else:
            entries = [("Success", reference, "") for reference in references]
            self.answers.append(Answer(report(*entries)))


class _Peeked:
    """The body of a request; reading it makes the fake decide on its answer."""

    def __init__(self, fake: Importing, file) -> None:
        self._fake, self._file = fake, file

    def read(self, size: int) -> bytes:
        body = self._file.read(size)
        self._fake.decide(body)
        return body


def references_in(heard: Heard) -> list[str]:
    return re.findall(r'externalReference="([^"]+)"', heard.body.decode())


def export_state(entity: Order) -> tuple[str, int, bool]:
    entity.refresh_from_db()
    return (
        entity.orderflow_export_status,
        entity.orderflow_attempts,
        entity.orderflow_export_date is not None,
    )


def test_a_batch_of_products_is_one_merge_document_and_becomes_exported(orderflow):
    website = make_shop(orderflow, products=PUSH)
    first, second = make_due_products(website, 2)
    answer = report(("Success", first.sku, "Merged"), ("Success", second.sku, ""))
    orderflow.answers = [Answer(answer)]

    export_products_create()

    [heard] = orderflow.heard
    assert heard.path.startswith("/web/remotewarehouse/imports/importitems.xml?")
    assert b'operation="merge"' in heard.body
    assert references_in(heard) == [first.sku, second.sku]
    assert [text for _, _, text in lines()] == [f"Successfully Exported {first.sku}",
                                                f"Successfully Exported {second.sku}"]  # fmt: skip
    assert row(first, website).orderflow_export_status == "Exported"
    assert Product.objects.get(pk=second.pk).orderflow_export_date is not None


def test_a_report_that_spells_a_sku_otherwise_is_about_the_product(orderflow):
    website = make_shop(orderflow, products=PUSH)
    first, second = make_due_products(website, 2)
    silent = f"Successfully Exported {second.sku.lower()}"
    entries = [("Success", first.sku.lower(), ""), ("Failure", second.sku.lower(), silent)]
    orderflow.answers = [Answer(report(*entries))]

    export_products_create()

    assert row(first, website).orderflow_export_status == "Exported"
    assert "OrderFlow refused it without giving a reason." in [text for _, _, text in lines()]


def test_the_document_and_the_report_are_kept_whole_and_each_line_has_its_part(orderflow):
    website = make_shop(orderflow, products=PUSH)
    first, second = make_due_products(website, 2)
    answer = report(("Success", first.sku, ""), ("Failure", second.sku, "No description"))
    orderflow.answers = [Answer(answer)]

    export_products_create()

    request = Request.objects.get()
    assert bytes(request.request_body) == orderflow.heard[0].body
    assert bytes(request.response_body) == answer
    line = ExportLine.objects.get(reference=second.sku)
    assert line.call.startswith(f"POST {orderflow.endpoint}remotewarehouse/imports/")
    assert f"externalReference={second.sku}\n" in line.call
    assert first.sku not in line.call
    assert line.answer == f"Failure: No description\nDetails of {second.sku}"


def test_a_duplicate_is_exported_and_a_failure_is_not(orderflow):
    website = make_shop(orderflow, orders=PUSH)
    known, bad = make_due_orders(website, 2, items=[("A", 1)])
    for order in (known, bad):
        make_address(order)
    entries = [("Duplicate", known.increment_id, "Already imported"),
               ("Failure", bad.increment_id, "Unknown product")]  # fmt: skip
    orderflow.answers = [Answer(report(*entries))]

    export_orders_create()

    assert b'type="order" operation="insert"' in orderflow.heard[0].body
    assert export_state(known) == ("Exported", 0, True)
    assert export_state(bad) == ("Failed", 1, False)
    assert bad.orderflow_last_error == "Unknown product"
    assert lines() == [
        (known.increment_id, "Duplicate", "Already imported"),
        (bad.increment_id, "Failure", "Unknown product"),
    ]
    export = Export.objects.get()
    assert (export.successes, export.duplicates, export.failures) == (0, 1, 1)


def test_what_the_report_does_not_mention_has_failed(orderflow):
    website = make_shop(orderflow, products=PUSH)
    first, second = make_due_products(website, 2)
    orderflow.answers = [Answer(report(("Success", first.sku, "")))]

    export_products_create()

    text = f"OrderFlow's import report does not mention {second.sku}."
    assert (second.sku, "Failure", text) in lines()
    assert row(second, website).orderflow_export_status == "Failed"


def test_what_cannot_be_written_fails_without_a_call_and_the_rest_is_sent(orderflow):
    website = make_shop(orderflow, orders=PUSH)
    homeless, good = make_due_orders(website, 2, items=[("A", 1)])
    make_address(good)
    orderflow.answers = [Answer(report(("Success", good.increment_id, "")))]

    export_orders_create()

    assert [references_in(heard) for heard in orderflow.heard] == [[good.increment_id]]
    assert export_state(good)[0] == "Exported"
    assert homeless.pk in set(
        Order.objects.filter(orderflow_export_status="Failed").values_list("pk", flat=True)
    )
    text = f"Order {homeless.increment_id} has no shipping address."
    assert (homeless.increment_id, "Failure", text) in lines()


def test_after_a_lost_answer_everything_is_sent_again_and_a_duplicate_settles_it(orderflow):
    website = make_shop(orderflow, orders=PUSH)
    [order] = make_due_orders(website, 1, items=[("A", 1)])
    make_address(order)
    orderflow.answers = [
        Answer(reset=True),
        Answer(report(("Duplicate", order.increment_id, "Already imported"))),
    ]
    export_orders_create()
    lost = export_state(order)
    make_due(order)

    export_orders_create()

    assert lost == ("Failed", 1, False)
    assert export_state(order) == ("Exported", 0, True)
    assert [text for _, _, text in lines()] == [
        "OrderFlow closed the connection before it had answered.", "Already imported",
    ]  # fmt: skip


def test_one_odd_product_does_not_keep_the_others_of_its_document_out():
    with Importing("odd").running() as orderflow:
        website = make_shop(orderflow, products=PUSH)
        make_due_products(website, 3)
        [odd] = make_due_products(website, 1, sku="odd")
        make_due_products(website, 4)

        export_products_create()

        statuses = dict(Product.objects.values_list("sku", "orderflow_export_status"))
        assert statuses.pop("odd") == "Failed"
        assert set(statuses.values()) == {"Exported"}
        assert len(orderflow.heard) == 7
        assert row(odd, website).orderflow_last_error.endswith("Cannot read the document")


def test_a_document_is_halved_in_a_bounded_number_of_calls():
    with Importing("odd").running() as orderflow:
        website = make_shop(orderflow, products=PUSH)
        orderflow.odd = tuple(product.sku for product in make_due_products(website, 40))

        export_products_create()

        assert MOST_CALLS <= len(orderflow.heard) <= MOST_CALLS + 10
        assert set(Product.objects.values_list("orderflow_export_status", flat=True)) == {"Failed"}


def test_a_refused_login_is_not_halved(orderflow):
    website = make_shop(orderflow, products=PUSH)
    make_due_products(website, 4)
    orderflow.answers = [Answer(status=401)]

    export_products_create()

    assert len(orderflow.heard) == 1
    assert len(lines()) == 4


def test_a_number_of_products_takes_a_fixed_number_of_statements(
    orderflow, django_assert_max_num_queries
):
    website = make_shop(orderflow, products=PUSH)
    products = make_due_products(website, 30, price=Decimal(3))
    orderflow.answers = [Answer(report(*[("Success", p.sku, "") for p in products]))]

    with django_assert_max_num_queries(60):
        export_products_create()

    assert not Product.objects.exclude(orderflow_export_status="Exported").exists()


def line_of(result: ReportResult, message: str = "said") -> ReportLine:
    return ReportLine(result, "A", "product", "merge", "", "", "", message, "")


@given(st.lists(st.sampled_from(list(ReportResult)), min_size=1))
def test_of_several_lines_on_one_entity_a_failure_counts_most_and_a_duplicate_least(results):
    fate, text = decide_fate([line_of(result, result.value) for result in results], "A")

    if ReportResult.FAILURE in results:
        assert (fate, text) == (Fate.FAILED, "Failure")
    elif ReportResult.SUCCESS in results:
        assert (fate, text) == (Fate.TAKEN, "Success")
    else:
        assert (fate, text) == (Fate.KNOWN, "Duplicate")


def test_a_failure_without_a_reason_says_so():
    said = "Successfully Exported A"

    assert decide_fate([line_of(ReportResult.FAILURE, said)], "A") == (
        Fate.FAILED, "OrderFlow refused it without giving a reason.",
    )  # fmt: skip
