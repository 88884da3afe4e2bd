"""Configuration files: what goes in comes out, and nothing is written that was not shown."""

import json
from datetime import datetime
from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from orderflow_bridge.configuration.models import SettingChange, SettingValue, Transfer
from orderflow_bridge.configuration.sections import SECTIONS, Api, InventoryImport
from orderflow_bridge.configuration.selectors import api, inventory_import, order_export
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.configuration.transfer.files import FileRefused, read_file
from orderflow_bridge.configuration.transfer.services import (
    environment_of,
    export_file,
    import_transfer,
    offer_file,
    plan_of_transfer,
)
from orderflow_bridge.stores.models import OrderStatus
from orderflow_bridge.version import VERSION
from tests.configuration.carrying import brought, emptied
from tests.factories import make_store, make_website

pytestmark = pytest.mark.django_db

BATCH = "orderflow_order_export/settings/batch_size"
PASSWORD = "orderflow_api/settings/password"
PASSPHRASE = "correct horse battery"
BATCH_OF_7 = {"settings": {"default": {BATCH: "7"}}}
DECLARED = [(section, each) for section in SECTIONS for each in section.settings()]


def config(*arguments: str) -> str:
    output = StringIO()
    call_command("config", *arguments, stdout=output)
    return output.getvalue()


def written(tmp_path, **named) -> str:
    """Write a file with these parts; return its path."""
    parts_named = {
        name: {"default": default} if "default" not in default else default
        for name, default in named.items()
    }
    path = tmp_path / "configuration.json"
    path.write_text(json.dumps({"format": 1, "parts": parts_named}))
    return str(path)


def test_a_file_carries_settings_statuses_and_roles_into_another_shop(tmp_path):
    uk = make_website(code="uk")
    config("set", BATCH, "7")
    config("set", BATCH, "9", "--website", "uk")
    OrderStatus.objects.create(code="own-picking", label="Picking", state="processing")
    role = Group.objects.create(name="Packers")
    role.permissions.add(Permission.objects.get(codename="view_order"))
    path = str(tmp_path / "shop.json")
    config("export", path)
    emptied()

    difference = config("import", path)

    assert "Settings, Default Config, Order Export: Batch Size: (inherited) → 7" in difference
    assert order_export().batch_size == 7
    assert order_export(uk).batch_size == 9
    assert OrderStatus.objects.get(code="own-picking").state == "processing"
    assert Group.objects.get(name="Packers").permissions.get().codename == "view_order"
    assert config("diff", path) == "No difference.\n"


def test_a_file_says_where_it_comes_from_and_is_sorted(settings):
    settings.BRIDGE_ENVIRONMENT = "test"
    document = json.loads(export_file(environment=environment_of("test.example")))

    assert document["format"] == 1
    assert document["bridge"] == VERSION
    assert document["environment"] == "test at test.example"
    assert datetime.fromisoformat(document["date"]) <= timezone.now()
    assert list(document["parts"]["settings"]["default"]) == sorted(
        document["parts"]["settings"]["default"]
    )


def test_secrets_are_left_out_and_stay_as_they_are():
    write_settings(Api, {"password": "test-shop"})
    text = export_file(environment="")
    write_settings(Api, {"password": "live-shop"})

    brought(text)

    assert "test-shop" not in text
    assert api().password == "live-shop"


def test_secrets_go_along_encrypted_to_a_passphrase():
    write_settings(Api, {"password": "geheim-12345"})
    text = export_file(environment="", passphrase=PASSPHRASE)
    emptied()

    plan = brought(text, passphrase=PASSPHRASE)

    assert "geheim-12345" not in text
    assert "geheim-12345" not in str(plan.rows())
    assert api().password == "geheim-12345"
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM configuration_transfer")
        assert "geheim-12345" not in cursor.fetchone()[0]


def test_without_the_passphrase_the_rest_is_imported_and_secrets_are_not_named():
    write_settings(Api, {"password": "geheim-12345", "username": "shop"})
    text = export_file(environment="", passphrase=PASSPHRASE)
    emptied()

    brought(text)

    assert api().username == "shop"
    assert not api().password


def test_a_wrong_passphrase_is_told():
    write_settings(Api, {"password": "geheim-12345"})
    text = export_file(environment="", passphrase=PASSPHRASE)

    with pytest.raises(FileRefused, match="the passphrase is another"):
        read_file(text, passphrase=PASSPHRASE + "!")


def test_an_encrypted_secret_cannot_be_moved_to_another_setting():
    write_settings(Api, {"password": "geheim-12345"})
    document = json.loads(export_file(environment="", passphrase=PASSPHRASE))
    default = document["parts"]["settings"]["default"]
    default["orderflow_api/settings/username"] = default.pop(PASSWORD)

    with pytest.raises(FileRefused, match="the file was changed"):
        read_file(json.dumps(document), passphrase=PASSPHRASE)


def test_a_short_passphrase_is_refused():
    with pytest.raises(FileRefused, match="at least 12 characters"):
        export_file(environment="", passphrase="short")


@pytest.mark.parametrize(
    ("default", "why"),
    [
        ({"orderflow/no/such": "1"}, "This bridge has no such setting."),
        ({BATCH: "many"}, "Enter a whole number of at least 1."),
        ({BATCH: 7}, "A setting is a text in quotation marks, or null."),
        ({BATCH: "7", "default": {}, "websites": {"fr": {BATCH: "7"}}}, "no website “fr” here"),
        (
            {"default": {}, "websites": {"uk": {"general/locale/timezone": "UTC"}}},
            "This setting is global",
        ),
    ],
)
def test_what_cannot_be_taken_is_told_and_nothing_is_half_applied(tmp_path, capsys, default, why):
    make_website(code="uk")
    if "default" not in default:
        default = {**default, "orderflow_product_export/settings/batch_size": "5"}
    else:
        default.pop(BATCH, None)
        default["default"] = {"orderflow_product_export/settings/batch_size": "5"}
    path = written(tmp_path, settings=default)

    with pytest.raises(CommandError, match="Nothing was imported"):
        config("import", path)

    assert why in capsys.readouterr().err
    assert not SettingValue.objects.exists()
    assert not Transfer.objects.exists()


def test_the_rest_can_be_imported_if_somebody_says_so(tmp_path, capsys):
    path = written(tmp_path, settings={BATCH: "7", "orderflow/no/such": "1"}, carts={"a": "b"})

    config("import", path, "--leave-out")

    assert order_export().batch_size == 7
    assert "carts" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON text"),
        ("[1]", "no JSON object"),
        ('{"format": 2, "parts": {}}', "no configuration file of format 1"),
        ('{"format": 1}', "has no “parts”"),
        ('{"format": 1, "parts": {"settings": {"default": {"a": "1", "a": "2"}}}}', "twice"),
        ('{"format": 1, "parts": {"settings": []}}', "nothing else"),
        ('{"format": 1, "parts": {"settings": {"websites": {"uk": "x"}}}}', "object"),
        ('{"format": 1, "parts": {"settings": {"default": {"a": "\\ud800"}}}}', "no JSON text"),
        ("[" * 200_000, "no JSON text"),
        ('{"format": 1, "parts": {"roles": {"default": {"a\\u0000": []}}}}', "no JSON text"),
        ('{"format": NaN, "parts": {}}', "no JSON text"),
    ],
)
def test_what_is_no_configuration_file_is_refused_in_a_sentence(text, why):
    with pytest.raises(FileRefused, match=why):
        read_file(text)


def test_a_store_view_is_named_by_its_code():
    live = make_store(code="german")
    settings = [(section, each) for section, each in DECLARED if "StoreView" in str(each.kind)]
    for section, each in settings:
        write_settings(section, {each.name: live.pk})
        text = export_file(environment="")
        assert json.loads(text)["parts"]["settings"]["default"][each.path] == "german"


def test_a_default_status_moves_only_if_the_file_says_so(tmp_path):
    own = {"own-new": {"label": "New here", "state": "new"}}

    config("import", written(tmp_path, order_statuses=own, default_statuses={"new": "own-new"}))
    assert OrderStatus.objects.get(state="new", is_default=True).code == "own-new"

    moved = {"own-new": {"label": "New here", "state": "processing"}}
    with pytest.raises(CommandError, match="would change more than was shown"):
        config("import", written(tmp_path, order_statuses=moved))
    assert OrderStatus.objects.get(code="own-new").state == "new"


def test_a_role_that_somebody_has_is_not_taken_away(tmp_path, capsys):
    role = Group.objects.create(name="Packers")
    User.objects.create_user("p").groups.add(role)

    with pytest.raises(CommandError):
        config("import", written(tmp_path, roles={"Packers": None}))

    assert "Somebody has this role" in capsys.readouterr().err


def test_the_settings_go_back_to_an_earlier_state():
    website = make_website(code="uk")
    write_settings(InventoryImport, {"batch_size": 5})
    moment = timezone.now()
    write_settings(InventoryImport, {"batch_size": 6})
    write_settings(InventoryImport, {"batch_size": 7})
    write_settings(Api, {"username": "new", "password": "new"}, website=website)

    shown = config("restore", "--at", moment.isoformat(), "--dry-run")
    assert inventory_import().batch_size == 7
    config("restore", "--at", moment.isoformat())

    assert "Inventory Import: Batch Size: 7 → 5" in shown
    assert inventory_import().batch_size == 5
    assert not api(website).username
    assert api(website).password == "new"


def test_what_an_import_found_can_be_put_back(tmp_path):
    write_settings(Api, {"password": "before", "username": "before"})
    path = written(
        tmp_path,
        settings={PASSWORD: "after", "orderflow_api/settings/username": "after", BATCH: "7"},
        roles={"Packers": []},
    )
    config("import", path)
    number = Transfer.objects.get().pk

    config("restore", "--before", str(number))

    assert (api().password, api().username) == ("before", "before")
    assert order_export().batch_size == 100
    assert not Group.objects.filter(name="Packers").exists()


def test_what_was_changed_since_it_was_shown_is_not_imported():
    transfer = offer_file(read_file(json.dumps({"format": 1, "parts": BATCH_OF_7})), name="a file")
    seen = plan_of_transfer(transfer).digest
    config("set", BATCH, "8")

    with pytest.raises(FileRefused, match="changed here since"):
        import_transfer(transfer, by=None, seen=seen)
    assert order_export().batch_size == 8


def test_the_history_of_changes_tells_an_import(tmp_path):
    config("import", written(tmp_path, settings={BATCH: "7"}))

    assert SettingChange.objects.get().after == "7"
