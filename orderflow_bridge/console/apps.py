"""Django's names for this room, and for the admin, whose pages are loaded where they are needed."""

from functools import cache
from typing import Any

from django.apps import AppConfig
from django.contrib.admin import autodiscover
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks

from orderflow_bridge.console.model_titles import name_models


class ConsoleConfig(AppConfig):
    name = "orderflow_bridge.console"
    verbose_name = "Console"
    default_auto_field = "django.db.models.BigAutoField"


class AdminConfig(SimpleAdminConfig):
    """The admin, without its pages.

    They are half of all there is to import, and what has no pages, such as beat, a worker, or most
    commands, starts in half the time without them. The addresses load them (urls.py), and so does
    whatever asks what pages bring: the checks, the rights of roles, the configuration's files.
    """

    default_site = "orderflow_bridge.console.admin_site.BridgeAdminSite"

    def ready(self) -> None:
        """Register Django's checks of the admin."""
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(check_pages, checks.Tags.admin)


@cache
def load_pages() -> None:
    """Load all pages of the admin, and what their modules bring, unless they are there."""
    autodiscover()
    name_models()


def check_pages(**options: Any) -> list[checks.CheckMessage]:
    """Check all pages of the admin, as Django does."""
    load_pages()
    found: list[checks.CheckMessage] = check_admin_app(**options)
    return found
