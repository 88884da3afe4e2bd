"""`orderflow-bridge`, the console script of an installed release; manage.py in a checkout."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import Error

from orderflow_bridge.common.database_errors import sentence_about
from orderflow_bridge.version import full_version


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderflow_bridge.settings")
    # Django would print its own version.
    if sys.argv[1:] in (["version"], ["--version"]):
        print(f"OrderFlow Bridge {full_version()}")
        return
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refusal:
        sys.exit(str(refusal))
    except Error as error:
        if sentence := sentence_about(error):
            sys.exit(sentence)
        raise


if __name__ == "__main__":
    main()
