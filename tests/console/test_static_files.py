"""Static files go out compressed, and browsers keep them until they change."""

import re

import pytest
from django.templatetags.static import static
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_style_sheet_goes_out_compressed_and_is_kept_by_browsers():
    answer = Client().get(static("unfold/css/styles.css"), HTTP_ACCEPT_ENCODING="gzip")
    size = len(b"".join(answer))

    assert answer["Content-Encoding"] == "gzip"
    assert answer["Cache-Control"].startswith("max-age=2592000")
    assert size < 60_000


def test_an_address_ends_with_a_mark_of_the_files_content():
    assert re.fullmatch(r"/static/bridge/grid\.css\?v=[0-9a-f]{10}", static("bridge/grid.css"))


def test_a_file_that_does_not_exist_has_its_plain_address():
    assert static("bridge/nowhere.css") == "/static/bridge/nowhere.css"
