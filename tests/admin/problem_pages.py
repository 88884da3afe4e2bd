"""The pages of problems as a browser meets them."""

from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.contrib.messages import get_messages
from django.test import Client

from orderflow_bridge.problems.kinds import (
    UNKNOWN_SKU,
)
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import Finding, raise_problems
from tests.admin.samples import make_operator
from tests.factories import make_user

LIST = "/admin/problems/problem/"


def unknown(sku: str = "NO-SUCH-SKU", **values) -> Problem:
    """Raise a problem about an unknown SKU."""
    raise_problems([Finding(UNKNOWN_SKU, sku, f"SKU {sku} is unknown.", **values)])
    return Problem.objects.get(subject=sku, resolved_at__isnull=True)


def page_of(problem: Problem) -> str:
    return f"{LIST}{problem.pk}/change/"


def browser(*codenames: str, role: str = "") -> Client:
    user = make_operator(make_user().username + "-of-list")
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    if role:
        user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def soup(client: Client, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def subjects(client: Client, query: str = "") -> list[str]:
    return [each.subject for each in client.get(f"{LIST}{query}").context["cl"].result_list]


def texts(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def choose(client: Client, action: str, *problems: Problem, **answer: str):
    data = {"action": action, "index": "0", "_selected_action": [each.pk for each in problems]}
    return client.post(LIST, {**data, **answer})
