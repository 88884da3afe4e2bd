"""What OrderFlow's administrator sets up, step by step: the text of the page and of the document.

docs/orderflow-setup.md is this text with names in the place of values; a test compares the two.
Names of OrderFlow's menus, properties and fields stand between backquotes, as in the document.
"""

from django.utils.translation import gettext

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.induction.guide_steps import Step, Value
from orderflow_bridge.induction.models import Proof

FETCHED = (Proof.PRODUCT_FETCHED, Proof.ORDER_FETCHED)
MODULES = (
    "rtd2-process",
    "rtd2-integration",
    "rtd2-integration-magento2",
    "rtd2-web-integration",
)
PLAIN_MAPPING = """<mapping qualifier = "product" to = "type">'default'</mapping>"""
WHOLE_MAPPING = f"""<fieldmapper>
  <mappings useinput = "true">
    {PLAIN_MAPPING}
  </mappings>
</fieldmapper>"""


_USER = Value("of_user", _("Reference of the user"), "API Settings, Username")
_ORGANISATION = Value("organisation", _("Organisation"), "API Settings, Organisation")
_CHANNEL = Value("channel", _("Channel"), "API Settings, Channel")
_SCOPE = Value(
    "scope", _("Scope of the three properties"), "the websites that share this OrderFlow"
)

STEPS = (
    Step(
        "modules",
        _("Modules"),
        _("See that the modules are loaded"),
        (
            _(
                "Open `Advanced → System → Loaded Modules`. All of these have to be in the list; if"
                " one is missing, ask OrderFlow's support for it before you go on."
            ),
        ),
        values=tuple(Value(name, _("Module"), name) for name in MODULES),
        proofs=(*FETCHED, Proof.STOCK, Proof.DESPATCH),
    ),
    Step(
        "user",
        _("User"),
        _("Make the user that the bridge signs in as"),
        (
            _(
                "There has to be a user of this reference, `Write Enabled`, with the role `Remote"
                " Importer`: it calls `/remoteorder/imports/importitems.xml`. The organisation and"
                " the channel below have to be in its scope."
            ),
            _(
                "To cancel orders and to ask how one stands takes rights to modify and to view"
                " orders as well: see the roles `Remote order modifier` and `Remote order viewer`."
            ),
            _(
                "Tell its password to whoever fills in the bridge's API Settings, and to nobody"
                " else."
            ),
        ),
        values=(_USER, _ORGANISATION, _CHANNEL),
        proofs=(Proof.ANNOUNCED,),
    ),
    Step(
        "notification",
        _("Properties"),
        _("Let stock be notified by process"),
        (
            _(
                "Under `Setup → Properties → Search` the property"
                " `inventory.process.based.notification` has to be `true`. It is there for"
                " installations older than the Magento module; with `false` no stock comes."
            ),
        ),
        values=(Value("notification", "inventory.process.based.notification", "true"),),
        proofs=(Proof.STOCK,),
    ),
    Step(
        "properties",
        _("Properties"),
        _("Say where the bridge is"),
        (
            _(
                "Search the properties again, in the group `Magento API`. Three of them count:"
                " `Magento 2 API SOAP base URL`, `Magento 2 API SOAP User` and"
                " `Magento 2 API SOAP Password`."
            ),
            _(
                "The password is that of the user named here. It is not in this list: have it told"
                " to you by another way."
            ),
            _(
                "Where OrderFlow has several channels or organisations, give the three properties"
                " the scope named below; otherwise one shop's figures go to another's address."
            ),
        ),
        values=(
            Value("soap_url", "Magento 2 API SOAP base URL", "Base URL and the store view's code"),
            Value("soap_user", "Magento 2 API SOAP User", "a user with the role OrderFlow Import"),
            _SCOPE,
        ),
        proofs=FETCHED,
    ),
    Step(
        "channel",
        _("Channel and organisation"),
        _("Make the channel"),
        (
            _(
                "Among OrderFlow's `Channels` there has to be one of this name. It belongs to this"
                " organisation, and its `Integration API` is `Magento 2`."
            ),
            _(
                "Tick `Scheduled Handlers Activated`: without it OrderFlow never comes for what it"
                " was told of. Tick `Periodic Reports Activated`, too."
            ),
        ),
        values=(
            _CHANNEL,
            _ORGANISATION,
            Value("integration", "Integration API", "Magento 2"),
        ),
        proofs=FETCHED,
    ),
    Step(
        "primary",
        _("Channel and organisation"),
        _("Make it the organisation's Primary Channel"),
        (
            _(
                "OrderFlow sends an organisation's stock to its `Primary Channel` alone. Of several"
                " channels of one organisation, only that one gets figures."
            ),
        ),
        values=(Value("primary", "Primary Channel", "API Settings, Channel"),),
        proofs=(Proof.STOCK,),
    ),
    Step(
        "listener",
        _("Events"),
        _("Have despatches told"),
        (
            _(
                "Under `Advanced → Events` open `shipment_despatched`. Activate"
                " `shipment_despatch_process_listener` (module `rtd2-process`, handler"
                " `process_event`), and press `Refresh` on the list of events."
            ),
        ),
        values=(
            Value("listener", _("Listener to activate"), "shipment_despatch_process_listener"),
        ),
        proofs=(Proof.DESPATCH,),
    ),
    Step(
        "old_listener",
        _("Events"),
        _("Switch the old listener off"),
        (
            _(
                "At the same event deactivate `shipment_despatch_listener`, which is there for old"
                " installations. So with every listener of module `rtd2-notification` with the"
                " handler `order_notification`: it only fills OrderFlow's log with errors."
                " `Refresh` again."
            ),
        ),
        values=(Value("old_listener", _("Listener to deactivate"), "shipment_despatch_listener"),),
        unseen=_("The bridge cannot see this. OrderFlow's log of errors stays free of it."),
    ),
    Step(
        "mapping",
        _("Import mapping"),
        _("Give imported products a type"),
        (
            _(
                "A product has to have a type in OrderFlow, and Magento sends none. The script"
                " below fills it in while a product is imported: every product becomes one of type"
                " `default`."
            ),
            _(
                "Under `Advanced → Import mappings` open the entry of entity `product` for this"
                " channel, add the one line to its `Pre-translations`, and press `Update`."
            ),
            _(
                "If there is no entry, make one: type `Product`, this channel or organisation,"
                " `Activated`, and the whole text as its `Pre-translations`."
            ),
        ),
        values=(_CHANNEL,),
        snippets=(
            (_("One line, for an entry that is there"), PLAIN_MAPPING),
            (_("The whole text, for a new entry"), WHOLE_MAPPING),
        ),
        proofs=(Proof.STOCK, Proof.DESPATCH),
    ),
    Step(
        "activation",
        _("Import mapping"),
        _("Let new products become active"),
        (
            _(
                "A product that has arrived may stay inactive in OrderFlow: until every field is"
                " filled that the property `product.activation.required.fields` names. Look for one"
                " under `Inventory → Products → Search` with `Active` left blank."
            ),
            _(
                "Take out of the property what the shop does not send, a barcode or a weight"
                " perhaps, or have the shop send it. Inactive products are not despatched."
            ),
        ),
        values=(Value("activation", _("Property"), "product.activation.required.fields"),),
        proofs=(Proof.DESPATCH,),
    ),
    Step(
        "chunks",
        _("Stock"),
        _("Send stock in pieces, and once as a whole"),
        (
            _(
                "Set the property `inventory.notification.chunk.size` to a number between 100 and"
                " 200: so many products go into one message."
            ),
            _(
                "Then under `Inventory → Admin → Inventory` press `Initialize`, and after that"
                " `Push All Stock Levels`. Later every change sends a message of its own, and a"
                " whole push is not needed."
            ),
            _(
                "`Initialize` counts all stock anew and gives every figure a new sequence id."
                " Whoever pushes everything again without it sends figures that are here already:"
                " nearly all of them are reported as `Duplicate`, and change nothing."
            ),
        ),
        values=(Value("chunks", "inventory.notification.chunk.size", "150"),),
        proofs=(Proof.PUSH,),
    ),
    Step(
        "cancelling",
        _("Trying it"),
        _("Have an order cancelled"),
        (
            _(
                "Have somebody cancel an order in the bridge that OrderFlow has fetched. OrderFlow"
                " is asked first, and decides: one that it has begun to despatch stays."
            ),
        ),
        proofs=(Proof.CANCELLED,),
    ),
)


# The proofs in the middle of a sentence.
_TICKS = {
    Proof.ANNOUNCED: _("first announcement taken"),
    Proof.PRODUCT_FETCHED: _("first product fetched"),
    Proof.ORDER_FETCHED: _("first order fetched"),
    Proof.STOCK: _("first stock figure applied"),
    Proof.PUSH: _("first push of several products"),
    Proof.DESPATCH: _("first despatch booked"),
    Proof.CANCELLED: _("first cancellation taken"),
}


def chapters() -> dict[str, list[Step]]:
    """Return the steps by chapter, in their order."""
    found: dict[str, list[Step]] = {}
    for step in STEPS:
        found.setdefault(step.chapter, []).append(step)
    return found


def shown_by(step: Step) -> str:
    """Return in one sentence what shows here that a step was taken."""
    if not step.proofs:
        return step.unseen
    either = ", " + gettext("or") + " "
    proofs = either.join(str(_TICKS[proof]) for proof in step.proofs)
    return gettext("Ticked by: %(proofs)s.") % {"proofs": proofs}
