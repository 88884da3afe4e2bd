"""Pictures in a bucket: two web hosts over one S3-compatible server, real HTTP on loopback."""

import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from django.core.checks import run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client, override_settings
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from orderflow_bridge.access.rights import CATALOG_IMAGES
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.picture_files import discard, url_of
from orderflow_bridge.common.bucket import Bucket
from orderflow_bridge.common.storages import storages as storages_of
from tests.factories import make_product, make_user
from tests.restapi.expectations_products import PICTURE

# All of them, so that they run one after the other: the server is started once.
pytestmark = pytest.mark.django_db
PLACE = "catalog/product/2/4/24-mb01.png"
PATH = "/2/4/24-mb01.png"
REGION = "eu-west-2"


def bucket_at(endpoint: str) -> str:
    """Return the bucket's name: servers of one process remember what others were told."""
    return f"shop-{endpoint.rpartition(':')[2]}"


def configured(endpoint: str) -> dict[str, Any]:
    """Return STORAGES as they are with this server in the environment."""
    environment = {
        "BRIDGE_S3_BUCKET": bucket_at(endpoint),
        "BRIDGE_S3_ENDPOINT": endpoint,
        "BRIDGE_S3_REGION": REGION,
        "BRIDGE_S3_PREFIX": "media",
    }
    return storages_of(environment, are_statics_collected=False)


@pytest.fixture(scope="module")
def other_host() -> Iterator[Bucket]:
    """Keep this host's files on a server of S3; yield the storage of another host."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "key")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        client = boto3.client("s3", endpoint_url=endpoint, region_name=REGION)
        place = {"LocationConstraint": REGION}
        client.create_bucket(Bucket=bucket_at(endpoint), CreateBucketConfiguration=place)
        with override_settings(STORAGES=configured(endpoint)):
            yield Bucket(**configured(endpoint)["default"]["OPTIONS"])
    server.stop()


def read(storage: Any, name: str) -> bytes:
    """Return what a storage keeps under a name."""
    with storage.open(name) as file:
        content: bytes = file.read()
        return content


def test_a_picture_posted_to_one_host_is_served_by_another_and_gone_for_all_once_deleted(
    other_host: Bucket, client: Client
) -> None:
    make_product("A")
    token = grant_token(make_user(rights=[CATALOG_IMAGES]))
    shop = Client(headers={"Authorization": f"Bearer {token}"})
    body = {"entry": {"media_type": "image", "content": PICTURE, "types": ["image"]}}

    assert shop.post("/rest/V1/products/A/media", body, "application/json").status_code == 200
    assert Product.objects.get().image == PATH
    assert read(other_host, PLACE).startswith(b"\x89PNG")

    served = client.get(f"/media/{PLACE}")
    assert (served.status_code, served["Content-Type"]) == (200, "image/png")
    assert b"".join(served).startswith(b"\x89PNG")
    again = client.get(f"/media/{PLACE}", headers={"If-Modified-Since": served["Last-Modified"]})
    assert (again.status_code, again.content) == (304, b"")
    assert url_of(PATH).endswith(f"media/{PLACE}")

    other_host.delete(PLACE)
    assert url_of(PATH) == ""
    assert client.get(f"/media/{PLACE}").status_code == 404


def test_of_two_hosts_that_take_the_same_name_at_once_each_keeps_its_file(
    other_host: Bucket,
) -> None:
    taken = other_host.save("catalog/product/a.png", ContentFile(b"theirs"))

    # As by a host that had looked for a free name before the other one saved.
    kept = default_storage._save(taken, ContentFile(b"ours"))  # type: ignore[attr-defined]

    assert kept != taken
    assert (read(other_host, taken), read(other_host, kept)) == (b"theirs", b"ours")


def test_what_leads_out_of_the_folder_is_neither_shown_nor_served_nor_deleted(
    other_host: Bucket, client: Client
) -> None:
    other_host.save("catalog/secret_key", ContentFile(b"secret"))

    for path in ("../secret_key", "", "../../../../x.png", "x\0.png"):
        discard(path)
        assert url_of(path) == "", path
        assert client.get(f"/media/catalog/product/{quote(path)}").status_code == 404, path

    assert other_host.exists("catalog/secret_key")


def test_while_the_server_is_away_pages_go_on_and_nothing_is_said_to_be_kept(
    other_host: Bucket, client: Client
) -> None:
    with override_settings(STORAGES=configured("http://127.0.0.1:9")):  # nobody listens
        assert url_of(PATH) == ""
        answer = client.get(f"/media/{PLACE}")
        assert (answer.status_code, answer.content) == (
            503,
            b"The picture cannot be had at the moment.",
        )
        with pytest.raises(OSError, match="cannot be reached"):
            default_storage.save(PLACE, ContentFile(b"ours"))


def test_a_bucket_without_the_extra_is_an_error_of_the_checks(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found() -> list[str]:
        return [each.msg for each in run_checks() if each.id == "common.E001"]

    settings.STORAGES = configured("http://127.0.0.1:9")
    assert found() == []

    monkeypatch.setitem(sys.modules, "storages", None)
    assert found() == ["BRIDGE_S3_BUCKET names a bucket, but what speaks to one is not installed."]
