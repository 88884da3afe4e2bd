"""Special characters in a list's search box are looked for, and are no wildcards."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User

from tests.factories import make_product

pytestmark = pytest.mark.django_db

NAMES = {
    "A": "Plain bag", "B": "Rock 'n' Roll bag", "C": 'Screen 5" wide', "D": "C:\\bag",
    "E": "100% wool", "F": "snake_case", "G": "Tim's \"best\"", "H": "empty \"\" pair",
}  # fmt: skip


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser("root"))
    for sku, name in NAMES.items():
        make_product(sku=sku, name=name)
    return client


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("'", "BG"),
        ('"', "CGH"),
        ("\\", "D"),
        ("%", "E"),
        ("_", "F"),
        ("''", ""),
        ('""', "H"),
        ("'''", ""),
        ("\"'", ""),
        ("'\\'", ""),
        ('"\\"', ""),
        ('5"', "C"),
        ("rock 'n'", "B"),
        ('"Roll bag"', "B"),
        ("'Roll bag'", "B"),
        ("Tim's", "G"),
        ('bag "', ""),
        ("bag '", "B"),
        ("%%", ""),
        ("\\_", ""),
        ("bag", "ABD"),
    ],
)
def test_what_is_typed_is_what_is_found(admin, text, found):
    answer = admin.get("/admin/catalog/product/", {"q": text})

    page = BeautifulSoup(answer.content, "html.parser")
    names = [name for name in NAMES.values() if name in page.select_one("#result_list").text] if (
        page.select_one("#result_list")
    ) else []  # fmt: skip
    assert sorted(names) == sorted(NAMES[sku] for sku in found)
