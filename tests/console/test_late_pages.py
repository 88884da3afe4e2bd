"""What has no pages starts without them, and still knows all that their modules bring."""

import subprocess
import sys

import pytest

from orderflow_bridge.access.role_rights import rights_pages
from orderflow_bridge.configuration.transfer.parts import parts
from tests.supervisor.servers import ROOT, environment

ASKED = """
import sys
import django
django.setup()
print("orderflow_bridge.sales.admin" in sys.modules, "openpyxl" in sys.modules)
from orderflow_bridge.configuration.transfer.parts import parts
print(sorted(parts()))
from orderflow_bridge.access.role_rights import rights_pages
print(len(list(rights_pages())))
"""


@pytest.mark.processes
@pytest.mark.django_db
def test_a_process_without_pages_knows_the_parts_and_rights_they_bring(tmp_path):
    env = {**environment(tmp_path), "DJANGO_SETTINGS_MODULE": "orderflow_bridge.settings"}
    env["BRIDGE_SANDBOX"] = "1"  # as in tests

    done = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=ROOT, env=env, capture_output=True, text=True
    )

    assert done.stdout.splitlines() == [
        "False False",
        str(sorted(parts())),
        str(len(list(rights_pages()))),
    ], done.stderr
