"""Fixtures of the SOAP endpoint's tests."""

import pytest
from django.contrib.auth.models import User

from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.services import grant_token
from tests.factories import make_user


@pytest.fixture
def orderflow(db: None) -> User:
    """An API user with the right of the guide's role."""
    return make_user("orderflow", password="Secret-12345", rights=[ORDERFLOW_IMPORT])


@pytest.fixture
def token(orderflow: User) -> str:
    """A token of OrderFlow's user."""
    return grant_token(orderflow)
