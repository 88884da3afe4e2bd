"""Plugins as they come: built into wheels, installed, switched on by name, or refused in words."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.plugins.wheels import PACKAGES, installed, ran

pytestmark = [pytest.mark.processes, pytest.mark.slow, pytest.mark.one_database]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both packages, installed from their wheels."""
    folder = tmp_path_factory.mktemp("plugins")
    for name in ("gift_wrap", "breaking"):
        found = installed(PACKAGES / name, folder)
    return found


def a_package(folder: Path, name: str, module: str, **points: str) -> None:
    """Lay a package that brings plugins into a folder, as pip would."""
    info = folder / f"{name}-3.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 3.0\n")
    lines = [f"{each} = {value}" for each, value in points.items()]
    (info / "entry_points.txt").write_text("[orderflow_bridge.plugins]\n" + "\n".join(lines))
    (folder / f"{name}.py").write_text(module)


def test_with_both_installed_the_bridge_does_what_they_say(site: Path, tmp_path: Path) -> None:
    done = ran(
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"),
        "tests/plugins/with_installed_plugins.py",
        site=site,
        plugins="gift_wrap,breaking",
        data=tmp_path,
    )

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_what_startplugin_begins_installs_is_found_and_passes_its_own_test(tmp_path: Path) -> None:
    source, settings = tmp_path / "began" / "paper_trail", "orderflow_bridge.settings"
    call_command("startplugin", "paper_trail", str(source), stdout=StringIO())
    place: Any = {"site": installed(source, tmp_path), "plugins": "paper_trail", "data": tmp_path}
    say = (
        "import django; django.setup()\n"
        "from orderflow_bridge.plugins.hooks import hooks_of, loaded_plugins\n"
        "print([(each.name, each.version, hooks_of(each)) for each in loaded_plugins()])"
    )

    found = ran("-c", say, **place, DJANGO_SETTINGS_MODULE=settings)
    tested = ran(
        *("-m", "pytest", "-q", "-c", "/dev/null", "--rootdir", str(source), str(source)),
        **place,
        DJANGO_SETTINGS_MODULE=settings,
    )

    assert found.stdout == "[('paper_trail', '0.1.0', ['message_accepted'])]\n", found.stderr
    assert "1 passed" in tested.stdout, tested.stdout + tested.stderr


def test_startplugin_writes_over_nothing_and_knows_a_good_name(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "thesis.txt").write_text("mine")

    with pytest.raises(CommandError, match="is there already, and not empty"):
        call_command("startplugin", "paper", str(tmp_path / "there"))
    with pytest.raises(CommandError, match="at most 40 small letters"):
        call_command("startplugin", "Paper-Trail", str(tmp_path / "elsewhere"))


PLUGIN = "from orderflow_bridge.plugins.declaration import Plugin, hook\n"


@pytest.mark.parametrize(
    ("plugins", "module", "sentence"),
    [
        (
            "nowhere",
            "",
            "BRIDGE_PLUGINS names nowhere, which is not installed. Installed are: odd.",
        ),
        ("odd,odd", "", "BRIDGE_PLUGINS names odd more than once."),
        ("odd", "import nowhere_at_all", "The plugin odd cannot be loaded from odd:PLUGIN:"),
        ("odd", "PLUGIN = 3", "The plugin odd cannot be loaded: odd:PLUGIN is no Plugin"),
        (
            "odd",
            f'{PLUGIN}PLUGIN = Plugin(works_with=">=9")',
            "The plugin odd 3.0 works with OrderFlow Bridge >=9, and this is ",
        ),
        (
            "odd",
            f'{PLUGIN}PLUGIN = Plugin(works_with="lately")',
            "“lately” is no version specifier.",
        ),
        (
            "odd",
            f'{PLUGIN}PLUGIN = Plugin(works_with=">=0.1", apps=("odd_app",))',
            "The plugin odd cannot be loaded: there is no app odd_app.",
        ),
        (
            "odd",
            f'{PLUGIN}PLUGIN = Plugin(works_with=">=0.1", modules=("odd_hooks",))',
            "The plugin odd cannot be loaded: odd_hooks raises ModuleNotFoundError",
        ),
        (
            "odd",
            f'{PLUGIN}PLUGIN = Plugin(works_with=">=0.1", sections=("odd.hook",))',
            "The plugin odd cannot be loaded: odd.hook is no section.",
        ),
        (
            "odd",
            f'{PLUGIN}PLUGIN = Plugin(works_with=">=0.1", modules=("odd",))\n'
            "@hook\ndef take_the_moon(): pass\n",
            "The plugin odd cannot be loaded: unknown hook 'take_the_moon'",
        ),
        (
            "odd",
            f'{PLUGIN}PLUGIN = Plugin(works_with=">=0.1", modules=("odd",))\n'
            "@hook\ndef message_accepted(moon): pass\n",
            "The plugin odd cannot be loaded: Plugin 'odd' for hook 'message_accepted'",
        ),
    ],
)
def test_what_cannot_be_switched_on_is_refused_in_words(
    tmp_path: Path, plugins: str, module: str, sentence: str
) -> None:
    a_package(tmp_path / "site", "odd", module, odd="odd:PLUGIN")

    done = ran("manage.py", "check", site=tmp_path / "site", plugins=plugins, data=tmp_path)

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_name_that_two_packages_bring_is_refused(tmp_path: Path) -> None:
    for package in ("one", "other"):
        a_package(tmp_path / "site", package, "", odd=f"{package}:PLUGIN")

    done = ran("manage.py", "check", site=tmp_path / "site", plugins="odd", data=tmp_path)

    assert done.stderr == (
        "Several packages bring a plugin odd: one, other. Uninstall all but one.\n"
    )


def test_a_plugin_that_is_installed_and_not_switched_on_does_nothing(
    site: Path, tmp_path: Path
) -> None:
    script = "import django; django.setup(); import sys; print('gift_wrap.plugin' in sys.modules)"

    done = ran(
        "-c", script, site=site, plugins="", data=tmp_path,
        DJANGO_SETTINGS_MODULE="orderflow_bridge.settings",
    )  # fmt: skip

    assert done.stdout == "False\n", done.stderr
