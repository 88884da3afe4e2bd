"""OrderFlow instances: websites with the same endpoint, organisation and channel."""

from orderflow_bridge.catalog.selectors import exporting_websites
from orderflow_bridge.client import (
    BreakerMemory,
    BreakerPolicy,
    Credentials,
    OrderFlowClient,
    Timeouts,
)
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import ExportNotConfigured
from orderflow_bridge.configuration.connection import orderflow_network
from orderflow_bridge.configuration.sections import OrderExport, ProductExport
from orderflow_bridge.configuration.selectors import api, order_export, product_export
from orderflow_bridge.configuration.stored_secrets import item_error
from orderflow_bridge.stores.models import Website

# Websites that share an OrderFlow instance; the first one's settings count for all.
WebsiteGroup = tuple[Website, ...]

_NEEDED = (
    ("endpoint", "Endpoint"),
    ("username", "Username"),
    ("organisation", "Organisation"),
    ("channel", "Channel"),
)


def groups_of(entity: Entity) -> list[WebsiteGroup]:
    """Return the websites that export this entity, grouped as it is announced.

    Products once per OrderFlow instance, orders strictly per website.
    """
    if entity == Entity.ORDER:
        return [(each,) for each in Website.objects.all() if order_export(each).is_enabled]
    groups: dict[tuple[str, str, str], list[Website]] = {}
    for website in exporting_websites():
        groups.setdefault(instance_of(website), []).append(website)
    return [tuple(websites) for websites in groups.values()]


def export_disabled(entity: Entity) -> str:
    """Return what is said when no website, or not this one, exports the entity."""
    return (
        f"{entity.label} exports are currently disabled."
        " Please review the OrderFlow module configuration."
    )


def instance_of(website: Website) -> tuple[str, str, str]:
    """Return what tells one OrderFlow instance from another: where, whose, which channel."""
    account = api(website)
    return account.endpoint.rstrip("/"), account.organisation, account.channel


def server_of(website: Website) -> str:
    """Return which server a website's OrderFlow is at; instances may share one."""
    return api(website).endpoint.rstrip("/").casefold()


def settings_of(entity: Entity, group: WebsiteGroup) -> OrderExport | ProductExport:
    """Return the export settings that count for a group."""
    return order_export(group[0]) if entity == Entity.ORDER else product_export(group[0])


def credentials_of(website: Website) -> Credentials:
    """Return how to reach a website's OrderFlow.

    Raises ExportNotConfigured, naming the website and the setting, when that cannot be known.
    """
    account = api(website)
    if unreadable := item_error(account, website.name):
        raise ExportNotConfigured(unreadable)
    for name, label in _NEEDED:
        if not getattr(account, name):
            raise ExportNotConfigured(
                f"{label} is not set for {website.name}. Please review API Settings."
            )
    try:
        return Credentials(
            endpoint=account.endpoint,
            username=account.username,
            password=account.password,
            organisation=account.organisation,
            channel=account.channel,
        )
    except ValueError as error:
        raise ExportNotConfigured(f"Endpoint is wrong for {website.name}: {error}") from error


def breaker_policy(website: Website) -> BreakerPolicy:
    """Return when a website's endpoint is left alone, and for how long."""
    account = api(website)
    return BreakerPolicy(account.breaker_threshold, float(account.breaker_cooloff))


def client_of(website: Website, *, memory: BreakerMemory | None = None) -> OrderFlowClient:
    """Return a client for a website's OrderFlow. Raises ExportNotConfigured."""
    account = api(website)
    credentials = credentials_of(website)
    try:
        return OrderFlowClient(
            credentials,
            timeouts=Timeouts(account.connect_timeout, account.read_timeout, account.total_timeout),
            pool_size=account.parallel_calls,
            breaker=breaker_policy(website),
            memory=memory,
            network=orderflow_network(account),
        )
    except ValueError as error:
        raise ExportNotConfigured(f"API Settings are wrong for {website.name}: {error}") from error
