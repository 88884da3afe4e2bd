"""The environment's variables, each read as what it must be, or refused in one sentence.

A value that is not understood must not pass for another one: a broken switch is not "off". Whoever
starts a process with one reads which, and what is wanted.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from warnings import catch_warnings
from zoneinfo import ZoneInfo

import environ

T = TypeVar("T")
_SWITCHES = {
    **dict.fromkeys(("1", "true", "yes", "on", "y", "ok"), True),
    **dict.fromkeys(("0", "false", "no", "off", "n"), False),
}
_LOCATIONS = {
    "DATABASE_URL": "postgres://user:password@host:port/name",
    "REDIS_URL": "redis://host:port/0",
    "EMAIL_URL": "smtp+tls://user:password@host:587",
}
MAY_BE_CALLED = ("public", "private", "loopback", "link-local")
_ENGINES = ("django.db.backends.postgresql", "django.db.backends.sqlite3")


class Variables:
    """Values of the environment. Empty and unset are the same; each has a default."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.values = {name: value for name, value in environment.items() if value}

    def text(self, name: str, default: str = "") -> str:
        """Return a text as it is; nothing in it refers to other variables."""
        return self.values.get(name, default)

    def one_of(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        """Return one of some words, however it is capitalised there."""
        found = {each.casefold(): each for each in choices}
        wanted = f"one of {', '.join(choices)}"
        return self._read(name, default, lambda text: found[text.casefold()], wanted)

    def switch(self, name: str, *, default: bool) -> bool:
        """Return whether something is switched on."""
        return self._read(name, default, lambda text: _SWITCHES[text.strip().lower()], "1 or 0")

    def number(self, name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
        """Return a whole number within limits."""
        limits = f"at least {least}" if most is None else f"{least} to {most}"
        return self._read(
            name, default, lambda text: _within(int(text), least, most), f"a whole number, {limits}"
        )

    def seconds(self, name: str, default: float) -> float:
        """Return a span of time, longer than nothing."""
        return self._read(name, default, lambda text: _positive(float(text)), "a number above 0")

    def words(
        self, name: str, default: tuple[str, ...] = (), *, among: tuple[str, ...] = ()
    ) -> list[str]:
        """Return what is separated by commas, with or without blanks; words of a list if given."""
        text = self.values.get(name)
        if text is None:
            return list(default)
        found = [word for each in text.split(",") if (word := each.strip())]
        if among and not set(found) <= set(among):
            self.refuse(name, f"some of {', '.join(among)}")
        return found

    def zone(self, name: str, default: str) -> str:
        """Return the name of a time zone that there is."""
        return self._read(
            name, default, lambda text: ZoneInfo(text).key, "a zone such as Europe/London"
        )

    def database(self, name: str, default: str) -> dict[str, Any]:
        """Return Django's settings of a database."""
        found = self._location(name, default, environ.Env.db_url_config)
        if found.get("ENGINE") not in _ENGINES or not found.get("NAME"):
            self._refuse_location(name)
        return found

    def mail(self, name: str, default: str) -> dict[str, Any]:
        """Return Django's settings of a mail server."""
        return self._location(name, default, environ.Env.email_url_config)

    def redis(self, name: str) -> str:
        """Return the address of a Redis, or ""."""
        address = self.text(name)
        if address and not address.startswith(("redis://", "rediss://", "unix://")):
            self._refuse_location(name)
        return address

    @contextmanager
    def folder(self, name: str, path: Path) -> Iterator[None]:
        """Make a folder, and end the process with a sentence if nothing can be done in it."""
        try:
            path.mkdir(parents=True, exist_ok=True)
            yield
        except OSError as error:
            sys.exit(
                f"{name}: {path} cannot be used: {error.strerror}. Name a folder that the bridge's"
                " user may write to."
            )

    def refuse(self, name: str, wanted: str) -> NoReturn:
        """End the process, and say what a variable must be."""
        sys.exit(f"{name}: “{self.text(name)}” cannot be used. It must be {wanted}.")

    def _read(self, name: str, default: T, cast: Callable[[str], T], wanted: str) -> T:
        text = self.values.get(name)
        if text is None:
            return default
        try:
            return cast(text)
        except (ValueError, KeyError, OSError):
            self.refuse(name, wanted)

    def _location(
        self, name: str, default: str, read: Callable[[str], dict[str, Any]]
    ) -> dict[str, Any]:
        try:
            with catch_warnings(action="ignore"):  # what it would warn of is refused
                return read(self.text(name, default))
        except (ValueError, KeyError, environ.ImproperlyConfigured):
            self._refuse_location(name)

    def _refuse_location(self, name: str) -> NoReturn:
        """Refuse an address without repeating it: it may hold a password."""
        sys.exit(
            f"{name} is no address that can be used. Write it as {_LOCATIONS[name]}; in a password"
            " @ is written %40, / %2F, : %3A, # %23 and % %25."
        )


def _within(number: int, least: int, most: int | None) -> int:
    if number < least or (most is not None and number > most):
        raise ValueError(number)
    return number


def _positive(number: float) -> float:
    if not 0 < number < float("inf"):
        raise ValueError(number)
    return number
