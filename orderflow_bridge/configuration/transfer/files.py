"""A configuration file: one JSON text, sorted, that says which shop it was written in, and when.

Secrets are left out, or encrypted to a passphrase (scrypt, AES-GCM); each is bound to its place, so
that nobody who edits the file can give one password where another belongs.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.utils.translation import gettext as _

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.configuration.transfer.parts import DEFAULT, SecretText, State
from orderflow_bridge.version import VERSION

FORMAT = 1
LARGEST_BYTES = 4 * 1024 * 1024
SHORTEST_PASSPHRASE = 12
_LEFT_OUT = "left out"
_ENCRYPTED = "encrypted"
_NONCE_BYTES = 12
_SALT_BYTES = 16
_DEFAULT_CONFIG = "default"
_WEBSITES = "websites"


class FileRefused(BridgeError):
    """A configuration file cannot be read or taken; the text says why."""


@dataclass(frozen=True)
class ConfigurationFile:
    """What a file says: the state of each part by its name, and where the file comes from."""

    parts: Mapping[str, State]
    bridge: str = VERSION
    environment: str = ""
    date: str = ""


def write_file(content: ConfigurationFile, *, at: datetime, passphrase: str = "") -> str:
    """Return a file's text; `at` is its date (aware). Without a passphrase secrets are left out.

    Raises FileRefused for a passphrase that is too short.
    """
    salt = secrets.token_bytes(_SALT_BYTES)
    cipher = _cipher(_checked(passphrase), salt) if passphrase else None
    document = {
        "format": FORMAT,
        "bridge": content.bridge,
        "environment": content.environment,
        "date": at.astimezone(UTC).isoformat(timespec="seconds"),
        "secrets": {"scrypt": _text(salt)} if cipher else _LEFT_OUT,
        "parts": {
            name: _written(state, lambda place, text: _sealed(cipher, f"{name}/{place}", text))  # noqa: B023
            for name, state in content.parts.items()
        },
    }
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def read_file(text: str | bytes, *, passphrase: str = "") -> ConfigurationFile:
    """Read a file's text. Raises FileRefused, in a sentence, for what is no such file.

    Secrets are deciphered with the passphrase; without one they are not named.
    """
    document = _parsed(text)
    if document.get("format") != FORMAT:
        raise FileRefused(
            _("This is no configuration file of format %(number)s, which this bridge reads.")
            % {"number": FORMAT}
        )
    named = document.get("parts")
    if not isinstance(named, dict):
        raise FileRefused(_("The file has no “parts”."))
    cipher = _cipher_of(document.get("secrets"), passphrase)
    return ConfigurationFile(
        parts={name: _read(name, state, cipher) for name, state in named.items()},
        bridge=str(document.get("bridge", ""))[:50],
        environment=str(document.get("environment", ""))[:200],
        date=str(document.get("date", ""))[:50],
    )


def kept_text(parts: Mapping[str, State]) -> str:
    """Return states as one text with all secrets in clear: to be stored encrypted as a whole."""
    return json.dumps(parts, sort_keys=True, ensure_ascii=False)


def _written(state: State, seal: Callable[[str, str], Any]) -> dict[str, Any]:
    """Return a part as it stands in the file: Default Config, and the websites by their codes."""
    scopes: dict[str, dict[str, Any]] = {}
    for scope, things in state.items():
        scopes[scope] = {}
        for key, value in things.items():
            if not isinstance(value, SecretText):
                scopes[scope][key] = value
            elif sealed := seal(f"{scope}/{key}", value):
                scopes[scope][key] = sealed
    websites = {scope: things for scope, things in scopes.items() if scope != DEFAULT and things}
    return {
        _DEFAULT_CONFIG: scopes.get(DEFAULT, {}),
        **({_WEBSITES: websites} if websites else {}),
    }


def _read(name: str, written: Any, cipher: AESGCM | None) -> State:
    if not isinstance(written, dict) or not written.keys() <= {_DEFAULT_CONFIG, _WEBSITES}:
        raise FileRefused(
            _("“%(name)s” may have “%(default)s” and “%(websites)s”, nothing else.")
            % {"name": name, "default": _DEFAULT_CONFIG, "websites": _WEBSITES}
        )
    scopes = {DEFAULT: written.get(_DEFAULT_CONFIG, {}), **_members(name, written.get(_WEBSITES))}
    return {
        scope: {
            key: _opened(cipher, f"{name}/{scope}/{key}", value)
            for key, value in _members(name, things).items()
            if not (_is_sealed(value) and cipher is None)
        }
        for scope, things in scopes.items()
    }


def _members(name: str, found: Any) -> dict[str, Any]:
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise FileRefused(
            _("“%(name)s” has something other than an object where keys are expected.")
            % {"name": name}
        )
    if "" in found:
        raise FileRefused(_("“%(name)s” has an empty key.") % {"name": name})
    return found


def _parsed(text: str | bytes) -> dict[str, Any]:
    """Return the file's object. A key that stands twice is refused: nobody knows which counts."""
    if len(text) > LARGEST_BYTES:
        raise FileRefused(_("The file is larger than any configuration."))
    try:
        clear = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        document = json.loads(clear, object_pairs_hook=_once, parse_constant=_no_number)
        json.dumps(document, ensure_ascii=False).encode()
        if any("\0" in text for text in _texts(document)):
            raise ValueError("NUL")
    except (ValueError, RecursionError) as error:
        raise FileRefused(_("The file is no JSON text.")) from error
    if not isinstance(document, dict):
        raise FileRefused(_("The file is no JSON object."))
    return document


def _texts(document: Any) -> Iterator[str]:
    """Yield every text of a document, keys too."""
    waiting = [document]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            waiting += [*found, *found.values()]
        elif isinstance(found, list):
            waiting += found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)
        raise FileRefused(_("“%(key)s” stands twice in the same object.") % {"key": twice})
    return found


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _checked(passphrase: str) -> str:
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise FileRefused(
            _("Use a passphrase of at least %(count)s characters.") % {"count": SHORTEST_PASSPHRASE}
        )
    return passphrase


def _cipher_of(found: Any, passphrase: str) -> AESGCM | None:
    if found in (None, _LEFT_OUT) or not passphrase:
        return None
    if not isinstance(found, dict) or not isinstance(found.get("scrypt"), str):
        raise FileRefused(_("The file does not say how its secrets are encrypted."))
    return _cipher(passphrase, _bytes(found["scrypt"]))


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    kdf = Scrypt(salt=salt, length=32, n=2**15, r=8, p=1)
    return AESGCM(kdf.derive(passphrase.encode(errors="replace")))


def _sealed(cipher: AESGCM | None, place: str, text: str) -> dict[str, str] | None:
    if cipher is None:
        return None
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return {_ENCRYPTED: _text(nonce + cipher.encrypt(nonce, text.encode(), place.encode()))}


def _is_sealed(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {_ENCRYPTED}


def _opened(cipher: AESGCM | None, place: str, value: Any) -> Any:
    if cipher is None or not _is_sealed(value):
        return value
    sealed = _bytes(value[_ENCRYPTED])
    try:
        nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return SecretText(cipher.decrypt(nonce, rest, place.encode()).decode())
    except (InvalidTag, ValueError) as error:
        raise FileRefused(
            _("The secrets cannot be read: the passphrase is another, or the file was changed.")
        ) from error


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise FileRefused(_("An encrypted secret is spoilt.")) from error
