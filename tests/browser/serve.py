"""Serves a filled bridge for browsers: `python -m tests.browser.serve PORT FILL [TIME]`.

It runs in a process of its own, on SQLite in BRIDGE_DATA_DIR: a browser's driver and the ORM cannot
share one. FILL is "shop" (the demo's products and orders, an operator, and an administrator called
keeper), "guide" (the demo's and the guide's messages), "support" (the same years later, an operator
and a supporter), "full" (every page has something to show), "lists" (more rows than a screen
holds), "induction" (the demo's shop before it goes live, and an administrator) or "incidents"
(everything is wrong at once). With a TIME the clock stands still there, so that pictures of pages
do not change.
"""

import os
import sys
from importlib import import_module
from typing import Any

import django
from django.core.management import call_command
from django.core.servers.basehttp import WSGIServer, run

PASSWORD = "admin-12345"


def fill(what: str, clock: Any = None) -> None:
    """Make tables, the administrator and the data."""
    from django.contrib.auth.models import Group, User

    call_command("migrate", verbosity=0, interactive=False)
    User.objects.create_superuser("admin", "admin@example.com", PASSWORD)
    if what == "shop":
        import_module("orderflow_bridge.demo.services").add_demo()
        roles = import_module("orderflow_bridge.access.ready_roles")
        for name, role in (("operator", roles.OPERATOR), ("keeper", roles.ADMINISTRATOR)):
            user = User.objects.create_user(name, password=PASSWORD)
            user.groups.add(Group.objects.get(name=role))
    elif what == "guide":
        import_module("tests.browser.guide").fill_as_in_the_guide(clock)
    elif what == "support":
        import_module("tests.browser.support_shop").fill_for_support()
    elif what == "incidents":
        import_module("tests.browser.incidents").fill_incidents()
    elif what == "induction":
        import_module("tests.induction.walked").fill_for_induction()
    elif what == "lists":
        import_module("tests.browser.long_lists").fill_long_lists()
    elif what == "full":
        import_module("tests.admin.full_shop").fill_every_page()


def main(port: int, what: str, at: str = "") -> None:
    """Fill, then serve until killed; not at port 0."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderflow_bridge.settings")
    django.setup()
    clock = None
    if at:
        # Not above: it loads pytest, which is how the settings know a test run.
        clock = import_module("time_machine").travel(at, tick=False).start()
    fill(what, clock)
    if not port:
        return
    application = import_module("orderflow_bridge.wsgi").application
    run("127.0.0.1", port, application, threading=True, server_cls=WSGIServer)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
