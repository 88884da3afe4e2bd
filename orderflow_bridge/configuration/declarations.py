"""How a section declares its settings: each one once, with everything that is known of it."""

from dataclasses import Field, dataclass, field, fields
from enum import StrEnum
from typing import Any, ClassVar

from orderflow_bridge.configuration.columns import SecretColumn, SettingColumn


class Scope(StrEnum):
    """The narrowest scope that may have a value of its own, in the guide's words."""

    GLOBAL = "global"
    WEBSITE = "website"


@dataclass(frozen=True)
class Setting:
    """One field of the configuration pages."""

    name: str
    path: str
    scope: Scope
    default: Any
    column: SettingColumn
    is_shown: bool = True

    @property
    def label(self) -> str:
        return str(self.column.verbose_name)

    @property
    def help_text(self) -> str:
        return str(self.column.help_text)


@dataclass(frozen=True)
class Section:
    """A page of the configuration. Its subclasses are the values that a scope ends up with.

    `title` is the page's name, `prefix` the first two parts of its Magento paths, `group` the
    heading under which the pages' navigation lists it.
    """

    title: ClassVar[str]
    prefix: ClassVar[str]
    group: ClassVar[str]

    def __init_subclass__(cls, *, title: str, prefix: str, group: str = "OrderFlow") -> None:
        cls.title = title
        cls.prefix = prefix
        cls.group = group

    @classmethod
    def settings(cls) -> tuple[Setting, ...]:
        """Return the page's settings from top to bottom."""
        return tuple(_setting(cls.prefix, each) for each in fields(cls))


def setting(
    column: SettingColumn,
    *,
    default: Any,
    scope: Scope = Scope.GLOBAL,
    path: str = "",
    is_shown: bool = True,
) -> Any:
    """Declare a setting: its column (label, help text, checks), code default and scope.

    `path` is Magento's, where it is not the section's prefix and the field's name. What is not
    shown is read from Magento's configuration files and kept, but has no field on the page.
    """
    return field(
        default=default,
        repr=not isinstance(column, SecretColumn),
        metadata={"column": column, "scope": scope, "path": path, "is_shown": is_shown},
    )


def columns(section: type[Section]) -> dict[str, SettingColumn]:
    """Return the table columns of a section by name."""
    return {each.name: each.column for each in section.settings()}


def _setting(prefix: str, declared: "Field[Any]") -> Setting:
    details = declared.metadata
    return Setting(
        name=declared.name,
        path=details["path"] or f"{prefix}/{declared.name}",
        scope=details["scope"],
        default=declared.default,
        column=details["column"],
        is_shown=details["is_shown"],
    )
