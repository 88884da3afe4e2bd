"""Fixtures of the SOAP door's tests."""

import pytest
from django.contrib.auth.models import Group, User

from orderflow_bridge.access.services import grant_token
from tests.factories import make_user


@pytest.fixture
def orderflow(db: None) -> User:
    """An API user with the guide's role."""
    user = make_user("orderflow", password="Secret-12345")
    user.groups.add(Group.objects.get(name="orderflow"))
    return user


@pytest.fixture
def token(orderflow: User) -> str:
    """A token of OrderFlow's user."""
    return grant_token(orderflow)
