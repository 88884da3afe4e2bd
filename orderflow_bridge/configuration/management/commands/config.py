"""`manage.py config list|get|set|unset PATH [VALUE] [--website CODE]`, with Magento's paths;
`manage.py config export|diff|import|restore` for all of it.
"""

from argparse import ArgumentParser
from difflib import get_close_matches
from getpass import getpass
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from orderflow_bridge.configuration.declarations import Section, Setting
from orderflow_bridge.configuration.sections import SECTIONS
from orderflow_bridge.configuration.selectors import (
    Resolved,
    Source,
    find_setting,
    general,
    resolve,
    where_it_went,
)
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.configuration.status_kind import Statuses
from orderflow_bridge.configuration.transfer.command import (
    ACTIONS,
    add_transfer_arguments,
    run_transfer,
)
from orderflow_bridge.stores.models import Website
from orderflow_bridge.stores.selectors import website_by_code

_SOURCES = {
    Source.CODE: "system value",
    Source.DEFAULT: "Default Config",
    Source.WEBSITE: "website",
}


class Command(BaseCommand):
    """Show and change the settings that the admin shows under Configuration."""

    help = "Show or change the configuration of the shop, or of one website with --website."
    requires_system_checks: list[str] = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        listing = actions.add_parser("list", help="show every setting, or those below a path")
        listing.add_argument("path", nargs="?", default="", metavar="PATH")
        reading = actions.add_parser("get", help="show the value of one setting")
        reading.add_argument("path", metavar="PATH")
        setting = actions.add_parser("set", help="give a setting a value of its own")
        setting.add_argument("path", metavar="PATH")
        setting.add_argument("value", nargs="?", metavar="VALUE")
        unsetting = actions.add_parser("unset", help="go back to the inherited value")
        unsetting.add_argument("path", metavar="PATH")
        for each in (listing, reading, setting, unsetting):
            each.add_argument("--website", metavar="CODE", help="the website; else Default Config")
        add_transfer_arguments(actions)

    def handle(self, *args: Any, **options: Any) -> None:
        website = _website(options.get("website"))
        with timezone.override(ZoneInfo(general().timezone)):
            if options["action"] in ACTIONS:
                run_transfer(options, self.stdout, self.stderr)
            elif options["action"] == "list":
                self._list(options["path"], website)
            elif options["action"] == "get":
                self._get(options["path"], website)
            elif options["action"] == "set":
                self._set(options["path"], options["value"], website)
            else:
                self._unset(options["path"], website)

    def _list(self, path: str, website: Website | None) -> None:
        rows = [("PATH", "SCOPE", "VALUE", "FROM")]
        for section in SECTIONS:
            rows += [_row(each) for each in resolve(section, website) if _is_below(each, path)]
        if len(rows) == 1:
            raise CommandError(_unknown(path))
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())

    def _get(self, path: str, website: Website | None) -> None:
        section, setting = _found(path)
        value = _value(section, setting, website)
        self.stdout.write(setting.kind.text(value))

    def _set(self, path: str, text: str | None, website: Website | None) -> None:
        section, setting = _found(path)
        if text is None and setting.is_secret:
            text = getpass(f"{setting.label}: ")
        if text is None:
            raise CommandError("Give a value, or use “unset” to go back to the inherited one.")
        try:
            value = setting.kind.parse(text)
        except ValidationError as error:
            raise CommandError(f"{setting.label}: {' '.join(error.messages)}") from error
        _write(section, setting, value, website)
        if isinstance(setting.kind, Statuses):
            for doubt in setting.kind.doubts(value):
                self.stderr.write(doubt)
        self.stdout.write(f"{path} {_for(website)}: {_shown(setting, value)}")

    def _unset(self, path: str, website: Website | None) -> None:
        section, setting = _found(path)
        _write(section, setting, None, website)
        value = _shown(setting, _value(section, setting, website))
        self.stdout.write(f"{path} {_for(website)} is inherited: {value}")


def _website(code: str | None) -> Website | None:
    if code is None:
        return None
    website = website_by_code(code)
    if website is None:
        known = ", ".join(Website.objects.values_list("code", flat=True)) or "none"
        raise CommandError(f"There is no website “{code}”. Known are: {known}.")
    return website


def _found(path: str) -> tuple[type[Section], Setting]:
    found = find_setting(path)
    if found is None:
        raise CommandError(where_it_went(path) or _unknown(path))
    return found


def _unknown(path: str) -> str:
    paths = [setting.path for section in SECTIONS for setting in section.settings()]
    near = [each for each in paths if path and path in each] or get_close_matches(path, paths)
    hint = f" Did you mean: {', '.join(near[:5])}?" if near else " “config list” shows them all."
    return f"There is no setting “{path}”.{hint}"


def _is_below(resolved: Resolved, path: str) -> bool:
    return f"{resolved.setting.path}/".startswith(f"{path.rstrip('/')}/" if path else "")


def _row(resolved: Resolved) -> tuple[str, str, str, str]:
    setting = resolved.setting
    value = setting.kind.display(resolved.value)
    return setting.path, setting.scope.value, value, _SOURCES[resolved.source]


def _value(section: type[Section], setting: Setting, website: Website | None) -> Any:
    resolved = {each.setting.name: each for each in resolve(section, website)}
    return resolved[setting.name].value


def _shown(setting: Setting, value: Any) -> str:
    return setting.kind.display(value) or "(empty)"


def _write(section: type[Section], setting: Setting, value: Any, website: Website | None) -> None:
    try:
        write_settings(section, {setting.name: value}, website=website)
    except ValidationError as error:
        raise CommandError(f"{setting.label}: {' '.join(error.messages)}") from error


def _for(website: Website | None) -> str:
    return f"for the website {website.code}" if website else "in Default Config"
