"""What a change of a product in one store view comes to: pure judgement, no database."""

from collections.abc import Collection, Mapping
from typing import Any

from orderflow_bridge.catalog.columns import WRITABLE, clean_columns
from orderflow_bridge.catalog.scopes import BY_STORE, PER_VIEW
from orderflow_bridge.common.exceptions import ItemError

ViewValues = Mapping[tuple[int, str], Any]
"""Values by store view and attribute; in a change, None goes back to the default value."""
_CHOICES = ("status", "visibility", "tax_class_id")


def of_view(
    columns: Mapping[str, Any], attributes: Mapping[str, Any]
) -> dict[str, Any] | ItemError:
    """Return what of a change stands in the store view that it is made in, or what is wrong.

    None goes back to the default value, an empty text is a value of its own.
    """
    given = {code: value for code, value in {**columns, **attributes}.items() if code in PER_VIEW}
    emptied = {code for code, value in given.items() if _is_default(code, value)}
    kept = {
        code: value for code, value in given.items() if code in WRITABLE and code not in emptied
    }
    cleaned = clean_columns(kept)
    if isinstance(cleaned, ItemError):
        return cleaned
    return {
        code: None if code in emptied else cleaned.get(code, "" if value == [] else value)
        for code, value in given.items()
    }


def _is_default(code: str, value: Any) -> bool:
    return value is None or (code in _CHOICES and value in ("", []))


def written_values(
    wanted: Mapping[str, Any],
    store_id: int,
    siblings: Collection[int],
    there: ViewValues,
    default: Mapping[str, Any],
) -> dict[tuple[int, str], Any]:
    """Return what has to be written for a view to show these values; None takes a row away.

    `siblings` are the views of the website, the view itself among them: a value by website is
    theirs, too. `there` are the values of views now, `default` those of all views. A value that is
    shown already writes nothing, so that who saves what he has read changes nothing.
    """
    written: dict[tuple[int, str], Any] = {}
    for code, value in wanted.items():
        for view in (store_id,) if code in BY_STORE else sorted(siblings):
            key = view, code
            shown = there[key] if key in there else default.get(code)
            if value is None:
                if key in there:
                    written[key] = None
            elif _text(shown) != _text(value):
                written[key] = value
    return written


def _text(value: Any) -> Any:
    """Return a value as callers read it: nothing, "" and an empty list say the same."""
    if isinstance(value, list):
        return [str(each) for each in value] or ""
    return "" if value is None else str(int(value)) if isinstance(value, bool) else str(value)
