"""Read the configuration: the website's value, else the default scope's, else the code default."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from django.db import OperationalError, ProgrammingError
from django.db.models import Q

from orderflow_bridge.common.memory import Memory
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.configuration.declarations import Scope, Section, Setting
from orderflow_bridge.configuration.models import SettingValue
from orderflow_bridge.configuration.sections import (
    SECTIONS,
    AdminInfo,
    Api,
    Email,
    General,
    InventoryImport,
    LogCleaning,
    OrderExport,
    ProblemReports,
    ProductExport,
    Reconciliation,
    SelfTest,
    ShipmentImport,
    Watch,
    WebServices,
)
from orderflow_bridge.configuration.status_kind import Statuses
from orderflow_bridge.stores.models import Website

_Section = TypeVar("_Section", bound=Section)
# What scopes have of their own in Python's form: by the website's id, then by path.
_Own = Mapping[int | None, Mapping[str, Any]]
# What this process has read in the last five seconds.
sections_read = Memory(seconds=5.0)
forget = sections_read.forget
# What older releases and their configuration files had as settings.
_MOVED = {
    "orderflow_webhooks/settings/": _(
        "Webhooks have receivers in place of this setting: System → Webhook Receivers. Enter it"
        " there, or import the part webhook_receivers of a newer file."
    )
}


class Source(StrEnum):
    """Where a value comes from."""

    WEBSITE = "website"
    DEFAULT = "default"
    CODE = "code"


@dataclass(frozen=True)
class Choice:
    """A setting in one scope: its own value (None if it has none) and the one it would inherit."""

    setting: Setting
    own: Any
    inherited: Any

    @property
    def value(self) -> Any:
        return self.inherited if self.own is None else self.own


@dataclass(frozen=True)
class Resolved:
    """A setting's value in one scope, and the scope it comes from."""

    setting: Setting
    value: Any
    source: Source


def general(website: Website | None = None) -> General:
    """Return the shop's time zone and the sender of its e-mails."""
    return _values(General, website)


def web_services() -> WebServices:
    """Return the limits of the endpoints."""
    return _values(WebServices)


def api(website: Website | None = None) -> Api:
    """Return the OrderFlow account of a website."""
    return _values(Api, website)


def email(website: Website | None = None) -> Email:
    """Return whom to alert."""
    return _values(Email, website)


def problem_reports() -> ProblemReports:
    """Return how people are told of problems."""
    return _values(ProblemReports)


def order_export(website: Website | None = None) -> OrderExport:
    """Return which orders of a website are exported, and when."""
    return _values(OrderExport, website)


def product_export(website: Website | None = None) -> ProductExport:
    """Return which products of a website are exported, and when."""
    return _values(ProductExport, website)


def inventory_import() -> InventoryImport:
    """Return how received quantities become stock, and when."""
    return _values(InventoryImport)


def shipment_import() -> ShipmentImport:
    """Return when received despatches become shipments."""
    return _values(ShipmentImport)


def log_cleaning() -> LogCleaning:
    """Return how long what has been done is remembered."""
    return _values(LogCleaning)


def watch(website: Website | None = None) -> Watch:
    """Return how long things may take before a problem is raised."""
    return _values(Watch, website)


def self_test() -> SelfTest:
    """Return when the self-test runs, with which product, and how long its steps may take."""
    return _values(SelfTest)


def reconciliation() -> Reconciliation:
    """Return whether and when stock is compared with OrderFlow's."""
    return _values(Reconciliation)


def admin_info() -> AdminInfo:
    """Return whether the admin shows OrderFlow's information."""
    return _values(AdminInfo)


def values_of(section: type[_Section], website: Website | None = None) -> _Section:
    """Return the values of any section in a scope; a plugin asks so for its own."""
    return _values(section, website)


def by_website(section: type[_Section]) -> dict[int, _Section]:
    """Return every website's values of a section, by the website's id, in two statements."""
    key = (section, "every website")
    known: dict[int, _Section] | None = sections_read.get(key)
    if known is None:
        try:
            own = _own(section)
        except (OperationalError, ProgrammingError) as error:
            if not says_table_is_missing(error):
                raise
            return {}  # `migrate` has not come this far yet
        websites = Website.objects.values_list("pk", flat=True)
        known = {pk: _combined(section, own, pk) for pk in websites}
        sections_read.keep(key, known)
    return known


def read_ahead(*sections: type[Section]) -> list[Website]:
    """Read sections for Default Config and every website with one query each; return the websites.

    Whoever asks for their settings within the next seconds asks no database.
    """
    websites = list(Website.objects.all())
    scopes = [None, *websites]
    for section in sections:
        keys = [(section, each.pk if each else None) for each in scopes]
        if all(sections_read.get(key) is not None for key in keys):
            continue
        own = _own(section)
        for key in keys:
            sections_read.keep(key, _combined(section, own, key[1]))
    return websites


def resolve(section: type[Section], website: Website | None = None) -> list[Resolved]:
    """Return every setting of a section as it stands in a scope: uncached, in the page's order."""
    pk = website.pk if website else None
    own = _own(section, pk)
    return [_resolved(setting, own, pk) for setting in section.settings()]


def choices(section: type[Section], website: Website | None = None) -> list[Choice]:
    """Return the settings that a scope may have values of its own for, in the page's order.

    Under a website these are the settings of website scope only.
    """
    pk = website.pk if website else None
    own = _own(section, pk)
    wider: _Own = {None: own.get(None, {})} if website else {}
    return [
        Choice(
            setting,
            own=own.get(pk, {}).get(setting.path),
            inherited=_resolved(setting, wider, None).value,
        )
        for setting in section.settings()
        if website is None or setting.scope is Scope.WEBSITE
    ]


def find_setting(path: str) -> tuple[type[Section], Setting] | None:
    """Return the section and setting with a Magento path, None if there is none."""
    for section in SECTIONS:
        for setting in section.settings():
            if setting.path == path:
                return section, setting
    return None


def where_it_went(path: str) -> str:
    """Return in a sentence where a setting of an older release is now; "" if it was none."""
    return next((str(text) for prefix, text in _MOVED.items() if path.startswith(prefix)), "")


def chosen_statuses() -> set[str]:
    """Return the codes of order statuses that a setting of some scope names."""
    kinds = {
        setting.path: setting.kind
        for section in SECTIONS
        for setting in section.settings()
        if isinstance(setting.kind, Statuses)
    }
    rows = SettingValue.objects.filter(path__in=kinds)
    return {code for row in rows for code in kinds[row.path].load(row.value)}


def _values(section: type[_Section], website: Website | None = None) -> _Section:
    key = (section, website.pk if website else None)
    known: _Section | None = sections_read.get(key)
    if known is None:
        try:
            found = resolve(section, website)
        except (OperationalError, ProgrammingError) as error:
            if not says_table_is_missing(error):
                raise
            return section()  # `migrate` has not come this far yet
        known = section(**{each.setting.name: each.value for each in found})
        sections_read.keep(key, known)
    return known


def _combined(section: type[_Section], own: _Own, website: int | None) -> _Section:
    values = {each.name: _resolved(each, own, website).value for each in section.settings()}
    return section(**values)


def _own(section: type[Section], *websites: int | None) -> _Own:
    """Return the values of Default Config and of these websites, or of all; in one statement."""
    declared = {each.path: each for each in section.settings()}
    rows = SettingValue.objects.filter(path__in=declared)
    if websites:
        rows = rows.filter(Q(website=None) | Q(website__in=filter(None, websites)))
    own: dict[int | None, dict[str, Any]] = {}
    for website, path, text in rows.values_list("website_id", "path", "value"):
        own.setdefault(website, {})[path] = declared[path].load(text)
    return own


def _resolved(setting: Setting, own: _Own, website: int | None) -> Resolved:
    scopes: list[tuple[int | None, Source]] = [(None, Source.DEFAULT)]
    if website is not None and setting.scope is Scope.WEBSITE:
        scopes.insert(0, (website, Source.WEBSITE))
    for scope, source in scopes:
        value = own.get(scope, {}).get(setting.path)
        if value is not None:
            return Resolved(setting, value, source)
    return Resolved(setting, setting.default, Source.CODE)


def says_table_is_missing(error: Exception) -> bool:
    """Tell whether the database's complaint is that `migrate` has not come this far yet."""
    undefined_table = "42P01"
    return "no such table" in str(error) or (
        getattr(error.__cause__, "sqlstate", None) == undefined_table
    )
