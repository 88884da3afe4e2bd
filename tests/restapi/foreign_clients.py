"""Two Magento 2 clients that others wrote, from PyPI: pymagento and my-magento.

Both are packages called `magento`, installed into one folder: whichever was installed last has
overwritten the other's `__init__` and `exceptions`, and nothing else. pymagento is imported as it
is; my-magento's modules are imported as a package of their own, with its two error classes put in
the place of the file it has lost.
"""

import importlib
import logging
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import magento as pymagento
import requests

PASSWORD = "secret-12345"


class MagentoError(Exception):
    """my-magento's error, which it logs and raises."""

    def __init__(self, client: Any, msg: str | None = None, response: Any = None) -> None:
        super().__init__(msg or self.parse(response))

    @staticmethod
    def parse(response: Any) -> str:
        """Return the message of a refusal."""
        return str(response.text)


class AuthenticationError(MagentoError):
    """my-magento could not sign in."""


def sign_in(server_url: str, username: str) -> str:
    """Return a token, as every client gets one."""
    answer = requests.post(
        f"{server_url}/rest/V1/integration/admin/token",
        json={"username": username, "password": PASSWORD},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json())


def pymagento_client(server_url: str, username: str, **values: Any) -> pymagento.Magento:
    """Return pymagento, signed in."""
    return pymagento.Magento(sign_in(server_url, username), server_url, **values)


def my_magento_client(server_url: str, username: str) -> Any:
    """Return my-magento, signed in.

    It cannot be told a port, so it is told the whole address; its log files are left out.
    """
    theirs: Any = _my_magento().Client

    class Client(theirs):
        def get_logger(self, **_: Any) -> logging.Logger:
            return logging.getLogger("my-magento")

    client = Client(
        domain=server_url,
        username=username,
        password=PASSWORD,
        local=True,
        user_agent="test",
        login=False,
    )
    client.BASE_URL = f"{server_url}/rest/V1/"
    client.authenticate()
    return client


def _my_magento() -> ModuleType:
    """Import my-magento's modules beside pymagento's."""
    folder = str(Path(str(pymagento.__file__)).parent)
    mine = {name: sys.modules.pop(name) for name in list(sys.modules) if _is_magento(name)}
    package, errors = ModuleType("magento"), ModuleType("magento.exceptions")
    package.__path__ = [folder]
    errors.MagentoError = MagentoError  # type: ignore[attr-defined]
    errors.AuthenticationError = AuthenticationError  # type: ignore[attr-defined]
    package.exceptions = errors  # type: ignore[attr-defined]
    sys.modules |= {"magento": package, "magento.exceptions": errors}
    try:
        return importlib.import_module("magento.clients")
    finally:
        for name in list(sys.modules):
            if _is_magento(name):
                del sys.modules[name]
        sys.modules |= mine


def _is_magento(name: str) -> bool:
    return name == "magento" or name.startswith("magento.")
