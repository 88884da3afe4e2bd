"""English sentences that know what they were made of: whoever shows them can translate them."""

from typing import Any


class Said(str):
    """A sentence in English. `made_of` is its text and the values in it, which may be JSON."""

    made_of: dict[str, Any]


def phrased(text: str, /, **values: object) -> Said:
    """Return a sentence with its values, which stand in it as %(name)s; they may be said, too."""
    said = Said(text % values if values else text)
    kept = {name: getattr(value, "made_of", str(value)) for name, value in values.items()}
    said.made_of = {"text": text, "values": kept}
    return said


def said_by(error: Exception) -> str:
    """Return an exception's sentence, with what it was made of if it knows that."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, Said) else str(error)
