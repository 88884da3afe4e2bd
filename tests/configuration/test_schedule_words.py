"""A cron expression is said in the reader's language, days and months too."""

import pytest
from django.utils import translation

from orderflow_bridge.configuration.cron_expressions import describe


@pytest.mark.parametrize(
    ("expression", "language", "words"),
    [
        ("*/5 * * * *", "de", "Alle 5 Minuten"),
        ("30 6 * * mon-fri", "de", "Um 06:30, Montag bis Freitag"),
        ("0 0 1,8,15 * *", "de", "Um 00:00, am 1., 8. und 15. Tag des Monats"),
        ("0 0 1 * mon", "de", "Um 00:00, am 1. Tag des Monats und am Montag"),
        ("0 2 * jan,jul *", "de", "Um 02:00, nur im Januar und Juli"),
        ("*/5 * * * *", "fr", "Toutes les 5 minutes"),
        ("30 6 * * mon-fri", "fr", "À 06:30, de lundi à vendredi"),
        ("0 0 1 * mon", "fr", "À 00:00, le 1er du mois, et le lundi"),
        ("0 2 * mar-may *", "fr", "À 02:00, de mars à mai"),
        ("30 6 * * mon-fri", "en-gb", "At 06:30, Monday through Friday"),
        ("30 6 * * mon-fri", "eo", "At 06:30, Monday through Friday"),
    ],
)
def test_it_is_said_in_the_readers_language(expression: str, language: str, words: str) -> None:
    with translation.override(language):
        assert describe(expression) == words


def test_where_nobody_reads_it_is_said_in_english() -> None:
    with translation.override(None):
        assert describe("0 9 * * sun") == "At 09:00, only on Sunday"
