"""Whatever stands in the shipping map: exported and imported into an empty shop it is the same."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from orderflow_bridge.carriers.map_parts import PARTS
from orderflow_bridge.carriers.models import MappedCourier, MappedMethod
from orderflow_bridge.carriers.selectors import forget
from orderflow_bridge.carriers.services import save_row
from orderflow_bridge.configuration.transfer.services import export_file
from orderflow_bridge.stores.models import Website
from tests.configuration.carrying import brought
from tests.factories import make_website

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

WORD = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=100)
COURIERS = st.builds(
    MappedCourier,
    courier=st.one_of(st.sampled_from(["DPD", "dpd ", "A / B", "A", "ΐ" * 100]), WORD),
    service=st.one_of(st.sampled_from(["", "B", "NEXT DAY", "/"]), WORD),
    carrier_code=st.sampled_from(["dpd", "custom", "no code"]),
    title=WORD,
    link=st.sampled_from(["", "https://t.example/{number}", "javascript:{number}"]),
)
METHODS = st.builds(
    MappedMethod,
    method=st.one_of(st.sampled_from(["express_*", "*", "Express_1"]), WORD),
    suggestion_name=WORD,
    priority=st.one_of(st.none(), st.integers(-1, 2**31)),
    ship_days=st.one_of(st.none(), st.integers(0, 400)),
    is_working_days=st.booleans(),
)


@given(rows=st.lists(st.tuples(st.booleans(), st.one_of(COURIERS, METHODS)), max_size=8))
def test_the_map_goes_into_a_file_and_comes_out_of_it_as_it_was(rows):
    with transaction.atomic():
        website = Website.objects.filter(code="uk").first() or make_website(code="uk")
        for is_of_website, row in rows:
            row.website = website if is_of_website else None
            try:
                row.full_clean()
            except ValidationError:
                continue
            save_row(row, switches_on=False)
        before = [part.read() for part in PARTS]
        text = export_file(environment="", only=[part.name for part in PARTS])
        MappedCourier.objects.all().delete()
        MappedMethod.objects.all().delete()

        assert not brought(text).problems

        assert [part.read() for part in PARTS] == before
        transaction.set_rollback(True)
    forget()
