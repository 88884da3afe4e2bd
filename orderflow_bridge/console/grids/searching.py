"""What is typed into a list's search box."""

import re

from django.utils.text import smart_split

_PHRASE = re.compile(r"""("(?:[^"\\]|\\.)+"|'(?:[^'\\]|\\.)+')""", re.DOTALL)


def literal_search(text: str) -> str:
    """Return a search so that quotes which enclose nothing are looked for as they stand.

    Django takes a lone quote, or an empty pair, for an empty phrase, which everything contains.
    """
    return " ".join(map(_literal, smart_split(text)))


def _literal(word: str) -> str:
    is_taken_apart = word[0] in "\"'" and word[0] == word[-1]
    if not is_taken_apart or _PHRASE.fullmatch(word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
