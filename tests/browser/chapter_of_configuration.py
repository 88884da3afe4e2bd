"""The guide's chapter Magento Configuration, as clicks: the guide's, and here.

"Use system value" is a click there as here, where the guide's pictures show its tick.
"""

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.desk import Desk, Part, message

Play = Callable[[Desk], None]

PASSWORD = "Tower-of-Babel-77"
_TICK = "Use system value"


def _section(desk: Desk, title: str) -> None:
    pages = desk.shop.get_by_role("navigation", name="Configuration")
    desk.hands.press(pages.get_by_role("link", name=title, exact=True))


def _write(desk: Desk, label: str, text: str) -> None:
    """Fill in a field of the open section, whose tick goes first if it is there."""
    value = _own(desk, label)
    desk.hands.write(value.get_by_role("textbox"), text)


def _choose(desk: Desk, label: str, option: str) -> None:
    desk.hands.choose(_own(desk, label).get_by_role("combobox"), option)


def _own(desk: Desk, label: str) -> Locator:
    row = desk.shop.locator(".configuration-row").filter(
        has=desk.shop.locator(f".configuration-label label:text-is({label!r})")
    )
    tick = row.get_by_role("checkbox", name=_TICK)
    if tick.is_checked():
        desk.hands.switch(tick)
    return row


def _save(desk: Desk) -> None:
    desk.hands.press(desk.shop.get_by_role("button", name="Save Config"))
    expect(message(desk.shop)).to_contain_text("saved")


def _connect(desk: Desk) -> None:
    desk.menu("Stores", "Configuration")
    _write(desk, "Endpoint", "https://orderflow.example/web/")
    _write(desk, "Username", "magento")
    _write(desk, "Organisation", "mage")
    _write(desk, "Channel", "magento")
    _write(desk, "Password", PASSWORD)
    _save(desk)


def _name_who_is_mailed(desk: Desk) -> None:
    _section(desk, "Email Settings")
    _write(desk, "Admin Name", "Anna")
    _write(desk, "Admin Email", "anna@shop.example")
    _save(desk)


def _schedule(title: str, more: Play = lambda desk: None) -> Play:
    """Return how a section with a schedule is filled in."""

    def play(desk: Desk) -> None:
        _section(desk, title)
        _choose(desk, "Enabled", "Yes")
        more(desk)
        _write(desk, "Cron Expression", "*/5 * * * *")
        _write(desk, "Batch Size", "50")
        _save(desk)

    return play


def _clean_logs(desk: Desk) -> None:
    _section(desk, "Log Cleaning")
    _write(desk, "Cron Expression", "30 2 * * *")
    _choose(desk, "Web Log Duration", "15 Days")
    _choose(desk, "XML Log Duration", "15 Days")
    _save(desk)


def _let_orderflow_in(desk: Desk) -> None:
    desk.menu("System", "Users")
    desk.hands.press(desk.shop.get_by_title("Add user"))
    for name, text in (
        ("username", "warehouse"),
        ("password1", PASSWORD),
        ("password2", PASSWORD),
        ("first_name", "OrderFlow"),
        ("last_name", "OrderFlow"),
        ("email", "support@realtimepatch.example"),
    ):
        desk.hands.write(desk.shop.locator(f"#id_{name}"), text)
    desk.hands.switch(desk.shop.get_by_role("checkbox", name="OrderFlow Import"))
    desk.hands.press(desk.shop.get_by_role("button", name="Save", exact=True))
    expect(message(desk.shop)).to_contain_text("warehouse")


_TICKED = f"{_TICK} · Cron Expression · {_TICK} · Batch Size · Save Config"
_ENABLED = f"{_TICK} · Enabled · Yes"
CONFIGURATION = (
    Part(
        "Connect to OrderFlow",
        "Stores · Configuration · OrderFlow · API Settings · Endpoint · Username · Password"
        " · Organisation · Channel · Save Config",
        _connect,
    ),
    Part(
        "Name who is mailed",
        "Email Settings · Admin Name · Admin Email · Save Config",
        _name_who_is_mailed,
    ),
    Part(
        "Schedule the order export",
        f"Order Export · {_ENABLED} · {_TICKED}",
        _schedule("Order Export"),
    ),
    Part(
        "Schedule the product export",
        f"Product Export · {_ENABLED} · {_TICK} · Include Image Field · Yes · {_TICKED}",
        _schedule("Product Export", lambda desk: _choose(desk, "Include Image Field", "Yes")),
    ),
    Part(
        "Schedule the inventory import",
        f"Inventory Import · {_ENABLED} · {_TICK} · Allow Negative Quantities · Yes · {_TICKED}",
        _schedule(
            "Inventory Import", lambda desk: _choose(desk, "Allow Negative Quantities", "Yes")
        ),
    ),
    Part(
        "Schedule the shipment import",
        f"Shipment Import · {_ENABLED} · {_TICKED}",
        _schedule("Shipment Import"),
    ),
    Part(
        "Keep the logs small",
        f"Log Cleaning · {_TICK} · Cron Expression · {_TICK} · Web Log Duration · 15 Days"
        f" · {_TICK} · XML Log Duration · 15 Days · Save Config",
        _clean_logs,
    ),
    Part(
        "Let OrderFlow in by a role and a user",
        "System · User Roles · Add New Role · Role Name · Role Resources · OrderFlow Import"
        " · Save Role · System · All Users · Add New User · User Name · First Name · Last Name"
        " · Email · Password · Password Confirmation · User Role · orderflow · Save User",
        _let_orderflow_in,
    ),
)
