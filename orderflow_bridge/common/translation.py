"""Texts in their reader's language, typed as the texts that they stand for.

What is declared once and shown to many (a title, a label, a help text) is marked by
`gettext_lazy`; what is said to one reader while the page is made, by Django's own `gettext` and
`ngettext`. What is kept or answered to a machine stays in English: docs/decisions/languages.md.
"""

from typing import Any, cast

from django.conf import settings
from django.utils import translation

_SMALL = frozenset(
    ["a", "an", "and", "as", "at", "by", "for", "from", "in", "its", "of", "on", "or", "the", "to"]
)


def gettext_lazy(text: str) -> str:
    """Mark a text that is put into the reader's language when it is shown.

    It is Django's promise of a text. What joins texts, matches patterns or makes JSON wants a
    `str()` around it; formatting, comparing and adding do not.
    """
    return cast("str", translation.gettext_lazy(text))


def pgettext_lazy(meant: str, text: str) -> str:
    """Mark a text that means two things: `meant` tells those who translate which it is here."""
    return cast("str", translation.pgettext_lazy(meant, text))


def gettext_noop(text: str) -> str:
    """Mark a text that is translated where it is shown. Django's own needs the settings for it."""
    return text


def titled(text: str) -> str:
    """Return a name as a title: In Title Case in English, elsewhere with its first letter only.

    A word that has a capital already, as SKUs has, is written as it is, and so is "of".
    """
    if (translation.get_language() or settings.LANGUAGE_CODE) == settings.LANGUAGE_CODE:
        words = (
            each if each in _SMALL else each[:1].upper() + each[1:] for each in text.split(" ")
        )
        text = " ".join(words)
    return text[:1].upper() + text[1:]


def in_english() -> translation.override:
    """Return what the words of a record, or of a file for others, are made within."""
    return translation.override(settings.LANGUAGE_CODE)


def english(text: str) -> str:
    """Return a marked text in English, whoever reads: what is kept, compared or sent is."""
    with in_english():
        return str(text)


def name_model(model: type[Any], one: str = "", many: str = "", **columns: str) -> None:
    """Give a model, and columns of it, names that are marked as texts (`gettext_lazy`).

    Names that are declared become a part of the migrations; these are given afterwards.
    """
    options: Any = model._meta
    options.verbose_name = one or options.verbose_name
    options.verbose_name_plural = many or options.verbose_name_plural
    for name, title in columns.items():
        options.get_field(name).verbose_name = title
