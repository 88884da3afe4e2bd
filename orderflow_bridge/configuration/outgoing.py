"""The one way out: every call of the bridge's goes through a network that is made here.

Whether this installation may call anybody is known upstairs; the setting BRIDGE_LEAVE says by whom.
"""

from django.conf import settings
from django.utils.module_loading import import_string

from orderflow_bridge.client import Network
from orderflow_bridge.configuration.validators import reaches


def network_for(
    url: str, *, ca_certificates: str = "", proxy: str = "", proxy_login: str = ""
) -> Network:
    """Return the network for calls to an address (`Network.chosen`), as it may be used now.

    It is made anew for each run. Raises ValueError, with a sentence.
    """
    return Network.chosen(
        url,
        ca_certificates=ca_certificates,
        proxy=proxy,
        proxy_login=proxy_login,
        reaches=reaches(),
        leave=import_string(settings.BRIDGE_LEAVE)(),
    )
