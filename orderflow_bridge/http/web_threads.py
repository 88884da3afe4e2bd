"""A WSGI application behind a server that is not to wait: only whole requests get a thread.

A body is read into memory, a long one into a temporary file, before a thread is taken; the answer
is taken from the thread whole and sent afterwards. However slowly a client sends or reads, no
thread waits for it.
"""

import asyncio
import errno
import re
import sys
from collections.abc import Awaitable, Callable, Collection, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol
from urllib.parse import unquote_to_bytes

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

IN_MEMORY = 256 * 1024
STEP = 64 * 1024
# How a client writes an address that believes it speaks to a proxy (RFC 9112, 3.2.2).
_WHOLE_ADDRESS = re.compile(rb"https?://([^/]*)", re.IGNORECASE)
_LINGER_SECONDS = 2.0
_BUSY = b"Too many long requests at once. Send this one again later.\n"
_NO_ROOM = (
    b"There is no room for a long request or answer on this machine's disk. Try again later.\n"
)


class Watch(Protocol):
    """What a connection is told about the request it carries, so that it can watch the clock."""

    def head_has_come(self) -> None:
        """The body is being read."""

    def body_has_come(self) -> None:
        """Nothing is awaited from the client."""

    def is_answering(self) -> None:
        """The client is reading the answer."""

    def has_answered(self) -> None:
        """The next request may come."""


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: list[tuple[bytes, bytes]]
    content: bytes | IO[bytes]


class ThreadedApplication:
    """An ASGI application that runs a WSGI application in threads."""

    def __init__(
        self,
        application: Application,
        threads: Executor,
        *,
        ceiling: int,
        apart: tuple[Executor, Collection[str]] | None = None,
    ) -> None:
        """`apart` are threads of their own for some paths: they are not to wait for the others.

        `ceiling` is the length in bytes of the longest body that is read.

        Of a longer one only the Content-Length is passed on, or one byte more than the ceiling
        when it came in chunks: the application refuses it, in its caller's own language. Long
        bodies on their way may hold four times the ceiling together.
        """
        self.application = application
        self.threads = threads
        self.apart = apart
        self.ceiling = ceiling
        self.on_disk = 0

    async def answer(
        self, scope: dict[str, Any], receive: Receive, send: Send, watch: Watch
    ) -> None:
        """Answer one request. A request that does not come whole gets no answer."""
        if scope["type"] != "http":
            return
        watch.head_has_come()
        environ = _environ(scope)
        body: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the thread ends it)
        is_read = int(environ.get("CONTENT_LENGTH") or 0) <= self.ceiling
        if is_read:
            try:
                length = await self._read(receive, body)
            except _ClientGone:
                return
            except _TooMuchAtOnce:
                await _send(send, _later(_BUSY), watch)
                return
            except OSError:
                await _send(send, _later(_NO_ROOM), watch)
                return
            is_read = length <= self.ceiling
            if length or "CONTENT_LENGTH" in environ:
                environ["CONTENT_LENGTH"] = str(length)
        environ["wsgi.input"] = body
        watch.body_has_come()
        loop = asyncio.get_running_loop()
        threads = self._threads_for(environ["PATH_INFO"])
        answer = await loop.run_in_executor(threads, _call, self.application, environ)
        await _send(send, answer, watch)
        if not is_read:
            await _let_it_be_read(receive)

    def _threads_for(self, path: str) -> Executor:
        if self.apart and path in self.apart[1]:
            return self.apart[0]
        return self.threads

    async def _read(self, receive: Receive, body: IO[bytes]) -> int:
        """Write a body to a file, no more than the ceiling and a byte; return its length."""
        length = held = 0
        try:
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise _ClientGone
                data = message.get("body", b"")[: self.ceiling + 1 - length]
                length += len(data)
                if length > IN_MEMORY:
                    self.on_disk += length - held
                    held = length
                    if self.on_disk > 4 * self.ceiling:
                        raise _TooMuchAtOnce
                body.write(data)
                if length > self.ceiling or not message.get("more_body"):
                    body.seek(0)
                    return length
        finally:
            self.on_disk -= held


class _ClientGone(Exception):
    """The request did not come whole."""


class _TooMuchAtOnce(Exception):
    """The long bodies on their way fill the room there is for them."""


def _later(sentence: bytes) -> _Answer:
    return _Answer(503, [(b"content-type", b"text/plain"), (b"retry-after", b"30")], sentence)


def _environ(scope: dict[str, Any]) -> Environ:
    """Return what WSGI tells an application of a request, without its body."""
    host, port = scope["server"][:2] if scope["server"] else ("localhost", 80)
    raw_path = scope["raw_path"]
    if whole := _WHOLE_ADDRESS.match(raw_path):
        raw_path = raw_path[whole.end() :] or b"/"
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(raw_path).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        # The path as it was spelt: a signature is over that (access/integrations).
        "RAW_URI": raw_path.decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "REMOTE_ADDR": scope["client"][0] if scope["client"] else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        value = raw_value.decode("latin-1")
        if name == "TRANSFER_ENCODING":  # undone: the body has a length now
            continue
        key = name if name in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{name}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    if whole:
        environ["HTTP_HOST"] = whole[1].decode("latin-1")
    return environ


def _call(application: Application, environ: Environ) -> _Answer:
    """Call the application and take its whole answer. Runs in a thread."""
    head: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        head[:] = status, headers

    with environ["wsgi.input"]:
        result = application(environ, start_response)
        try:
            # What is told about what GET would answer has no body; Django makes one all the same.
            content = b"" if environ["REQUEST_METHOD"] == "HEAD" else _whole(result)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            return _later(_NO_ROOM)
        finally:
            if close := getattr(result, "close", None):
                close()
    status, headers = head
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return _Answer(int(status.split(" ", 1)[0]), encoded, content)


def _whole(result: Iterable[bytes]) -> bytes | IO[bytes]:
    """Return an answer's body; a long one as a file."""
    if isinstance(result, list):
        return b"".join(result)
    file: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (closed when sent)
    file.writelines(result)
    length = file.tell()
    file.seek(0)
    return file if length > IN_MEMORY else file.read()


async def _send(send: Send, answer: _Answer, watch: Watch) -> None:
    watch.is_answering()
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    last = answer.content
    if not isinstance(last, bytes):
        with last as file:
            while data := file.read(STEP):
                await send({"type": "http.response.body", "body": data, "more_body": True})
        last = b""
    # Said before the last piece is sent: the next request may be here when `send` returns.
    watch.has_answered()
    await send({"type": "http.response.body", "body": last})


async def _let_it_be_read(receive: Receive) -> None:
    """Go on taking a refused body for a moment: closing at once would tear up the answer."""
    try:
        async with asyncio.timeout(_LINGER_SECONDS):
            while (await receive())["type"] == "http.request":
                pass
    except TimeoutError:
        return
