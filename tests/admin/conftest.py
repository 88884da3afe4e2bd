"""Who looks at the admin."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.admin.samples import make_operator


@pytest.fixture
def boss(db: None) -> Client:
    """A browser of a superuser."""
    client = Client()
    client.force_login(User.objects.create_superuser("boss", "boss@example.com", "secret-12345"))
    return client


@pytest.fixture
def viewer(db: None) -> Client:
    """A browser of somebody who may look at everything and change nothing."""
    client = Client()
    client.force_login(make_operator("viewer", "view"))
    return client
