"""Pictures of products by REST: kept under safe names, with roles, refused if they are none."""

import base64
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from orderflow_bridge.access.rights import (
    CATALOG_ATTRIBUTES,
    CATALOG_IMAGES,
    CATALOG_PRODUCTS,
    IMAGES_VIEW,
    PRODUCTS_VIEW,
)
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import ExportStatus
from tests.factories import make_product, make_user
from tests.restapi.expectations_products import PICTURE, PIXEL

pytestmark = pytest.mark.django_db

URL = "/rest/V1/products/A"


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    """Return the folder of pictures, which is new."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "catalog" / "product"


@pytest.fixture
def shop() -> Client:
    """Return a client that may do all with pictures."""
    user = make_user(
        rights=[CATALOG_IMAGES, IMAGES_VIEW, CATALOG_ATTRIBUTES, PRODUCTS_VIEW, CATALOG_PRODUCTS]
    )
    return Client(headers={"Authorization": f"Bearer {grant_token(user)}"})


def _add(shop: Client, **entry: Any) -> Any:
    body = {"entry": {"media_type": "image", "content": PICTURE, **entry}}
    return shop.post(f"{URL}/media", body, content_type="application/json")


def _change(shop: Client, number: int, **entry: Any) -> Any:
    return shop.put(f"{URL}/media/{number}", {"entry": entry}, content_type="application/json")


def test_a_picture_is_kept_under_magentos_path(shop: Client, media: Path) -> None:
    make_product("A")

    number = _add(shop, label="Front", types=["image", "thumbnail"]).json()

    assert number == 1
    assert (media / "2/4/24-mb01.png").read_bytes() == base64.b64decode(PIXEL)
    product = Product.objects.get()
    assert product.image == "/2/4/24-mb01.png"
    assert shop.get(f"{URL}/media/1").json() == {
        "id": 1,
        "media_type": "image",
        "label": "Front",
        "position": 1,
        "disabled": False,
        "types": ["image", "thumbnail"],
        "file": "/2/4/24-mb01.png",
    }


def test_a_name_that_is_taken_gets_a_number(shop: Client) -> None:
    make_product("A")

    _add(shop)
    _add(shop)

    files = [entry["file"] for entry in shop.get(f"{URL}/media").json()]
    assert files == ["/2/4/24-mb01.png", "/2/4/24-mb01_1.png"]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../../etc/passwd", "p/a/passwd.png"),
        ("..\\..\\boot.ini", "b/o/boot.png"),
        ("Grüße aus Köln.PNG", "g/r/gr_e_aus_k_ln.png"),
        ("x", "x/_/x.png"),
        ("page.html", "p/a/page.png"),
        (".htaccess.png", "h/t/htaccess.png"),
        ("a" * 300, f"a/a/{'a' * 90}.png"),
    ],
)
def test_a_file_name_is_made_safe(shop: Client, media: Path, name: str, path: str) -> None:
    make_product("A")

    assert _add(shop, content={**PICTURE, "name": name}).status_code == 200
    kept = [file for file in media.rglob("*") if file.is_file()]
    assert [str(file.relative_to(media)) for file in kept] == [path]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({**PICTURE, "base64_encoded_data": "%%%"}, "valid base64"),
        ({**PICTURE, "base64_encoded_data": ""}, "valid base64"),
        ({**PICTURE, "type": "image/svg+xml"}, "MIME type is not valid"),
        ({**PICTURE, "type": "image/jpeg"}, "MIME type is not valid"),
        (
            {**PICTURE, "base64_encoded_data": base64.b64encode(b"<script>").decode()},
            "MIME type is not valid",
        ),
        ({**PICTURE, "name": "..."}, "image name must be provided"),
        ({"type": "image/png"}, "One or more input exceptions"),
    ],
)
def test_what_is_no_picture_is_refused(
    shop: Client, media: Path, content: Any, message: str
) -> None:
    make_product("A")

    answer = _add(shop, content=content)

    assert answer.status_code == 400
    assert message in answer.json()["message"]
    assert not media.exists()
    assert Product.objects.get().custom_attributes == {}


@pytest.mark.parametrize("entry", [{"media_type": "external-video"}, {"types": ["a b"]}])
def test_an_entry_that_cannot_be_kept_is_refused(shop: Client, entry: Any) -> None:
    make_product("A")

    assert _add(shop, **entry).status_code == 400


def test_a_role_has_one_picture(shop: Client) -> None:
    make_product("A")
    _add(shop, types=["image", "small_image"])
    _add(shop, types=["image"])

    first, second = shop.get(f"{URL}/media").json()
    product = Product.objects.get()

    assert (first["types"], second["types"]) == (["small_image"], ["image"])
    assert product.image == second["file"]
    assert product.custom_attributes["small_image"] == first["file"]


def test_an_entry_is_changed_in_part(shop: Client) -> None:
    make_product("A")
    _add(shop, label="Front", types=["image"])

    assert _change(shop, 1, label="Back", disabled=True, types=[]).json() is True

    entry = shop.get(f"{URL}/media/1").json()
    assert (entry["label"], entry["disabled"], entry["types"]) == ("Back", True, [])
    assert entry["file"] == "/2/4/24-mb01.png"
    assert Product.objects.get().image == ""


def test_the_first_picture_of_a_product_with_an_image_keeps_that_image(shop: Client) -> None:
    product = make_product("A", image="/o/l/old.jpg")

    _add(shop)

    entries = shop.get(f"{URL}/media").json()
    assert [entry["file"] for entry in entries] == ["/o/l/old.jpg", "/2/4/24-mb01.png"]
    assert entries[0]["id"] == product.pk


def test_a_picture_that_is_taken_away_takes_its_file_along(
    shop: Client,
    media: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    make_product("A")
    _add(shop, types=["image"])

    with django_capture_on_commit_callbacks(execute=True):
        assert shop.delete(f"{URL}/media/1").json() is True

    assert not (media / "2/4/24-mb01.png").exists()
    assert Product.objects.get().image == ""
    assert shop.get(f"{URL}/media").json() == []


def test_a_file_elsewhere_is_never_deleted(
    shop: Client,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("kept")
    product = make_product("A", image="/../../secret")

    with django_capture_on_commit_callbacks(execute=True):
        shop.delete(f"{URL}/media/{product.pk}")

    assert secret.read_text() == "kept"


def test_a_new_picture_is_news_for_orderflow(shop: Client) -> None:
    make_product("A", orderflow_export_status=ExportStatus.EXPORTED)

    _add(shop, types=["image"])

    assert Product.objects.get().orderflow_export_status == ExportStatus.PENDING


def test_a_product_may_bring_its_pictures(shop: Client, media: Path) -> None:
    make_product("A")
    _add(shop, label="Old")
    _add(shop, label="Kept")
    entries = [
        {"id": 2, "label": "Kept"},
        {"media_type": "image", "label": "New", "content": PICTURE, "types": ["image"]},
    ]

    answer = shop.put(
        URL, {"product": {"media_gallery_entries": entries}}, content_type="application/json"
    ).json()

    assert [entry["label"] for entry in answer["media_gallery_entries"]] == ["Kept", "New"]
    assert Product.objects.get().image == answer["media_gallery_entries"][1]["file"]


def test_a_picture_can_be_looked_at(shop: Client) -> None:
    make_product("A")
    _add(shop)

    assert shop.get("/rest/V1/products/A/media/1").json()["file"] == "/2/4/24-mb01.png"


def test_what_is_not_there_is_not_found(shop: Client) -> None:
    make_product("A")

    assert shop.get(f"{URL}/media/9").status_code == 404
    assert _change(shop, 9, label="x").status_code == 404
    assert shop.delete(f"{URL}/media/9").status_code == 404
