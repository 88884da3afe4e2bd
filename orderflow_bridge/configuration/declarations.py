"""How a section declares its settings: each one once, with everything that is known of it."""

from dataclasses import Field, dataclass, field, fields
from enum import StrEnum
from typing import Any, ClassVar

import structlog
from django.core.exceptions import ValidationError

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.kinds import Secret, SettingKind

log = structlog.get_logger(__name__)


class Scope(StrEnum):
    """The narrowest scope that may have a value of its own, in the guide's words."""

    GLOBAL = "global"
    WEBSITE = "website"


_SCOPES = {Scope.GLOBAL: gettext_lazy("global"), Scope.WEBSITE: gettext_lazy("website")}


@dataclass(frozen=True)
class Setting:
    """One field of the configuration pages."""

    name: str
    declared_label: str
    declared_help: str
    path: str
    kind: SettingKind
    scope: Scope
    default: Any
    is_shown: bool

    @property
    def label(self) -> str:
        """What the page calls it, in the reader's language."""
        return str(self.declared_label)

    @property
    def help_text(self) -> str:
        """What it does, in the reader's language."""
        return str(self.declared_help)

    @property
    def scope_title(self) -> str:
        """What the page calls the scope."""
        return str(_SCOPES[self.scope])

    @property
    def is_secret(self) -> bool:
        """Whether the value is encrypted where it is stored, and never shown."""
        return isinstance(self.kind, Secret)

    def load(self, stored: str) -> Any:
        """Read a stored value; None, as if there were none, if it was spoilt from outside."""
        try:
            return self.kind.load(stored)
        except (ValidationError, ValueError):
            log.warning("setting_unreadable", path=self.path)
            return None


class _Said:
    """A class's attribute of texts that are declared once, as its reader has them."""

    def __init__(self, declared: str) -> None:
        self.declared = declared

    def __get__(self, instance: object, owner: type) -> str:
        return str(getattr(owner, self.declared))


@dataclass(frozen=True)
class Section:
    """A page of the configuration. Its subclasses are the values that a scope ends up with.

    `title` is the page's name, `prefix` the first two parts of its Magento paths, `group` the
    heading under which the pages' navigation lists it, `app` and `model_name` what its addresses
    and rights are named after; the app is a plugin's own if that brings the section.
    """

    title = _Said("declared_title")
    group = _Said("declared_group")
    declared_title: ClassVar[str]
    declared_group: ClassVar[str]
    prefix: ClassVar[str]
    app: ClassVar[str]
    model_name: ClassVar[str]

    def __init_subclass__(
        cls, *, title: str, prefix: str, group: str = "OrderFlow", app: str = "configuration"
    ) -> None:
        cls.declared_title = title
        cls.prefix = prefix
        cls.declared_group = group
        cls.app = app
        cls.model_name = f"{cls.__name__}Settings".lower()

    @classmethod
    def settings(cls) -> tuple[Setting, ...]:
        """Return the page's settings from top to bottom."""
        return tuple(_setting(cls.prefix, each) for each in fields(cls))


def setting(
    label: str,
    kind: SettingKind,
    *,
    help_text: str,
    default: Any,
    scope: Scope = Scope.GLOBAL,
    path: str = "",
    is_shown: bool = True,
) -> Any:
    """Declare a setting; `default` is the system value.

    `path` is Magento's, where it is not the section's prefix and the field's name. What is not
    shown is read from Magento's configuration files and kept, but has no field on the page.
    """
    return field(
        default=default,
        repr=not isinstance(kind, Secret),
        metadata={
            "declared_label": label,
            "declared_help": help_text,
            "kind": kind,
            "scope": scope,
            "path": path,
            "is_shown": is_shown,
        },
    )


def _setting(prefix: str, declared: "Field[Any]") -> Setting:
    path = declared.metadata["path"] or f"{prefix}/{declared.name}"
    details = {**declared.metadata, "path": path}
    return Setting(name=declared.name, default=declared.default, **details)
