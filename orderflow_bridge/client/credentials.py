"""How to reach one OrderFlow instance."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from requests import PreparedRequest


@dataclass(frozen=True)
class Credentials:
    """The API settings of a website. The password never shows in a repr, a log or a stored call."""

    endpoint: str
    username: str
    password: str = field(repr=False)
    organisation: str
    channel: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.endpoint)
        if parts.scheme not in {"http", "https"} or not parts.hostname or not _can_be_called(parts):
            raise ValueError(
                f"The OrderFlow endpoint {self.endpoint!r} is not an http(s) address, such as"
                " https://demo.orderflow-wms.co.uk/web/."
            )
        if parts.username or parts.password:
            raise ValueError("The OrderFlow endpoint must not contain a user name or password.")

    @property
    def base(self) -> str:
        """The endpoint, ending in exactly one slash."""
        return self.endpoint.rstrip("/") + "/"


def _can_be_called(parts: SplitResult) -> bool:
    """Tell whether host and port are possible ones."""
    try:
        PreparedRequest().prepare_url(parts.geturl(), None)
    except ValueError:
        return False
    return parts.port != 0
