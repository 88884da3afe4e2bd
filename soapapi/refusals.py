"""Why a message is refused. Each refusal carries a text for people and the codes of both dialects.

The texts are Magento's where Magento has one (docs/contract/soap.md); none repeats what the caller
sent, save a checked name.
"""

import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from spyne.model.fault import Fault

from orderflow_bridge.access.integrations.oauth import OauthRefused
from orderflow_bridge.access.models import RefusedCall
from orderflow_bridge.access.second_factor import SECOND_FACTOR_NEEDED
from orderflow_bridge.access.services import SIGN_IN_REFUSED
from orderflow_bridge.common.error_codes import ErrorCode, error_code

logger = logging.getLogger(__name__)

Counted = RefusedCall.Reason

CLIENT = "Client"
SERVER = "Server"
MUST_UNDERSTAND = "MustUnderstand"
VERSION_MISMATCH = "VersionMismatch"
NOT_PRESENT = "ProcedureNotPresent"

# Magento 1's numeric fault codes (docs/contract/soap.md, "The Magento 1 address").
UNKNOWN = 0
INTERNAL = 1
DENIED = 2
INVALID_PATH = 3
EXPIRED = 5
MISSING = 6

_NAME = re.compile(r"\w{1,150}", re.ASCII)


class Refusal(Fault):
    """A message that is not accepted: nothing of it is stored.

    `faultcode` is one of the words above, `legacy_code` its Magento 1 twin, `parameters` what
    Magento lists in the fault's detail, `wrapped` the single errors where there are several,
    `status` HTTP's own for the reason (None leaves it to the version of SOAP), `service` the
    service called, once it is known, `error_code` what docs/errors.md has it under. `counted` is
    what it counts as among the refused calls; None for an answer that is only not the one hoped
    for, and for a sign-in, which is counted there.
    """

    def __init__(
        self,
        reason: str,
        *,
        code: str = CLIENT,
        legacy_code: int = UNKNOWN,
        legacy_reason: str = "",
        parameters: Mapping[str, str] | None = None,
        wrapped: Sequence["Refusal"] = (),
        status: HTTPStatus | None = None,
        counted: RefusedCall.Reason | None = None,
        error_code: str = ErrorCode.INVALID_INPUT,
    ) -> None:
        super().__init__(code, reason)
        self.reason = reason
        self.legacy_code = legacy_code
        self.legacy_reason = legacy_reason or reason
        self.parameters = dict(parameters or {})
        self.wrapped = wrapped
        self.status = status
        self.counted = counted
        self.error_code = error_code
        self.service = ""

    def in_words(self) -> str:
        """Return the reason for people, with the single errors where there are several."""
        return " ".join([self.reason, *(error.reason for error in self.wrapped)])


def shown_name(name: str) -> str:
    """Return an element's name as a refusal may show it: one of letters and digits, or "?"."""
    return name if _NAME.fullmatch(name) else "?"


def invalid_xml(why: str = "") -> Refusal:
    """Refuse a body that cannot be read."""
    return Refusal(
        f"Invalid XML: {why}" if why else "Invalid XML",
        counted=Counted.NOT_UNDERSTOOD,
        error_code=ErrorCode.INVALID_XML,
    )


def beyond_limit(what: str, limit: int) -> Refusal:
    """Refuse a message that exceeds a configured limit, named in words."""
    return Refusal(
        f"The message is refused: {what} {limit:,}.",
        counted=Counted.TOO_LARGE,
        error_code=ErrorCode.TOO_LARGE,
    )


def too_large(limit: int) -> Refusal:
    """Refuse a body of more bytes than the configured limit."""
    refusal = beyond_limit("its size in bytes is above", limit)
    refusal.status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return refusal


def unsupported(why: str) -> Refusal:
    """Refuse a body that comes in a form which is not read here."""
    return Refusal(
        f"The message is refused: {why}",
        status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        counted=Counted.NOT_UNDERSTOOD,
        error_code=ErrorCode.UNSUPPORTED_MEDIA_TYPE,
    )


def wrong_method() -> Refusal:
    """Refuse what comes by another method than POST."""
    refusal = invalid_xml("a message has to be sent by POST")
    refusal.status = HTTPStatus.METHOD_NOT_ALLOWED
    refusal.error_code = ErrorCode.WRONG_METHOD
    return refusal


def required(field: str) -> Refusal:
    """Refuse a call that lacks an input."""
    return Refusal(
        f'"{field}" is required. Enter and try again.',
        legacy_code=MISSING,
        parameters={"fieldName": field},
        counted=Counted.NOT_UNDERSTOOD,
        error_code=ErrorCode.MISSING_INPUT,
    )


def missing(fields: Sequence[str]) -> Refusal:
    """Refuse a call that lacks some inputs: one by its name, several each in the detail."""
    errors = [required(field) for field in fields]
    if len(errors) == 1:
        return errors[0]
    return Refusal(
        "One or more input exceptions have occurred.",
        wrapped=errors,
        counted=Counted.NOT_UNDERSTOOD,
        error_code=ErrorCode.MISSING_INPUT,
    )


def invalid_input(field: str, rule: str) -> Refusal:
    """Refuse a call with an input of the wrong form; `rule` says what it must be."""
    return Refusal(
        f'"{field}" {rule}', parameters={"fieldName": field}, counted=Counted.NOT_UNDERSTOOD
    )


def not_authorised(service: str, *, is_known: bool) -> Refusal:
    """Refuse a caller without the right, known or not (docs/contract/soap.md, "Faults")."""
    return Refusal(
        "The consumer isn't authorized to access %resources.",
        legacy_code=DENIED,
        legacy_reason="Access denied.",
        parameters={"resources": service},
        counted=Counted.NO_RIGHT if is_known else Counted.NO_LOGIN,
        error_code=ErrorCode.NOT_AUTHORIZED,
    )


def badly_signed(text: str, counted: RefusedCall.Reason) -> Refusal:
    """Refuse a call whose OAuth signature, or what belongs to it, is not right."""
    return Refusal(
        text,
        legacy_code=DENIED,
        legacy_reason="Access denied.",
        counted=counted,
        error_code=error_code(OauthRefused),
    )


def session_expired() -> Refusal:
    """Refuse a Magento 1 caller whose session is unknown or over."""
    return Refusal(
        "Session expired. Try to relogin.",
        legacy_code=EXPIRED,
        counted=Counted.NO_LOGIN,
        error_code=ErrorCode.SESSION_EXPIRED,
    )


def sign_in_refused() -> Refusal:
    """Refuse a login. Wrong, disabled and locked read alike."""
    return Refusal(
        SIGN_IN_REFUSED,
        legacy_code=DENIED,
        legacy_reason="Access denied.",
        error_code=ErrorCode.SIGN_IN_REFUSED,
    )


def second_factor_needed() -> Refusal:
    """Refuse a login by password alone to somebody with two-factor login, in Magento's words."""
    return Refusal(
        SECOND_FACTOR_NEEDED,
        legacy_code=DENIED,
        legacy_reason="Access denied.",
        error_code=ErrorCode.SECOND_FACTOR_NEEDED,
    )


def no_services_named() -> Refusal:
    """Refuse an address whose list of services is missing or cannot be read."""
    return Refusal(
        "Incorrect format of request URI or Requested services are missing.",
        error_code=ErrorCode.NO_SUCH_SERVICE,
    )


def not_present(operation: str) -> Refusal:
    """Refuse an operation that the endpoint, or the address called, does not have."""
    shown = operation if _NAME.fullmatch(operation) else ""
    return Refusal(
        f"Procedure '{shown}' not present" if shown else "Procedure not present",
        code=NOT_PRESENT,
        legacy_code=INVALID_PATH,
        legacy_reason="Invalid api path.",
        counted=Counted.NO_OPERATION,
        error_code=ErrorCode.NO_SUCH_OPERATION,
    )


def internal_error(error: BaseException) -> Refusal:
    """Log an unexpected error and return what the caller may know of it: the report id."""
    report = f"soap-{secrets.token_hex(8)}"
    logger.error("SOAP call failed. Report ID: %s", report, exc_info=error)
    return Refusal(
        f"Internal Error. Details are available in the log. Report ID: {report}",
        code=SERVER,
        legacy_code=INTERNAL,
        error_code=ErrorCode.INTERNAL_ERROR,
    )
