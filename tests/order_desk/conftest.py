"""Who stands at the order desk."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from orderflow_bridge.access.ready_roles import OPERATOR
from tests.admin.samples import make_operator
from tests.restapi.shop import Script


@pytest.fixture
def operator(db: None) -> Client:
    """A browser of somebody who has the ready role of operators, and nothing else."""
    user = User.objects.create_user("olivia")
    user.groups.set(Group.objects.filter(name=OPERATOR))
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def somebody(db: None) -> Callable[..., Client]:
    """Return a function that gives a browser of somebody who may look, and do these verbs.

    With `sees=()` people's data is hidden from him.
    """

    def browser_of(*verbs: str, sees: tuple[str, ...] = ("see",)) -> Client:
        browser = Client()
        browser.force_login(make_operator("-".join(verbs) or "nobody", "view", *sees, *verbs))
        return browser

    return browser_of


@pytest.fixture
def script(db: None) -> Script:
    """Return a script that may do everything by REST."""
    return Script(Client())
