"""The guide's shop of 2017 as it stands today, with an operator and somebody from OrderFlow."""

import time_machine
from django.contrib.auth.models import Group, User

from orderflow_bridge.access.ready_roles import OPERATOR, SUPPORT
from tests.browser.guide import fill_as_in_the_guide
from tests.browser.screenshots import DATETIME
from tests.browser.serve import PASSWORD


def fill_for_support() -> None:
    """Add the guide's shop, and the two users by the names of what they do."""
    with time_machine.travel(DATETIME, tick=False) as clock:
        fill_as_in_the_guide(clock)
    for name, role in (("operator", OPERATOR), ("supporter", SUPPORT)):
        user = User.objects.create_user(name, password=PASSWORD)
        user.groups.add(Group.objects.get(name=role))
