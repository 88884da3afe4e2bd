"""Customer groups: Magento's four by name; others are known by the customers that are in them."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

NAMES = {
    0: gettext_noop("NOT LOGGED IN"),
    1: gettext_noop("General"),
    2: gettext_noop("Wholesale"),
    3: gettext_noop("Retailer"),
}
_UNNAMED = "Customer Group "
_LONGEST_ID = 10


def group_code(group_id: int) -> str:
    """Return a group's name, as other systems know it."""
    return NAMES.get(group_id, f"{_UNNAMED}{group_id}")


def group_name(group_id: int) -> str:
    """Return a group's name in the reader's language."""
    name = NAMES.get(group_id)
    return _(name) if name else _("Customer Group %(number)s") % {"number": group_id}


def group_choices(request: HttpRequest) -> list[tuple[int, str]]:
    """Return the groups that customers with an account can be in, as choices of a filter."""
    return [(group_id, group_name(group_id)) for group_id in NAMES if group_id]


def group_id_of(code: str) -> int | None:
    """Return the id of the group with this name, in any case of letters; None if there is none."""
    for group_id, name in NAMES.items():
        if name.casefold() == code.casefold():
            return group_id
    number = code.casefold().removeprefix(_UNNAMED.casefold())
    is_number = number.isascii() and number.isdigit() and len(number) < _LONGEST_ID
    return int(number) if is_number and number != code.casefold() else None
