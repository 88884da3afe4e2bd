"""Logging in: integrationAdminTokenServiceV1 (docs/contract/soap.md, "Operations")."""

from spyne import MethodContext

from orderflow_bridge.access.services import grant_token
from soapapi.calls import Call, MagentoService, operation
from soapapi.signing_in import signed_in
from soapapi.types import RequiredText

SERVICE = "integrationAdminTokenServiceV1"


class TokenService(MagentoService):
    """Grants tokens to API users."""

    __service_name__ = f"{SERVICE}Service"
    __port_types__ = (f"{SERVICE}PortType",)

    @operation(SERVICE, RequiredText, RequiredText, right=None, returns=RequiredText)
    def integrationAdminTokenServiceV1CreateAdminAccessToken(
        ctx: MethodContext, username: str, password: str
    ) -> str:
        call: Call = ctx.udc
        return grant_token(signed_in(call, username, password))
