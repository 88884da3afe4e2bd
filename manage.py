#!/usr/bin/env python
"""Django's command line. django-crontab imports this module, hence the guard."""

from orderflow_bridge.command_line import main

if __name__ == "__main__":
    main()
