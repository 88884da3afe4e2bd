"""A cron expression in words: the sentences are the library's, which has them in our languages.

It leaves the names of days and months in English, and joins the two kinds of day by the `or` of
cron itself; both are put right here.
"""

import re
from functools import lru_cache

from cron_descriptor import Options, get_description
from django.utils import translation
from django.utils.dates import MONTHS, WEEKDAYS

# Of each language its name at the library, and what is said differently here.
_LANGUAGES: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "en": ("en_US", ((", or on ", ", and on "),)),
    "de": (
        "de_DE",
        (
            (", oder am ", ", und am "),
            (r"(\d+)(?=(?:, (?:und )?\d+| und \d+)* Tag des Monats)", r"\1."),
            (", und ", " und "),
        ),
    ),
    "fr": (
        "fr_FR",
        (
            (", ou le ", ", et le "),
            (r"\ble 1 du mois", "le 1er du mois"),
            (r"(\w), et (?!le )", r"\1 et "),
        ),
    ),
}
_MONDAY = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_JANUARY = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_NAME = re.compile(rf"\b({'|'.join((*_MONDAY, *_JANUARY))})\b")


def in_words(fields: str) -> str:
    """Return five plain fields as a sentence without a full stop, in the reader's language."""
    language = (translation.get_language() or "").partition("-")[0]
    return _in_words(fields, language if language in _LANGUAGES else "en")


@lru_cache(maxsize=256)
def _in_words(fields: str, language: str) -> str:
    locale, corrections = _LANGUAGES[language]
    options = Options()
    options.use_24hour_time_format = True
    options.locale_code = locale
    sentence = str(get_description(fields.upper(), options))
    for pattern, right in corrections:
        sentence = re.sub(pattern, right, sentence)
    with translation.override(language):
        names = {
            **{name: str(WEEKDAYS[day]) for day, name in enumerate(_MONDAY)},
            **{name: str(MONTHS[month]) for month, name in enumerate(_JANUARY, 1)},
        }
    return _NAME.sub(lambda found: names[found[0]], sentence)
