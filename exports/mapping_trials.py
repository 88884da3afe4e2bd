"""What a mapping makes of real products and orders: one before and after, or the latest hundred.

Nothing is written or sent. The documents are those that would be pushed, made with rows in place of
the stored ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from lxml import etree

from exports.documents import NotExportable, order_document, product_document, products_for
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.client.documents import ProductOperation, orders_document, products_document
from orderflow_bridge.common.choices import SELF_TEST
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.mapping.rows import Part
from orderflow_bridge.mapping.selectors import Stored, order_lookups, rows_among
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.selectors import find_order
from orderflow_bridge.stores.models import Website

LATEST = 100
_EXAMPLES = 10


@dataclass(frozen=True)
class Pair:
    """A line of the document before and after; "" where there is none."""

    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Whether the two differ."""
        return self.before != self.after


@dataclass(frozen=True)
class Trial:
    """What becomes of one product or order; a failure stands in for a document."""

    reference: str
    pairs: Sequence[Pair] = ()
    failure_before: str = ""
    failure: str = ""

    @property
    def changed(self) -> list[Pair]:
        """The lines that differ."""
        return [pair for pair in self.pairs if pair.is_changed]

    @property
    def fails_now(self) -> bool:
        """Whether it could be written before and no longer can."""
        return bool(self.failure) and not self.failure_before


@dataclass(frozen=True)
class Trials:
    """What becomes of the latest: how many, and some examples of changes and failures."""

    entities: str
    total: int
    changed: int
    failed: int
    failures: Sequence[Trial]
    examples: Sequence[Trial]


def try_one(
    part: Part, reference: str, *, website: Website | None, before: Stored, after: Stored
) -> Trial | None:
    """Return a product (by SKU) or order (by number) before and after; None if there is none.

    `before` and `after` are the rows of all scopes. `website` is the one whose mapping counts; None
    is a product's first, an order's own.
    """
    entity: Product | Order | None
    if part is Part.PRODUCT:
        entity = _products(None).filter(sku_key=sku_key(reference.strip())).first()
    else:
        entity = find_order(reference.strip(), _orders(None))
    return _trial(entity, website, before, after, timezone.now()) if entity else None


def try_latest(part: Part, *, website: Website | None, before: Stored, after: Stored) -> Trials:
    """Return what becomes of the latest hundred products or orders of a website, or of all."""
    entities: list[Product] | list[Order]
    if part is Part.PRODUCT:
        entities = list(_products(website).order_by("-pk")[:LATEST])
    else:
        entities = list(_orders(website).order_by("-pk")[:LATEST])
        scopes = {order.website_id for order in entities}
        lookups = {each for at in scopes for each in order_lookups(rows_among(after, at))}
        prefetch_related_objects(entities, *sorted(lookups))
    now = timezone.now()
    trials = [_trial(each, website, before, after, now) for each in entities]
    changed = [trial for trial in trials if trial.changed]
    failed = [trial for trial in trials if trial.fails_now]
    return Trials(
        "products" if part is Part.PRODUCT else "orders",
        len(trials),
        len(changed),
        len(failed),
        failed[:_EXAMPLES],
        changed[:_EXAMPLES],
    )


def latest_reference(part: Part, website: Website | None) -> str:
    """Return the latest product's SKU or order's number, to begin with; "" if there is none."""
    if part is Part.PRODUCT:
        return _products(website).order_by("-pk").values_list("sku", flat=True).first() or ""
    return _orders(website).order_by("-pk").values_list("increment_id", flat=True).first() or ""


def _products(website: Website | None) -> QuerySet[Product]:
    rows = Product.objects.filter(type_id=Product.Type.SIMPLE).exclude(sku_key=SELF_TEST)
    found: QuerySet[Product] = rows.filter(websites=website) if website else rows
    return found.prefetch_related(
        "category_links__category", "parent_relations__parent", "websites"
    )


def _orders(website: Website | None) -> QuerySet[Order]:
    rows = Order.objects.filter(is_virtual=False)
    rows = rows.filter(website=website) if website else rows
    return rows.select_related("website", "payment").prefetch_related("addresses", "items")


def _trial(
    entity: Product | Order,
    website: Website | None,
    before: Stored,
    after: Stored,
    now: datetime,
) -> Trial:
    name = entity.increment_id if isinstance(entity, Order) else entity.sku
    if isinstance(entity, Product):
        website = website or next(iter(entity.websites.all()), None) or Website.objects.first()
        [entity] = products_for([entity], website) if website else [entity]
    old, failure_before = _written(entity, website, before, now)
    new, failure = _written(entity, website, after, now)
    pairs = [] if failure else list(_paired(old, new))
    return Trial(name, pairs, failure_before, failure)


def _written(
    entity: Product | Order, website: Website | None, stored: Stored, now: datetime
) -> tuple[list[str], str]:
    """Return the document's lines, or none and the reason why it cannot be written."""
    try:
        if isinstance(entity, Order):
            rows = rows_among(stored, (website or entity.website).pk)
            return _lines(orders_document([order_document(entity, now=now, rows=rows)])), ""
        if website is None:
            return [], _("There is no website.")
        document = product_document(entity, website, rows=rows_among(stored, website.pk))
        return _lines(products_document([document], ProductOperation.MERGE)), ""
    except NotExportable as error:
        return [], str(error)


def _lines(xml: bytes) -> list[str]:
    return (etree.fromstring(xml)[0].text or "").strip("\n").split("\n")


def _paired(old: list[str], new: list[str]) -> Iterator[Pair]:
    """Yield the lines of both side by side; a key that both have stands in one pair."""
    old_keys, new_keys = ([line.partition("=")[0] for line in lines] for lines in (old, new))
    matcher = SequenceMatcher(None, old_keys, new_keys, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield from map(Pair, old[a:b], new[c:d])
        else:
            yield from (Pair(line, "") for line in old[a:b])
            yield from (Pair("", line) for line in new[c:d])
