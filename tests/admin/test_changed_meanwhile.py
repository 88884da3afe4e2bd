"""Who saves a form does not overwrite what somebody else has changed since it was opened."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orderflow_bridge.catalog.models import Category, Product, ProductCategory
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.configuration.sections import Api, InventoryImport
from orderflow_bridge.configuration.selectors import api
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory.models import SourceItem
from tests.factories import make_product, make_source_item, make_user, make_website

pytestmark = pytest.mark.django_db


class Person:
    """Somebody at a form: opens it, types, saves."""

    def __init__(self, name: str) -> None:
        self.browser = Client()
        self.browser.force_login(make_user(name, is_staff=True, is_superuser=True))

    def open(self, address: str) -> None:
        self.address = address
        self.page = self.browser.get(address)
        context = self.page.context
        forms = [context["adminform"].form]
        for inline in context["inline_admin_formsets"]:
            forms += [inline.formset.management_form, *inline.formset.forms]
        self.typed: dict[str, Any] = {}
        for form in forms:
            for field in form:
                value = field.value()
                if value is not None and value is not False and not hasattr(value, "read"):
                    self.typed[field.html_name] = value
        self.read()

    def read(self) -> None:
        found = re.search(r'name="_read" value="([^"]*)"', self.page.content.decode())
        assert found
        self.typed["_read"] = unescape(found[1])

    def save(self, **values: Any) -> bool:
        """Save; return whether that worked."""
        self.typed |= values
        self.page = self.browser.post(self.address, self.typed)
        return bool(self.page.status_code == 302)

    @property
    def text(self) -> str:
        return unescape(re.sub(r"<[^>]*>|\s+", " ", self.page.content.decode()))


@pytest.fixture
def mug() -> Product:
    return make_product("MUG", name="Mug", price="5", type_id="simple")


@pytest.fixture
def ann(mug: Product) -> Person:
    ann = Person("ann")
    ann.open(f"/admin/catalog/product/{mug.pk}/change/")
    return ann


def test_an_undisturbed_form_is_saved(ann: Person, mug: Product) -> None:
    assert ann.save(name="Blue mug"), ann.text
    mug.refresh_from_db()
    assert mug.name == "Blue mug"


def test_what_somebody_else_has_saved_is_not_overwritten(ann: Person, mug: Product) -> None:
    bob = Person("bob")
    bob.open(ann.address)
    assert bob.save(name="Red mug")

    assert not ann.save(name="Blue mug")
    mug.refresh_from_db()
    assert mug.name == "Red mug"
    assert "Somebody else has changed this" in ann.text
    assert "bob saved it at " in ann.text
    assert re.search(r"Name\s+Blue mug\s+Red mug", ann.text)
    assert 'value="Blue mug"' in ann.page.content.decode()


def test_who_has_seen_the_change_may_save_all_the_same(ann: Person, mug: Product) -> None:
    Product.objects.update(name="Red mug", updated_at=timezone.now())
    assert not ann.save(name="Blue mug")
    assert "A message, the REST API, a job or a command changed it at " in ann.text
    ann.read()

    assert ann.save(name="Blue mug")
    mug.refresh_from_db()
    assert mug.name == "Blue mug"


def test_who_saves_anyway_is_told_of_yet_another_change(ann: Person, mug: Product) -> None:
    Product.objects.update(name="Red mug")
    assert not ann.save(name="Blue mug")
    ann.read()
    Product.objects.update(name="Green mug")

    assert not ann.save(name="Blue mug")
    assert "Green mug" in ann.text


def test_a_mistake_in_the_form_does_not_hide_the_change(ann: Person, mug: Product) -> None:
    assert not ann.save(name="")
    Product.objects.update(name="Red mug")
    ann.read()

    assert not ann.save(name="Blue mug")
    assert "Somebody else has changed this" in ann.text


def test_what_is_not_on_the_form_refuses_nothing(ann: Person, mug: Product) -> None:
    make_source_item(mug, quantity=7)
    SourceItem.objects.update(quantity=8)
    Product.objects.update(orderflow_export_status=ExportStatus.EXPORTED)

    assert ann.save(name="Blue mug"), ann.text
    mug.refresh_from_db()
    # A changed product is to be announced again, which its form did not know of.
    assert mug.name == "Blue mug"
    assert mug.orderflow_export_status == ExportStatus.PENDING


def test_a_state_that_a_job_wrote_meanwhile_stays(ann: Person, mug: Product) -> None:
    Product.objects.update(orderflow_export_status=ExportStatus.FAILED)

    assert ann.save(), ann.text
    mug.refresh_from_db()
    assert mug.orderflow_export_status == ExportStatus.FAILED


def test_rows_below_the_form_count_too(ann: Person, mug: Product) -> None:
    ProductCategory.objects.create(product=mug, category=Category.objects.create(name="Cups"))

    assert not ann.save(name="Blue mug")
    assert "Cups" in ann.text
    ann.read()


def test_a_form_of_another_room_is_kept_alike() -> None:
    category = Category.objects.create(name="Cups")
    ann = Person("ann")
    ann.open(f"/admin/catalog/category/{category.pk}/change/")
    type(category).objects.update(name="Mugs")

    assert not ann.save(name="Beakers")
    assert "Mugs" in ann.text


class AtSettings(Person):
    """Somebody at a page of the configuration."""

    def open(self, address: str) -> None:
        self.address = address
        self.page = self.browser.get(address)
        self.typed = {
            field.html_name: field.value()
            for field in self.page.context["form"]
            if field.value() not in (None, False)
        }
        self.read()


SETTINGS = "/admin/configuration/apisettings/"


@pytest.fixture
def at_settings() -> AtSettings:
    person = AtSettings("ann")
    person.open(SETTINGS)
    person.typed.pop("inherit-username")
    return person


def test_settings_that_somebody_else_has_saved_are_not_overwritten(at_settings: AtSettings) -> None:
    bob = AtSettings("bob")
    bob.open(SETTINGS)
    bob.typed.pop("inherit-username")
    assert bob.save(username="bobs"), bob.text

    assert not at_settings.save(username="anns")
    assert api().username == "bobs"
    assert re.search(r"bob saved it at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.", at_settings.text)
    assert re.search(r"Username\s+anns\s+bobs", at_settings.text)
    at_settings.read()
    assert at_settings.save(username="anns")
    assert api().username == "anns"


def test_other_settings_and_scopes_refuse_nothing(at_settings: AtSettings) -> None:
    write_settings(InventoryImport, {"is_enabled": True})
    write_settings(Api, {"username": "other"}, website=make_website())

    assert at_settings.save(username="anns"), at_settings.text


def test_a_new_password_is_a_change_that_nobody_reads(at_settings: AtSettings) -> None:
    write_settings(Api, {"password": "swordfish"})
    at_settings.open(SETTINGS)
    write_settings(Api, {"password": "open-sesame"})

    assert not at_settings.save(username="anns")
    assert "(left as it is)" in at_settings.text
    assert "open-sesame" not in at_settings.page.content.decode()
    at_settings.open(SETTINGS)
    assert "A secret is stored , set 2" in at_settings.text
    assert "by the command line" in at_settings.text
