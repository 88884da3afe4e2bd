"""What may be wrong with a shop: each as what makes it, and the name that the doctor gives it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from orderflow_bridge.access.services import end_access
from orderflow_bridge.configuration.models import SettingValue
from orderflow_bridge.configuration.sections import (
    Adjustment,
    Api,
    Email,
    InventoryImport,
    OrderExport,
    ProductExport,
    WebServices,
)
from orderflow_bridge.configuration.selectors import forget
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.exchange.models import Direction, Installation
from orderflow_bridge.exchange.services import installation, pause
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.problems.kinds import CONFIGURATION
from orderflow_bridge.problems.services import Finding, raise_problems
from tests.factories import make_request, make_user, make_website
from tests.supervisor.servers import free_port


def set_to(name: str, value: Any) -> Callable[[Any], None]:
    """Return a seed that changes the environment's setting."""
    return lambda shop: setattr(shop.settings, name, value)


def saved(section: Any, **values: Any) -> Callable[[Any], Any]:
    """Return a seed that changes the shop's settings."""
    return lambda shop: write_settings(section, values)


def stored(section: Any, name: str, text: str) -> Callable[[Any], None]:
    """Return a seed that writes into the table, past the checks of the pages."""
    path = next(each.path for each in section.settings() if each.name == name)

    def sow(shop: Any) -> None:
        SettingValue.objects.update_or_create(path=path, website=None, defaults={"value": text})
        forget()

    return sow


def open_key_file(shop: Any) -> None:
    kept = shop.folder / "data" / "secret_key"
    kept.write_text("x")
    kept.chmod(0o644)


def no_answer(shop: Any) -> None:
    write_settings(Api, {"endpoint": f"http://127.0.0.1:{free_port()}/web"})


def mail_to_nobody(shop: Any) -> None:
    shop.settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    shop.settings.EMAIL_HOST, shop.settings.EMAIL_PORT = "127.0.0.1", free_port()


def old_message(shop: Any) -> None:
    make_request(created_at=timezone.now() - timedelta(hours=1))


def silence(shop: Any) -> None:
    JobRun.objects.update(created_at=timezone.now() - timedelta(hours=1))


def unreadable_password(shop: Any) -> None:
    SettingValue.objects.filter(path="orderflow_api/settings/password").update(value="gAAAAAB")


def guessable_password(shop: Any) -> None:
    user = User.objects.get(username="admin")
    user.set_password("admin")
    user.save()


def open_problem(shop: Any) -> None:
    raise_problems([Finding(CONFIGURATION, "x", "Something.")], now=timezone.now())


def as_test(shop: Any) -> None:
    installation()
    Installation.objects.update(environment="live")
    shop.settings.BRIDGE_ENVIRONMENT = "test"
    forget()


def without_a_name(shop: Any) -> None:
    installation()
    Installation.objects.update(environment="live")
    forget()


def leaving(shop: Any) -> None:
    nina = make_user("nina")
    end_access(nina, timezone.now() + timedelta(days=3))


def paused(shop: Any) -> None:
    pause(Direction.OUT, reason="Stocktaking", by="nina", until=timezone.now() + timedelta(hours=1))


SEEDS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "debugging": (set_to("DEBUG", True), "BRIDGE_DEBUG"),
    "a zone of the process": (set_to("TIME_ZONE", "Europe/London"), "BRIDGE_TIME_ZONE"),
    "any host name": (set_to("ALLOWED_HOSTS", ["*"]), "BRIDGE_ALLOWED_HOSTS"),
    "a foreign origin": (
        set_to("CSRF_TRUSTED_ORIGINS", ["https://shop.example.net"]),
        "BRIDGE_TRUSTED_ORIGINS",
    ),
    "no TLS": (set_to("BEHIND_TLS", False), "BRIDGE_BEHIND_TLS"),
    "proxies not counted": (set_to("BRIDGE_PROXIES", 0), "BRIDGE_PROXIES"),
    "a weak key": (set_to("SECRET_KEY", "secret"), "BRIDGE_SECRET_KEY"),
    "former keys": (set_to("SECRET_KEY_FALLBACKS", ["old"]), "BRIDGE_SECRET_KEY_FALLBACKS"),
    "a key that others may read": (open_key_file, "secret_key"),
    "a cloud's own addresses": (
        set_to("BRIDGE_MAY_CALL", ["public", "loopback", "link-local"]),
        "BRIDGE_MAY_CALL",
    ),
    "no data folder": (set_to("DATA_DIR", Path("/nowhere/data")), "BRIDGE_DATA_DIR"),
    "no static files": (set_to("STATIC_ROOT", "/nowhere/static"), "BRIDGE_STATIC_ROOT"),
    "mail into files": (
        set_to("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend"),
        "EMAIL_URL",
    ),
    "no sender": (set_to("DEFAULT_FROM_EMAIL", "shop@localhost"), "DEFAULT_FROM_EMAIL"),
    "a mail server that is gone": (mail_to_nobody, "mail server"),
    "no administrator": (lambda shop: User.objects.update(is_superuser=False), "administrator"),
    "a password that one guesses": (
        guessable_password,
        "password",
    ),
    "no user for OrderFlow": (
        lambda shop: User.objects.filter(username="orderflow").delete(),
        "OrderFlow's user",
    ),
    "the whole Internet without login": (
        saved(WebServices, anonymous_addresses=("0.0.0.0/0",)),
        "Addresses Without Login",
    ),
    "an account that is not filled in": (saved(Api, channel=None), "Account"),
    "an OrderFlow that does not answer": (no_answer, "connection to 127.0.0.1"),
    "an OrderFlow without TLS": (
        saved(Api, endpoint="http://orderflow.invalid/web"),
        "Endpoint",
    ),
    "a password whose key is gone": (unreadable_password, "Password of API Settings"),
    "nobody to alert": (saved(Email, admin_email=None), "Admin Email"),
    "no status to export": (
        saved(OrderExport, exportable_status=()),
        "Exportable Order Status",
    ),
    "pictures without a default": (
        saved(ProductExport, is_enabled=True, include_image_field=True),
        "Default Image",
    ),
    "unsent orders of no status": (
        saved(
            InventoryImport, adjust_inventory=list(Adjustment)[-1], valid_unsent_order_statuses=()
        ),
        "Unsent Order Status",
    ),
    "a schedule that never comes": (
        stored(OrderExport, "cron_expression", "0 0 30 2 *"),
        "Order Export",
    ),
    "a setting that cannot be read": (
        stored(OrderExport, "batch_size", "many"),
        "orderflow_order_export/settings/batch_size",
    ),
    "a website without store views": (
        lambda shop: make_website(code="empty", name="Empty"),
        "Store Views",
    ),
    "a copy of live": (as_test, "BRIDGE_ENVIRONMENT"),
    "live without its name": (without_a_name, "BRIDGE_ENVIRONMENT"),
    "a pause that somebody forgot": (paused, "pause of what goes out to orderflow"),
    "somebody whose access ends": (leaving, "access of nina"),
    "a scheduler that is silent": (silence, "scheduler"),
    "a message that waits": (old_message, "queue"),
    "an open problem": (open_problem, "problems"),
}
