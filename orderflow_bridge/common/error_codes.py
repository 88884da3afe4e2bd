"""The codes of refusals. docs/errors.md has an anchor for each, and says what to do about it.

Magento's answers have no place for a code in their body, so it travels beside them, in the header
`X-Error-Code`, and stands in the log's line.
"""

import re
from enum import StrEnum

HEADER = "X-Error-Code"
_WORD = re.compile(r"(?<!^)(?=[A-Z])")


class ErrorCode(StrEnum):
    """What a caller did, or met, that no class of error stands for by its own name."""

    INTERNAL_ERROR = "internal-error"
    INVALID_INPUT = "invalid-input"
    INVALID_XML = "invalid-xml"
    MISSING_INPUT = "missing-input"
    MUST_UNDERSTAND = "must-understand"
    NO_SUCH_OPERATION = "no-such-operation"
    NO_SUCH_ROUTE = "no-such-route"
    NO_SUCH_SERVICE = "no-such-service"
    NOT_ACCEPTABLE = "not-acceptable"
    NOT_AUTHORIZED = "not-authorized"
    NOT_FETCHABLE = "not-fetchable"
    PRECONDITION_FAILED = "precondition-failed"
    SESSION_EXPIRED = "session-expired"
    SIGN_IN_REFUSED = "sign-in-refused"
    SECOND_FACTOR_NEEDED = "second-factor-needed"
    TOO_LARGE = "too-large"
    UNKNOWN_FIELD = "unknown-field"
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type"
    WRONG_METHOD = "wrong-method"
    WRONG_SOAP_VERSION = "wrong-soap-version"


def error_code(error: BaseException | type[BaseException]) -> str:
    """Return the code of an error: its class's name with hyphens, `no-such-entity`."""
    cls = error if isinstance(error, type) else type(error)
    return _WORD.sub("-", cls.__name__).lower()
