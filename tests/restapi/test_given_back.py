"""What a document carries is kept and given back, or follows from something else, or is refused.

Every declared field of every document that REST takes is written and read back.
"""

import pytest

from orderflow_bridge.documents.records import Unknown
from orderflow_bridge.stores.models import Website
from tests.restapi.shop import Script
from tests.restapi.written_documents import DOCUMENTS, filled

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_a_document_carries_is_given_back(script: Script, name: str) -> None:
    case = DOCUMENTS[name]
    Website.objects.get_or_create(code="base", defaults={"name": "Main"})
    sent = filled(case)

    read = case.read(script, case.send(script, sent))

    kept = {part: value for part, value in sent.items() if part not in case.follows}
    assert {part: read.get(part) for part in kept} == kept
    assert case.follows.keys() <= case.record.fields.keys()


@pytest.mark.parametrize(
    "name", [name for name, case in DOCUMENTS.items() if case.record.unknown is Unknown.IGNORED]
)
def test_an_unknown_field_is_refused_by_name(script: Script, name: str) -> None:
    case = DOCUMENTS[name]
    Website.objects.get_or_create(code="base", defaults={"name": "Main"})

    with pytest.raises(AssertionError, match=r"is not known here and cannot be kept.*colour"):
        case.send(script, filled(case) | {"colour": "red"})
