"""Lists, their columns and their records are called by names of the reader's language."""

import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.utils.translation import gettext, override

from orderflow_bridge.console.apps import load_pages
from orderflow_bridge.console.bridge_admin import BridgeAdmin


def shown() -> list[BridgeAdmin]:
    """Return the admins of our lists."""
    load_pages()
    return [each for each in admin.site._registry.values() if isinstance(each, BridgeAdmin)]


@pytest.mark.parametrize("language", ["de", "fr"])
def test_no_plural_is_made_by_an_s(language: str) -> None:
    wrong = []
    for model_admin in shown():
        options = model_admin.model._meta
        with override("en"):
            english = str(options.verbose_name_plural)
        with override(language):
            if str(options.verbose_name_plural) != gettext(english):
                wrong.append(options.label)

    assert wrong == []


@pytest.mark.parametrize("language", ["de", "fr"])
def test_every_column_is_named_as_its_text_is_translated(language: str) -> None:
    wrong = []
    for model_admin in shown():
        for name in (*model_admin.list_display, *model_admin.more_columns):
            with override("en"):
                english = str(label_for_field(name, model_admin.model, model_admin))
            with override(language):
                said = str(label_for_field(name, model_admin.model, model_admin))
                if said == english != gettext(english):
                    wrong.append(f"{model_admin.model._meta.label}.{name}")

    assert wrong == []
