"""Two Magento 2 clients that others wrote, from PyPI: pymagento and my-magento.

Both are packages called `magento`, so my-magento lies in a folder of its own (Makefile) and is
imported as if pymagento were not there.
"""

import importlib
import logging
import sys
from contextlib import chdir
from pathlib import Path
from types import ModuleType
from typing import Any

import magento as pymagento
import requests

PASSWORD = "secret-12345"


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

    class Client(theirs):  # type: ignore[misc]
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
    """Import my-magento's clients; who imports `magento` afterwards gets pymagento again.

    On being imported it opens a log file where it stands, so it is made to stand in its own folder.
    """
    folder = str(Path(sys.prefix) / "my-magento")
    other = {name: sys.modules.pop(name) for name in list(sys.modules) if _is_magento(name)}
    sys.path.insert(0, folder)
    try:
        with chdir(folder):
            return importlib.import_module("magento.clients")
    finally:
        sys.path.remove(folder)
        for name in list(sys.modules):
            if _is_magento(name):
                del sys.modules[name]
        sys.modules |= other


def _is_magento(name: str) -> bool:
    return name == "magento" or name.startswith("magento.")
