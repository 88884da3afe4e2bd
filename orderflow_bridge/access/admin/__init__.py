"""The admin pages of who may come in: users, roles, access tokens, failed sign-ins."""

from orderflow_bridge.access.admin.sign_ins import AccessTokenAdmin, FailedSignInAdmin
from orderflow_bridge.access.admin.users import BridgeGroupAdmin, BridgeUserAdmin
from orderflow_bridge.access.people import conceal_people
from orderflow_bridge.access.role_part import ROLES
from orderflow_bridge.configuration.transfer.parts import add_part

__all__ = ("AccessTokenAdmin", "BridgeGroupAdmin", "BridgeUserAdmin", "FailedSignInAdmin")

add_part(ROLES)

conceal_people()
