#!/usr/bin/env python
"""Django's command line. django-crontab imports this module, hence the guard."""

import os
import sys


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderflow_bridge.settings")
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    from orderflow_bridge.common.sqlite import sentence_about

    try:
        execute_from_command_line(sys.argv)
    except DatabaseError as error:
        if sentence := sentence_about(error):
            sys.exit(sentence)
        raise


if __name__ == "__main__":
    main()
