"""The ends of problems that stock lines and despatches raised: nothing here costs the imports.

An import only raises. Whether a cause has gone is looked up once a minute, set-wise.
"""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Substr

from imports.models import IgnoredSku, ImportLine, SkuAlias
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Operation, Result
from orderflow_bridge.inventory.models import Source, SourceItem
from orderflow_bridge.inventory.selectors import CARRIERS
from orderflow_bridge.problems.events import end
from orderflow_bridge.problems.kinds import DESPATCH_FAILED, STOCK_FAILED, UNKNOWN_SKU
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import open_key, open_problems
from orderflow_bridge.sales.models import Despatch, Shipment

FORGOTTEN_AFTER = timedelta(days=1)
_SENDERS_FAULTS = ("no lines", "no SKU", "too long")


def look_for_known_skus(now: datetime) -> None:
    """End the problems of SKUs that are products or aliases meanwhile, or ignored."""
    begin = len(open_key(UNKNOWN_SKU, "")) + 1
    unknown = open_problems(UNKNOWN_SKU).annotate(key=Substr("open_key", begin))
    is_known = (
        Exists(model.objects.filter(sku_key=OuterRef("key")))
        for model in (Product, SkuAlias, IgnoredSku)
    )
    _end(unknown.filter(reduce(or_, is_known)), now)


def look_for_mended_stock_lines(now: datetime) -> None:
    """End what stood against a SKU's figure once a newer one is applied or could be, or OrderFlow's
    was read from its stock.

    A line that names no SKU cannot be followed: its problem ends after a day without another.
    """
    failed = open_problems(STOCK_FAILED).annotate(
        cause=_text("evidence__cause"),
        key=_text("evidence__sku_key"),
        sku=_text("evidence__sku"),
        source=_text("evidence__source"),
        sequence=Cast(KT("evidence__sequence_id"), BigIntegerField()),
    )
    products = Product.objects.filter(sku_key=OuterRef("key"))
    counted = SourceItem.objects.filter(
        product__sku_key=OuterRef("key"), source=OuterRef("source"), last_sequence_id__isnull=False
    )
    corrected = ImportLine.objects.filter(
        reference=OuterRef("sku"),
        source_code=OuterRef("source"),
        result=Result.SUCCESS,
        parent__operation=Operation.RECONCILE,
        created_at__gt=OuterRef("last_seen"),
    )
    gone = (
        Q(cause="source") & Exists(Source.objects.filter(source_code=OuterRef("subject")))
        | Q(cause__in=_SENDERS_FAULTS, last_seen__lt=now - FORGOTTEN_AFTER)
        | Q(cause="type") & Exists(products.filter(type_id__in=CARRIERS))
        | Q(cause__in=("type", "line")) & ~Exists(products)
        | Q(cause="line")
        & ~Q(evidence__sequence_id=None)
        & Exists(counted.filter(last_sequence_id__gte=OuterRef("sequence")))
        | Q(cause="line", evidence__sequence_id=None)
        & Exists(counted.filter(updated_at__gt=OuterRef("last_seen")))
        | Q(cause="line") & Exists(corrected)
    )
    _end(failed.filter(gone), now)


def look_for_booked_despatches(now: datetime) -> None:
    """End the problems of despatches that are booked: by their message, or by hand.

    A shipment that somebody made by hand stands for the one despatch that had failed before. Where
    several of an order failed, nobody but a person can tell which it was.
    """
    failed = open_problems(DESPATCH_FAILED).annotate(identity=_text("evidence__identity"))
    booked = Despatch.objects.filter(
        message_id=OuterRef("identity"), order__increment_id__iexact=OuterRef("subject")
    )
    by_hand = Shipment.objects.filter(
        order__increment_id__iexact=OuterRef("subject"),
        despatch=None,
        created_at__gt=OuterRef("last_seen"),
    )
    same_order = Problem.objects.filter(
        kind=DESPATCH_FAILED.name, subject__iexact=OuterRef("subject")
    ).exclude(pk=OuterRef("pk"))
    others = same_order.filter(Q(resolved_at=None) | Q(resolved_at__gte=OuterRef("last_seen")))
    # An unknown order that has come meanwhile: what stands against the despatch now is told anew.
    told_anew = same_order.annotate(same=_text("evidence__identity")).filter(
        same=OuterRef("identity"), website__isnull=False, last_seen__gt=OuterRef("last_seen")
    )
    gone = Exists(booked) | Exists(by_hand) & ~Exists(others) | Q(website=None) & Exists(told_anew)
    _end(failed.filter(gone), now)


def _end(problems: QuerySet[Problem], now: datetime) -> None:
    """End problems, all but those that an import is just adding to."""
    with transaction.atomic():
        keys = problems.select_for_update(skip_locked=True, of=("self",)).values("pk")
        end(Problem.objects.filter(pk__in=keys), now)


def _text(path: str) -> Cast:
    """Return a value of the evidence to be compared as a text, which JSON's own lookups do not."""
    return Cast(KT(path), TextField())
