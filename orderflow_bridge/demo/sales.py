"""The demo orders and quotes, as data. AnyOf them is the guide's order 000000005."""

from typing import NamedTuple


class Customer(NamedTuple):
    """Somebody who buys, and where the goods go."""

    firstname: str
    lastname: str
    email: str
    street: str
    city: str
    region: str
    postcode: str
    country_id: str
    telephone: str


class Sale(NamedTuple):
    """One order. `rows` are SKU, units, and the parent's SKU for a variant.

    `actions` happen after it was placed, in this order: invoice, ship, ship-one (one unit of the
    first row), hold, cancel.
    """

    number: int
    store: str
    customer: Customer
    rows: tuple[tuple[str, int, str], ...]
    record_actions: tuple[str, ...] = ()
    days_ago: int = 1
    is_exported: bool = False


VERONICA = Customer(
    "Veronica",
    "Costello",
    "roni_cost@example.com",
    "6146 Honey Bluff Parkway",
    "Calder",
    "Michigan",
    "49628-7978",
    "US",
    "(555) 229-3326",
)
ZACHARY = Customer(
    "Zachary",
    "Powell",
    "zachary.powell@example.com",
    "14 Mill Lane",
    "Austin",
    "Texas",
    "78701",
    "US",
    "(555) 010-4477",
)
AMARA = Customer(
    "Amara",
    "Okafor",
    "amara.okafor@example.com",
    "220 Birch Street\nFlat 3",
    "Portland",
    "Oregon",
    "97205",
    "US",
    "(555) 010-9182",
)
GRACE = Customer(
    "Grace",
    "Whitfield",
    "grace.whitfield@example.com",
    "8 Canal Row",
    "Leeds",
    "West Yorkshire",
    "LS1 4AB",
    "GB",
    "0113 496 0123",
)
OWEN = Customer(
    "Owen",
    "Pritchard",
    "owen.pritchard@example.com",
    "31 Castle Terrace",
    "Cardiff",
    "",
    "CF10 1AA",
    "GB",
    "029 2018 0456",
)

ORDERS = (
    Sale(1, "default", ZACHARY, (("24-MB05", 2, ""),), days_ago=9),
    Sale(
        2,
        "default",
        AMARA,
        (("24-MB02", 1, ""), ("FT-208", 2, ""), ("FT-203", 4, "")),
        ("invoice", "ship"),
        days_ago=8,
        is_exported=True,
    ),
    Sale(3, "default", ZACHARY, (("WT-302", 1, ""),), ("hold",), days_ago=6),
    Sale(
        4,
        "default",
        AMARA,
        (("wbk002c-Black-S", 2, "wbk002c"), ("24-MB03", 1, "")),
        ("invoice",),
        days_ago=5,
        is_exported=True,
    ),
    Sale(5, "default", VERONICA, (("24-MB01", 1, ""),), ("invoice",), days_ago=4, is_exported=True),
    Sale(6, "default", VERONICA, (("EL-402", 1, ""),), ("cancel",), days_ago=3),
    Sale(
        7,
        "default",
        ZACHARY,
        (("24-UB02", 3, ""), ("FT-202", 1, "")),
        ("invoice", "ship-one"),
        days_ago=2,
        is_exported=True,
    ),
    Sale(8, "default", VERONICA, (("DL-701", 1, ""),), ("invoice",), days_ago=1),
    Sale(1, "uk", GRACE, (("JK-501-Navy-M", 1, "JK-501"), ("BG-103", 1, "")), days_ago=2),
    Sale(2, "uk", OWEN, (("hdd000", 2, ""), ("EL-401", 2, "")), ("invoice",), days_ago=1),
)

# Store view, customer's e-mail, rows, still active.
QUOTES = (
    ("default", "amara.okafor@example.com", (("24-MB01", 2), ("FT-205", 1)), True),
    ("default", "", (("24-MB04", 1),), True),
    ("uk", "owen.pritchard@example.com", (("WT-301", 1), ("EL-404", 1)), True),
    ("default", "zachary.powell@example.com", (("24-MB05", 2),), False),
)
SHIPPING_PRICE = "5.00"
