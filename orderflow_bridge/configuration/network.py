"""How calls to OrderFlow leave the house, by settings and environment."""

from orderflow_bridge.client import Network
from orderflow_bridge.configuration.reaches import reaches
from orderflow_bridge.configuration.sections import Api


def orderflow_network(account: Api) -> Network:
    """Return the network for the calls to an OrderFlow. Raises ValueError, with a sentence."""
    return Network.chosen(
        account.endpoint,
        ca_certificates=account.ca_certificates,
        proxy=account.proxy,
        proxy_login=account.proxy_login,
        reaches=reaches(),
    )
