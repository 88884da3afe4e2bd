"""The table of incidents: how each comes about, what each role reads, and what mends it.

a to j are those that were played before the bridge told of anything; the others are what else
OrderFlow can do wrong (docs/sandbox.md). tests/journeys/own_incidents.py has what goes wrong here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from orderflow_bridge.access.ready_roles import ADMINISTRATOR, OPERATOR
from orderflow_bridge.problems import kinds
from orderflow_bridge.problems.kinds import Kind
from tests.journeys import incoming, outgoing
from tests.journeys.person import Person
from tests.journeys.stage import DAY, HOUR, MINUTE, Stage

BOTH = (OPERATOR, ADMINISTRATOR)
SETTINGS = "/admin/configuration/apisettings/"


@dataclass(frozen=True)
class Row:
    """An incident. Who may `see` it reads on the first screen what it `says` and what to `do`.

    `leads_to` is where the remedy's link leads those who may `follow` it; `by` mends it there. It
    `takes` some time before it is told.
    """

    name: str
    play: Callable[[Stage], object]
    kind: Kind
    says: str
    do: str
    leads_to: str
    mend: Callable[[Stage, Person, str], object]
    see: tuple[str, ...] = BOTH
    follow: tuple[str, ...] = BOTH
    by: str = OPERATOR
    takes: timedelta = MINUTE


ROWS = (
    Row(
        "a: a wrong password of OrderFlow's",
        outgoing.wrong_password_here,
        kinds.EXPORT_FAILED,
        "OrderFlow refused the login (401). Check the Username and Password settings.",
        "Mend what the sentence names; it is tried again by itself.",
        SETTINGS,
        outgoing.enter_the_password,
        follow=(ADMINISTRATOR,),
        by=ADMINISTRATOR,
    ),
    Row(
        "b: a host that nobody knows",
        outgoing.unknown_host,
        kinds.EXPORT_FAILED,
        "the host name is unknown; check the Endpoint setting",
        "Mend what the sentence names; it is tried again by itself.",
        SETTINGS,
        outgoing.correct_the_host,
        follow=(ADMINISTRATOR,),
        by=ADMINISTRATOR,
    ),
    Row(
        "c: a page to sign in in the place of an answer",
        outgoing.sign_in_page,
        kinds.EXPORT_FAILED,
        "OrderFlow answered with a web page: Sign in",
        "Mend what the sentence names; it is tried again by itself.",
        "/admin/exports/waitingproduct/?export_status=Failed",
        outgoing.requeue_after_it,
    ),
    Row(
        "d: an import that is switched off",
        incoming.import_switched_off,
        kinds.IMPORT_OFF,
        "1 despatch message waits and Shipment Import is switched off (boss, 12:",
        "Switch Shipment Import on, or leave it: messages wait without loss.",
        "/admin/configuration/shipmentimportsettings/",
        incoming.switch_it_on,
        follow=(ADMINISTRATOR,),
        by=ADMINISTRATOR,
    ),
    Row(
        "e: a push that empties the shop",
        incoming.empty_push,
        kinds.MASS_CHANGE,
        "60 of 60 items in stock at source default would run out within 60 minutes",
        "Look at what would change; then apply it, or discard it",
        "/admin/imports/masschange/",
        incoming.discard_it,
    ),
    Row(
        "f: announced, and never fetched",
        outgoing.nothing_fetched,
        kinds.NOT_FETCHED,
        "2 products were announced and not fetched by OrderFlow",
        "See in OrderFlow, under Integration, Remote Messages, why it does not fetch.",
        "/admin/exports/waitingproduct/?export_status=Queued",
        outgoing.fetch_it_late,
        takes=3 * HOUR,
    ),
    Row(
        "f2: announced, and not fetched because the user is inactive",
        outgoing.fetches_refused,
        kinds.NOT_FETCHED,
        "2 products were announced and not fetched by OrderFlow",
        "Let the refused caller in; what was announced is announced again by itself.",
        "/admin/auth/user/",
        outgoing.let_it_in,
        follow=(ADMINISTRATOR,),
        by=ADMINISTRATOR,
    ),
    Row(
        "g: an unknown SKU in each push",
        incoming.unknown_sku,
        kinds.UNKNOWN_SKU,
        "SKU NOT-IN-THE-SHOP is unknown",
        "Create the product, say which product it is, or ignore it.",
        "/admin/imports/waitingsku/",
        incoming.ignore_it,
    ),
    Row(
        "g2: an unknown SKU that is created",
        incoming.unknown_sku,
        kinds.UNKNOWN_SKU,
        "SKU NOT-IN-THE-SHOP is unknown",
        "Create the product, say which product it is, or ignore it.",
        "/admin/imports/waitingsku/",
        incoming.create_the_product,
        by=ADMINISTRATOR,
    ),
    Row(
        "h: more despatched than ordered",
        incoming.over_shipped,
        kinds.DESPATCH_FAILED,
        "was not booked: ",
        "Put the order right and requeue the failed line; or ship by hand what has left",
        "/admin/imports/shipmentimport/",
        incoming.settle_it,
    ),
    Row(
        "j: a wrong token",
        incoming.wrong_token,
        kinds.CALLER_REFUSED,
        "A caller was refused 3 times since 12:",
        "Let the caller sign in again with user name and password",
        "/admin/auth/user/",
        incoming.sign_in_again,
        follow=(ADMINISTRATOR,),
        by=ADMINISTRATOR,
    ),
    Row(
        "j2: a wrong password of the bridge's",
        incoming.wrong_password_there,
        kinds.CALLER_REFUSED,
        "User orderflow was refused 3 times since 12:",
        "Set the user's password anew, and enter the same one in OrderFlow.",
        "/admin/auth/user/",
        incoming.set_the_password,
        follow=(ADMINISTRATOR,),
        by=ADMINISTRATOR,
    ),
    Row(
        "j3: a user that is inactive",
        incoming.user_inactive,
        kinds.CALLER_REFUSED,
        "the user is inactive",
        "Activate the user.",
        "/admin/auth/user/",
        incoming.activate_the_user,
        follow=(ADMINISTRATOR,),
        by=ADMINISTRATOR,
    ),
    Row(
        "OrderFlow is away",
        outgoing.orderflow_away,
        kinds.ENDPOINT_DOWN,
        "in a row: OrderFlow answered 503 Service Unavailable",
        "Mend what the sentence names; OrderFlow is called again by itself after a pause",
        "/admin/exports/endpointstate/",
        outgoing.try_again,
    ),
    Row(
        "answers that drip",
        outgoing.dripping,
        kinds.EXPORT_FAILED,
        "Product 24-MB01 could not be exported",
        "Mend what the sentence names; it is tried again by itself.",
        "/admin/exports/waitingproduct/?export_status=Failed",
        outgoing.stop_dripping,
    ),
    Row(
        "a certificate that has ended",
        outgoing.ended_certificate,
        kinds.EXPORT_FAILED,
        "certificate",
        "Mend what the sentence names; it is tried again by itself.",
        SETTINGS,
        outgoing.renew_it,
        follow=(ADMINISTRATOR,),
        by=ADMINISTRATOR,
    ),
    Row(
        "a certificate that ends soon",
        outgoing.ending_certificate,
        kinds.MACHINE,
        "ends in 3 days",
        "Ask whoever runs OrderFlow to renew it",
        "",
        outgoing.renew_in_time,
    ),
    Row(
        "an order is swallowed",
        outgoing.order_swallowed,
        kinds.LATE_ORDER,
        "nothing of it is shipped",
        "Ask OrderFlow",
        "/admin/sales/order/",
        outgoing.announce_it_again,
        takes=8 * DAY,
    ),
    Row(
        "an order is lost, and asked for",
        outgoing.lost_order_asked_for,
        kinds.UNKNOWN_ORDER,
        "that it does not know it",
        "Announce it again, and see that OrderFlow fetches it.",
        "/admin/sales/order/",
        outgoing.announce_what_is_unknown,
    ),
    Row(
        "a message is lost",
        incoming.lost_message,
        kinds.STOCK_DIFFERS,
        "differs from what it last sent: 24-MB01 (91 there, 90 received)",
        "See the comparison and correct them there",
        "/admin/watch/stockcomparison/",
        incoming.correct_it,
    ),
    Row(
        "a push is forgotten",
        incoming.forgotten_push,
        kinds.STOCK_DIFFERS,
        "differs from what it last sent: 24-MB01 (91 there, 90 received)",
        "or have OrderFlow send the stock of these SKUs again.",
        "/admin/watch/stockcomparison/",
        incoming.push_what_was_forgotten,
    ),
    Row(
        "OrderFlow is silent",
        incoming.silence,
        kinds.ORDERFLOW_SILENT,
        "OrderFlow is silent: no stock message for 120 hours",
        "See in OrderFlow, under Integration, Remote Messages, whether it sends",
        "/admin/imports/importrequest/",
        incoming.push_again,
        takes=5 * DAY,
    ),
    Row(
        "a product that holds no stock",
        incoming.type_without_stock,
        kinds.STOCK_FAILED,
        "OrderFlow's figure of SKU 24-MB01 at source default was not applied",
        "Make it a simple, virtual or downloadable product",
        "/admin/catalog/product/",
        incoming.make_it_simple,
        by=ADMINISTRATOR,
    ),
)
