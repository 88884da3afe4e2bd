"""Request bodies sent in chunks, without a length in advance, as Java clients like to (soap.md §3).

WSGI knows a body's end only by its Content-Length; Django sees an empty body without one. The web
server marks where a chunked body ends, so it can be read here and given its length.
"""

from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Any

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

STEP = 256 * 1024
IN_MEMORY = 1024 * 1024


def with_chunked_bodies(application: Application, *, ceiling: int) -> Application:
    """Return a WSGI application that also takes chunked bodies of up to `ceiling` bytes.

    Of a longer body one byte more than `ceiling` is passed on: its Content-Length makes the door
    refuse it as too large, in the caller's own language. A broken chunk raises the web server's own
    error, which it answers with status 400.
    """

    def chunked(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if not _is_chunked(environ):
            return application(environ, start_response)
        with SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            length = _copy(environ["wsgi.input"], body, limit=ceiling + 1)
            del environ["HTTP_TRANSFER_ENCODING"]
            environ |= {"wsgi.input": body, "CONTENT_LENGTH": str(length)}
            return application(environ, start_response)

    return chunked


def _is_chunked(environ: Environ) -> bool:
    """Say whether the body comes in chunks from a server that reports its end."""
    encoding = environ.get("HTTP_TRANSFER_ENCODING", "").lower()
    return bool(environ.get("wsgi.input_terminated")) and "chunked" in encoding


def _copy(source: Any, target: IO[bytes], *, limit: int) -> int:
    """Copy at most `limit` bytes and return how many it were; leave `target` at its start."""
    copied = 0
    while copied < limit and (data := source.read(min(STEP, limit - copied))):
        copied += target.write(data)
    target.seek(0)
    return copied
