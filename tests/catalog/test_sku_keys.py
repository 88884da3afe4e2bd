"""What SKUs are compared by: the same in Python and in both databases, for every letter."""

import sys
from unicodedata import ucd_3_2_0

import pytest
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orderflow_bridge.catalog.changes import ProductChange
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.services import save_products
from orderflow_bridge.common.skus import sku_key
from tests.factories import make_product
from tests.migrating import step_by_step

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=64)
BEFORE, AFTER = ("catalog", "0001_initial"), ("catalog", "0002_sku_key")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mug-1", "MUG-1"),
        ("Ärmel", "ÄRMEL"),
        ("İstanbul", "i\u0307STANBUL"),
        ("STRAẞE", "straße"),
        ("ΟΔΟΣ", "οδος"),
        ("οδος", "οδοσ"),
        ("\N{KELVIN SIGN}1", "k1"),
    ],
)
def test_skus_that_differ_in_case_alone_are_one(one: str, other: str) -> None:
    assert sku_key(one) == sku_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Mug", "Müg"), ("straße", "strasse"), ("1", "01"), ("İ", "i"), ("ı", "i")]
)
def test_accents_and_other_letters_count(one: str, other: str) -> None:
    assert sku_key(one) != sku_key(other)


@given(TEXTS, TEXTS)
def test_the_key_of_a_beginning_is_the_beginning_of_the_key(one: str, other: str) -> None:
    assert sku_key(one + other) == sku_key(one) + sku_key(other)


@given(TEXTS)
def test_a_key_is_its_own_key_and_fits_its_column(sku: str) -> None:
    assert sku_key(sku_key(sku)) == sku_key(sku)
    assert len(sku_key(sku)) <= 128


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(sku=TEXTS, other=TEXTS)
@example(sku="İẞΣ", other="i\u0307ßς")
@example(sku="50%_\\'", other="50%_\\'")
def test_the_database_finds_a_sku_by_every_spelling_of_it_and_by_no_other(
    db: None, sku: str, other: str
) -> None:
    product = make_product(sku)
    products = Product.objects.filter(pk=product.pk)

    for text in {other, sku, sku.lower(), sku.upper(), sku.swapcase(), sku.title()}:
        is_same, begins = sku_key(text) == sku_key(sku), sku_key(sku).startswith(sku_key(text))
        assert products.filter(sku_key=text).exists() == is_same
        assert products.filter(sku_key__in=[text]).exists() == is_same
        assert products.filter(sku_key__any_of=[text]).exists() == is_same
        assert products.filter(sku_key__startswith=text).exists() == begins
        assert products.filter(sku_key__contains=text).exists() == (sku_key(text) in sku_key(sku))
    product.delete()


@pytest.mark.django_db
def test_the_database_makes_the_same_key_of_every_letter_that_has_a_case() -> None:
    # Letters of an old Unicode, which every Python and every ICU knows.
    every = map(chr, range(sys.maxunicode + 1))
    shop_messages = [c for c in every if ucd_3_2_0.category(c) in ("Lu", "Ll", "Lt", "Mn")]
    skus = ["".join(shop_messages[at : at + 40]) for at in range(0, len(shop_messages), 40)]
    Product.objects.bulk_create(Product(sku=f"A{sku}", name="Letters") for sku in skus)

    assert len(skus) > 40
    assert not Product.objects.exclude(sku_key=F("sku__sku_key")).exists()


@pytest.mark.django_db
def test_two_products_of_one_sku_cannot_be() -> None:
    make_product("Mug")

    with pytest.raises(IntegrityError), transaction.atomic():
        make_product("MUG")


@pytest.mark.django_db
def test_the_key_follows_every_way_to_write_a_sku() -> None:
    product = make_product("Mug")
    product.sku = "Cup"
    product.save(update_fields=["sku"])
    saved = Product.objects.get().sku_key
    Product.objects.update(sku="POT")

    assert (saved, Product.objects.get().sku_key) == ("cup", "pot")


@pytest.mark.django_db
def test_many_products_saved_at_once_get_their_keys() -> None:
    save_products([ProductChange(f"Mug-{n}", {"name": "Mug"}) for n in range(50)])

    keys = Product.objects.order_by("id").values_list("sku_key", flat=True)
    assert list(keys) == [f"mug-{n}" for n in range(50)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wanted",
    [{"sku_key": "A"}, {"sku_key__in": ["A", "B"]}, {"sku_key__startswith": "A"}],
)
def test_an_index_serves_every_look_up(wanted: dict[str, object]) -> None:
    assert "sku_key" in _index_used(Product.objects.filter(**wanted).order_by())


def _index_used(products: QuerySet[Product]) -> str:
    """Return the database's plan, where the table is too small for an index unless told so."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        return products.explain().partition("Index Cond")[2]
    plan = products.explain()
    assert "SCAN catalog_product" not in plan
    return plan.partition("USING INDEX")[2]


def _migrate(target: tuple[str, str]) -> type[Product]:
    executor = step_by_step()
    # Forwards, with all that other rooms have built upon it since.
    executor.migrate([target] if target == BEFORE else executor.loader.graph.leaf_nodes())
    model: type[Product] = executor.loader.project_state([target]).apps.get_model(
        "catalog", "Product"
    )
    return model


@pytest.mark.django_db(transaction=True)
def test_the_migration_gives_products_their_keys_and_names_those_that_differ_only_in_case() -> None:
    old = _migrate(BEFORE)
    try:
        for sku in ("Mug", "MUG", "Cup", "mug"):
            old.objects.create(sku=sku, name=sku)

        with pytest.raises(CommandError, match=r'"Mug" and "MUG" and "mug".*delete all but one'):
            _migrate(AFTER)
    finally:
        old.objects.all().delete()
        old.objects.bulk_create(old(sku=f"Mug-Ü{n}", name="Mug") for n in range(1_100))
        _migrate(AFTER)

    assert Product.objects.filter(sku_key="MUG-Ü1099").count() == 1
    assert Product.objects.filter(sku_key__startswith="mug-ü").count() == 1_100
