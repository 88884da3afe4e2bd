"""Refusals in Magento's JSON: `{"message", "parameters", "errors"}` (docs/contract/rest.md).

The placeholders stay in `message`; `parameters` carries what belongs in them.
"""

import logging
import secrets
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import TooManyFieldsSent
from django.http import Http404, UnreadablePostError
from rest_framework import status
from rest_framework.exceptions import (
    APIException,
    MethodNotAllowed,
    NotAcceptable,
    NotAuthenticated,
    PermissionDenied,
)
from rest_framework.response import Response

from orderflow_bridge.access.integrations.oauth import OauthRefused
from orderflow_bridge.access.models import RefusedCall
from orderflow_bridge.access.refused_calls import note_refused
from orderflow_bridge.access.rights import resource_of
from orderflow_bridge.access.selectors import bearer_token
from orderflow_bridge.common.error_codes import HEADER, ErrorCode, error_code
from orderflow_bridge.common.exceptions import (
    BridgeError,
    CriteriaRefused,
    InputRefused,
    NoSuchEntity,
)

logger = logging.getLogger(__name__)

Parameters = dict[str, Any] | list[Any]
_REQUIRED = '"%fieldName" is required. Enter and try again.'


class Refusal(APIException):
    """An answer that is not the one asked for; docs/errors.md has it under its `error_code`."""

    def __init__(
        self,
        status_code: int,
        message: str,
        parameters: Parameters | None = None,
        errors: Sequence[dict[str, Any]] = (),
        *,
        error_code: str = ErrorCode.INVALID_INPUT,
    ) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.error_code = error_code
        self.body: dict[str, Any] = {"message": message}
        if errors:
            self.body["errors"] = list(errors)
        if parameters:
            self.body["parameters"] = parameters

    @property
    def text(self) -> str:
        """The refusal as one line of text, with its parameters in place."""
        texts = []
        for each in (self.body, *self.body.get("errors", ())):
            text, parameters = each["message"], each.get("parameters") or {}
            if isinstance(parameters, list):
                parameters = {str(place): value for place, value in enumerate(parameters, 1)}
            for name, value in parameters.items():
                text = text.replace(f"%{name}", str(value))
            texts.append(text)
        return " ".join(texts)


def bad_request(
    message: str,
    parameters: Parameters | None = None,
    *,
    error_code: str = ErrorCode.INVALID_INPUT,
) -> Refusal:
    """What was sent cannot be used."""
    return Refusal(status.HTTP_400_BAD_REQUEST, message, parameters, error_code=error_code)


def unknown_route() -> Refusal:
    """The address, or the method at this address, does not exist."""
    return Refusal(
        status.HTTP_404_NOT_FOUND,
        "Request does not match any route.",
        error_code=ErrorCode.NO_SUCH_ROUTE,
    )


def no_such(message: str, parameters: Parameters) -> Refusal:
    """Something that was asked for does not exist; the text is Magento's for its kind."""
    return Refusal(
        status.HTTP_404_NOT_FOUND, message, parameters, error_code=error_code(NoSuchEntity)
    )


def not_authorized(right: str) -> Refusal:
    """The caller lacks a right, named as in access/rights.py."""
    return Refusal(
        status.HTTP_401_UNAUTHORIZED,
        "The consumer isn't authorized to access %resources.",
        {"resources": resource_of(right)},
        error_code=ErrorCode.NOT_AUTHORIZED,
    )


def missing_fields(names: Sequence[str]) -> Refusal:
    """One or more members of the body are missing."""
    if len(names) == 1:
        only = {"fieldName": names[0]}
        return bad_request(_REQUIRED, only, error_code=ErrorCode.MISSING_INPUT)
    return Refusal(
        status.HTTP_400_BAD_REQUEST,
        "One or more input exceptions have occurred.",
        errors=[{"message": _REQUIRED, "parameters": {"fieldName": name}} for name in names],
        error_code=ErrorCode.MISSING_INPUT,
    )


def wrong_type(name: str, expected: str) -> Refusal:
    """A member of the body is not what it should be. Its value is not repeated."""
    return bad_request(
        'Error occurred during "%fieldName" processing. The "%type" type was expected.'
        " Verify and try again.",
        {"fieldName": name, "type": expected},
    )


def unknown_field(name: str) -> Refusal:
    """A document has a member that would be lost."""
    return bad_request(
        'The field "%fieldName" is not known here and cannot be kept. Leave it out.',
        {"fieldName": name},
        error_code=ErrorCode.UNKNOWN_FIELD,
    )


def too_many_items(name: str, limit: int) -> Refusal:
    """A list in the body is longer than the configuration allows."""
    return bad_request(
        'Maximum items of type "%type" is %max',
        {"type": name, "max": limit},
        error_code=ErrorCode.TOO_LARGE,
    )


def too_large(limit: int) -> Refusal:
    """The body is longer than so many bytes."""
    return Refusal(
        status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
        "The request body is too large: at most %max bytes are accepted.",
        {"max": limit},
        error_code=ErrorCode.TOO_LARGE,
    )


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response:
    """Answer every error of a REST view (named in REST_FRAMEWORK["EXCEPTION_HANDLER"])."""
    refusal = _refusal_for(exception, context)
    # Asked of what is known already: whoever asks `user` may meet the same error again.
    user = getattr(getattr(context["request"], "_user", None), "username", "")
    if isinstance(exception, OauthRefused):
        user = exception.caller_name
    logger.info(
        "REST call refused: %s",
        refusal.text,
        extra={
            "status": refusal.status_code,
            "code": refusal.error_code,
            **({"user": user} if user else {}),
        },
    )
    if counted := _counted_as(exception, user):
        http_request = context["request"]._request
        token = bearer_token(http_request.META.get("HTTP_AUTHORIZATION"))
        note_refused(http_request, counted, username=user, token=token, text=refusal.text)
    headers = {HEADER: str(refusal.error_code)}
    return Response(refusal.body, status=refusal.status_code, headers=headers)


def _counted_as(exception: Exception, user: str) -> RefusedCall.Reason | None:
    """Return what a refusal counts as among the refused calls, if it is the caller's fault.

    What a stranger asks for at random is not counted, nor what is refused for the shop's rules; a
    sign-in is counted where it is judged.
    """
    match exception:
        case NotAuthenticated() | PermissionDenied():
            return RefusedCall.Reason.NO_RIGHT if user else RefusedCall.Reason.NO_LOGIN
        case OauthRefused():
            return exception.counted
        case Refusal(status_code=status.HTTP_413_REQUEST_ENTITY_TOO_LARGE):
            return RefusedCall.Reason.TOO_LARGE
        case Refusal(status_code=status.HTTP_400_BAD_REQUEST) if user:
            return RefusedCall.Reason.NOT_UNDERSTOOD
    return None


def _refusal_for(exception: Exception, context: dict[str, Any]) -> Refusal:
    match exception:
        case Refusal():
            return exception
        case NotAuthenticated() | PermissionDenied():
            return not_authorized(context["view"].right_needed(context["request"]))
        case OauthRefused():
            return _badly_signed(exception)
        case Http404() | MethodNotAllowed():
            return unknown_route()
        case NotAcceptable():
            return _not_acceptable(context["request"].headers.get("Accept", ""))
        case TooManyFieldsSent():
            return bad_request("The address has too many parameters.")
        case UnreadablePostError():
            return bad_request("The request body has not come in whole.")
        case NoSuchEntity():
            return Refusal(
                status.HTTP_404_NOT_FOUND,
                exception.message,
                exception.parameters,
                error_code=error_code(exception),
            )
        case CriteriaRefused():
            return bad_request(
                exception.message, exception.parameters or None, error_code=error_code(exception)
            )
        case InputRefused():
            errors = [item_error.as_error() for item_error in exception.item_errors]
            return Refusal(
                status.HTTP_400_BAD_REQUEST,
                exception.message,
                errors=errors,
                error_code=error_code(exception),
            )
        case BridgeError():
            return bad_request(str(exception), error_code=error_code(exception))
    return _internal_error(exception)


def _badly_signed(exception: OauthRefused) -> Refusal:
    """A signature, or what belongs to it, is not right: in Magento's words and status."""
    code = error_code(exception)
    if exception.missing:
        refusal = missing_fields(exception.missing)
        refusal.error_code = code
        return refusal
    code_of_http = (
        status.HTTP_400_BAD_REQUEST if exception.is_input else status.HTTP_401_UNAUTHORIZED
    )
    return Refusal(code_of_http, str(exception), error_code=code)


def _not_acceptable(accept: str) -> Refusal:
    return Refusal(
        status.HTTP_406_NOT_ACCEPTABLE,
        "Server cannot match any of the given Accept HTTP header media type(s) from the request:"
        ' "%1" with media types from the config of response renderer.',
        [accept],
        error_code=ErrorCode.NOT_ACCEPTABLE,
    )


def _internal_error(exception: Exception) -> Refusal:
    """Log what happened under an id that the caller can quote, and tell the caller only that."""
    report = f"webapi-{secrets.token_hex(7)}"
    logger.error("REST call failed. Report ID: %s", report, exc_info=exception)
    return Refusal(
        status.HTTP_500_INTERNAL_SERVER_ERROR,
        f"Internal Error. Details are available in Magento log file. Report ID: {report}",
        error_code=ErrorCode.INTERNAL_ERROR,
    )
