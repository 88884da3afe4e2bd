"""The bucket that keeps files for all hosts. Needs the extra s3; loaded where a bucket is named.

Whatever goes wrong is an OSError, as with a folder (docs/decisions/object-storage.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from mimetypes import guess_type
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

_TAKEN = {"PreconditionFailed", "ConditionalRequestConflict"}
# A page waits for a picture, but not for a minute. Checksums beyond S3's own confuse other servers.
_PATIENCE = Config(
    signature_version="s3v4",
    connect_timeout=3,
    read_timeout=15,
    retries={"total_max_attempts": 2},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class Bucket(S3Storage):
    """A bucket of S3 or of what speaks like it. Its files are nobody's but ours: pages serve them.

    A name is given once, whichever host is faster.
    """

    file_overwrite = False

    def __init__(self, **options: Any) -> None:
        style = {"addressing_style": options.get("addressing_style") or "auto"}
        own = {"file_overwrite": False, "client_config": _PATIENCE.merge(Config(s3=style))}
        super().__init__(**{**options, **own})

    def exists(self, name: str) -> bool:
        """Tell whether there is a file of that name."""
        with _told_as_os_errors():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        """Delete a file; one that is gone already is no error."""
        with _told_as_os_errors():
            super().delete(name)

    def get_modified_time(self, name: str) -> datetime:
        """Return when a file was saved. Raises FileNotFoundError."""
        with _told_as_os_errors():
            found: datetime = super().get_modified_time(name)
            return found

    def _open(self, name: str, mode: str = "rb") -> Any:
        with _told_as_os_errors():
            opened = super()._open(name, mode)
            opened.file  # noqa: B018  # read now, when an error can still be answered
            return opened

    def _save(self, name: str, content: Any) -> str:
        """Save a file under a name that nobody has; return the name."""
        client, body = self.connection.meta.client, content.read()
        while True:
            kept = clean_name(name)
            try:
                with _told_as_os_errors():
                    client.put_object(
                        Bucket=self.bucket_name,
                        Key=self._normalize_name(kept),
                        Body=body,
                        ContentType=guess_type(kept)[0] or self.default_content_type,
                        IfNoneMatch="*",
                    )
            except FileExistsError:
                name = self.get_available_name(name)
            else:
                return str(kept)


@contextmanager
def _told_as_os_errors() -> Iterator[None]:
    """Raise FileNotFoundError, FileExistsError, or another OSError that says what S3 has said."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        code = error.response.get("Error", {}).get("Code")
        if status == 404:
            raise FileNotFoundError(str(error)) from error
        if code in _TAKEN:
            raise FileExistsError(str(error)) from error
        raise OSError(f"The bucket refuses: {error}") from error
    except BotoCoreError as error:
        raise OSError(f"The bucket cannot be reached: {error}") from error
