"""What `manage.py startplugin` writes: a package that installs and works, and does next to nothing.

Texts by their places in the package's folder; `$name` is the plugin's name, `$works_with` the
versions of the bridge.
"""

FILES: dict[str, str] = {
    "pyproject.toml": """\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "orderflow-$package"
version = "0.1.0"
description = "A plugin of OrderFlow Bridge"
readme = "README.md"
requires-python = ">=3.11"

[project.entry-points."orderflow_bridge.plugins"]
$name = "$name.plugin:PLUGIN"

[tool.setuptools]
packages = ["$name"]
""",
    "README.md": """\
# $title

A plugin of OrderFlow Bridge. Install it where the bridge runs, name it, and restart:

    pip install --editable .
    export BRIDGE_PLUGINS=$name
    manage.py migrate

System → Plugins shows whether it is at work. The bridge's docs/contract/plugins.md lists the
hooks, and what else a plugin may bring.
""",
    "$name/__init__.py": '"""$title."""\n',
    "$name/plugin.py": '''\
"""What the plugin says of itself. Settings read this file: import no models here."""

from orderflow_bridge.plugins.declaration import Plugin

PLUGIN = Plugin(
    works_with="$works_with",
    title="$title",
    modules=("$name.hooks",),
)
''',
    "$name/hooks.py": '''\
"""What the plugin does. Keep those hooks that you need; each takes the arguments that it names."""

import logging

from orderflow_bridge.plugins.declaration import hook
from orderflow_bridge.plugins.events import AcceptedMessage

logger = logging.getLogger(__name__)


@hook
def message_accepted(message: AcceptedMessage) -> None:
    """Say in the log that a message has come."""
    logger.info("$name has heard of message %s", message.message_id)
''',
    "tests/test_hooks.py": '''\
"""pytest, in an environment that has the bridge and this package."""

from $name.hooks import message_accepted
from orderflow_bridge.plugins.events import AcceptedMessage


def test_a_message_is_heard_of(caplog):
    caplog.set_level("INFO")

    message_accepted(AcceptedMessage("inventory", "71", 1, 1, "orderflow"))

    assert "message 71" in caplog.text
''',
}
