"""Settings that cannot work: a problem, and at once a line on the page where they are mended."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from orderflow_bridge.access.selectors import importing_users
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.worded import joined, named, nworded, worded
from orderflow_bridge.configuration.declarations import Section
from orderflow_bridge.configuration.navigation import has_website_settings, section_url
from orderflow_bridge.configuration.sections import (
    Adjustment,
    Api,
    Email,
    InventoryImport,
    OrderExport,
    ProductExport,
    WebServices,
)
from orderflow_bridge.configuration.selectors import (
    api,
    email,
    inventory_import,
    order_export,
    product_export,
    read_ahead,
    web_services,
)
from orderflow_bridge.configuration.stored_secrets import Unreadable
from orderflow_bridge.outbox.mail.services import is_address
from orderflow_bridge.problems.kinds import CONFIGURATION, Severity
from orderflow_bridge.problems.services import Finding, settle
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.machine import unreadable_secrets

_ACCOUNT = ("endpoint", "username", "password", "organisation", "channel")
_LABELS = {each.name: each.label for each in Api.settings()}
_EXPORTED = {Entity.ORDER: worded("orders"), Entity.PRODUCT: worded("products")}
_READ = (Api, OrderExport, ProductExport, Email)


def look_for_settings_that_cannot_work(now: datetime) -> None:
    """Find settings by which something cannot work; it ends when they are changed."""
    websites = read_ahead(*_READ)
    found = [finding for check in _CHECKS.values() for finding in check(websites)]
    settle(CONFIGURATION, found, now=now)


def findings_on_page(section: type[Section]) -> list[Finding]:
    """Return what is wrong with a section's settings now, as the detectors would find it."""
    has_secrets = section is Api
    if section not in _CHECKS and not has_secrets:
        return []
    websites = read_ahead(*_READ) if has_website_settings(section) else []
    found = list(_CHECKS[section](websites)) if section in _CHECKS else []
    if has_secrets:
        page = section_url(section)
        found += [each for each in unreadable_secrets(websites) if each.url.startswith(page)]
    return found


def exported_by(website: Website) -> list[Entity]:
    """Return what a website exports."""
    exports = ((Entity.ORDER, order_export), (Entity.PRODUCT, product_export))
    return [entity for entity, settings in exports if settings(website).is_enabled]


def missing_in_account(website: Website) -> list[str]:
    """Return the labels of the API settings that a website lacks; not those of lost keys."""
    account = api(website)
    values = {name: getattr(account, name) for name in _ACCOUNT}
    return [
        _LABELS[name]
        for name, value in values.items()
        if not value and not isinstance(value, Unreadable)
    ]


def _api(websites: Sequence[Website]) -> Iterator[Finding]:
    for website in websites:
        exported = [_EXPORTED[entity] for entity in exported_by(website)]
        missing = [named(label) for label in missing_in_account(website)]
        if exported and missing:
            yield _finding(
                Api,
                "Account",
                nworded(
                    "%(website)s exports %(exported)s, but %(missing)s is empty: nothing reaches"
                    " OrderFlow.",
                    "%(website)s exports %(exported)s, but %(missing)s are empty: nothing reaches"
                    " OrderFlow.",
                    len(missing),
                    website=website.name,
                    exported=_and(exported),
                    missing=_and(missing),
                ),
                worded("Fill in what is missing, or switch the exports off."),
                website,
                Severity.CRITICAL,
            )


def _email(websites: Sequence[Website]) -> Iterator[Finding]:
    for website in websites:
        if exported_by(website) and not is_address(email(website).admin_email):
            yield _finding(
                Email,
                "Admin Email",
                worded(
                    "%(website)s has no Admin Email: nobody is told when products or orders are"
                    " given up.",
                    website=website.name,
                ),
                worded("Enter who is to be told."),
                website,
            )


def _order_export(websites: Sequence[Website]) -> Iterator[Finding]:
    for website in websites:
        settings = order_export(website)
        if settings.is_enabled and not settings.exportable_status:
            yield _finding(
                OrderExport,
                "Exportable Order Status",
                worded(
                    "%(website)s exports orders, but no Exportable Order Status is chosen: no order"
                    " is exported.",
                    website=website.name,
                ),
                worded("Choose the statuses, or switch the export off."),
                website,
                Severity.CRITICAL,
            )


def _product_export(websites: Sequence[Website]) -> Iterator[Finding]:
    for website in websites:
        settings = product_export(website)
        if settings.is_enabled and settings.include_image_field and not settings.placeholder_image:
            yield _finding(
                ProductExport,
                "Default Image",
                worded(
                    "%(website)s includes the image field, but has no Default Image: the export of"
                    " every product without a picture of its own fails.",
                    website=website.name,
                ),
                worded("Choose a Default Image, or leave the image field out."),
                website,
            )


def _inventory_import(websites: Sequence[Website]) -> Iterator[Finding]:
    settings = inventory_import()
    if settings.adjust_inventory != Adjustment.NO and not settings.valid_unsent_order_statuses:
        yield _finding(
            InventoryImport,
            "Unsent Order Status",
            worded(
                "Inventory is adjusted by unsent orders, but no Unsent Order Status is chosen: no"
                " order counts as unsent."
            ),
            worded("Choose the statuses, or adjust no inventory."),
        )


def _web_services(websites: Sequence[Website]) -> Iterator[Finding]:
    is_open = web_services().anonymous_addresses or importing_users().exists()
    if not is_open and Website.objects.exists():
        yield _finding(
            WebServices,
            "OrderFlow's user",
            worded("No active user has the right OrderFlow Import, so OrderFlow cannot sign in."),
            worded("Create one under System → Users and give it the role OrderFlow Import."),
            severity=Severity.CRITICAL,
        )


def _finding(
    section: type[Section],
    subject: str,
    text: str,
    remedy: str,
    website: Website | None = None,
    severity: Severity = Severity.WARNING,
) -> Finding:
    url = section_url(section, website)
    website_id = website.pk if website else None
    return Finding(CONFIGURATION, subject, text, remedy, url, website_id, severity)


def _and(words: Sequence[str]) -> str:
    if len(words) == 1:
        return words[0]
    return worded("%(first)s and %(last)s", first=joined(words[:-1], ", "), last=words[-1])


_CHECKS: dict[type[Section], Callable[[Sequence[Website]], Iterator[Finding]]] = {
    Api: _api,
    Email: _email,
    OrderExport: _order_export,
    ProductExport: _product_export,
    InventoryImport: _inventory_import,
    WebServices: _web_services,
}
