"""Why something of a product was not taken, in the language of who reads the admin's page.

Machines are answered in English, so the texts are marked where they are made (`gettext_noop`), and
put into the reader's language where a page shows them.
"""

from django.utils.translation import gettext

from orderflow_bridge.common.exceptions import ItemError, PictureRefused


def item_text(item_error: ItemError) -> str:
    """Return what is wrong, with its values in place."""
    return item_error._replace(message=gettext(item_error.message)).text


def picture_text(refusal: PictureRefused) -> str:
    """Return why a picture was not taken."""
    return gettext(str(refusal))
