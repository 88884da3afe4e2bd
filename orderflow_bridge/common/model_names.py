"""What models and their columns are called in their reader's language.

Django makes a name of the column's own where none is declared, and one that is declared becomes a
part of the migrations. These names are given afterwards: what is stored stays as it is.
"""

from typing import Any

from django.db.models import Model


def name_model(model: type[Model], one: str = "", many: str = "", **columns: str) -> None:
    """Give a model, and columns of it, names that are marked as texts (`gettext_lazy`)."""
    options: Any = model._meta
    options.verbose_name = one or options.verbose_name
    options.verbose_name_plural = many or options.verbose_name_plural
    for name, title in columns.items():
        options.get_field(name).verbose_name = title
