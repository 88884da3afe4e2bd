"""A shop to be connected and to go live, for the browser: the demo's, and an administrator."""

from django.contrib.auth.models import Group, User

from orderflow_bridge.access.ready_roles import ADMINISTRATOR
from orderflow_bridge.configuration.sections import Email, ProblemReports
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.demo.services import add_demo

NAME, PASSWORD = "nina", "Nina-12345-nina"


def fill_for_induction() -> None:
    """Add the demo's shop and a user with the ready role OrderFlow administrator."""
    add_demo()
    user = User.objects.create_user(NAME, password=PASSWORD)
    user.groups.add(Group.objects.get(name=ADMINISTRATOR))
    write_settings(Email, {"admin_name": "Nina", "admin_email": "nina@shop.example"})
    write_settings(ProblemReports, {"base_url": "https://bridge.example"})
