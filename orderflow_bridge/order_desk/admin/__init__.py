"""What the order desk adds to the pages of orders, invoices, shipments and carts."""

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.console.page_parts import PageParts, RecordView, add_parts
from orderflow_bridge.order_desk.admin.booking import (
    MAY_INVOICE,
    MAY_SHIP,
    invoice_button,
    invoice_view,
    ship_button,
    ship_view,
)
from orderflow_bridge.order_desk.admin.checkout_pages import (
    MAY_CREATE,
    REORDER,
    cart_view,
    document_view,
    new_order_view,
    order_button,
)
from orderflow_bridge.order_desk.admin.comments import (
    MAY_COMMENT,
    MAY_WRITE,
    comment_view,
    comments_tab,
    email_button,
    invoice_email,
    order_email,
    shipment_email,
)
from orderflow_bridge.order_desk.admin.edit_pages import MAY_EDIT, edit_button, edit_view
from orderflow_bridge.order_desk.admin.shipments_tab import (
    MAY_LOOK,
    asked_for,
    email_selected,
    shipments_file,
    shipments_tab,
)
from orderflow_bridge.sales.models import Invoice, Order, Quote, Shipment

add_parts(
    Order,
    PageParts(
        buttons=(email_button("sales_order"), invoice_button, ship_button, edit_button),
        sections=(shipments_tab, comments_tab),
        notices={"change": asked_for},
        record_actions=(REORDER,),
        add=RecordView("add", new_order_view, MAY_CREATE),
        views=(
            RecordView("email", order_email, MAY_WRITE),
            RecordView("comment", comment_view, MAY_COMMENT),
            RecordView("invoice", invoice_view, MAY_INVOICE),
            RecordView("ship", ship_view, MAY_SHIP),
            RecordView("edit", edit_view, MAY_EDIT),
            RecordView("shipments_file", shipments_file, MAY_LOOK),
        ),
        places={"shipments": "invoices", "comments": "creditmemos"},
    ),
)
add_parts(
    Invoice,
    PageParts(
        buttons=(email_button("sales_invoice"),),
        views=(RecordView("email", invoice_email, MAY_WRITE),),
        add=RecordView("add", document_view("invoice", _("New Invoice")), MAY_INVOICE),
    ),
)
add_parts(
    Shipment,
    PageParts(
        actions=(email_selected,),
        buttons=(email_button("sales_shipment"),),
        views=(RecordView("email", shipment_email, MAY_WRITE),),
        add=RecordView("add", document_view("ship", _("New Shipment")), MAY_SHIP),
    ),
)
add_parts(
    Quote,
    PageParts(buttons=(order_button,), views=(RecordView("order", cart_view, MAY_CREATE),)),
)
