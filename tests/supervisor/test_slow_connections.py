"""Clients that are slow, silent or gone leave the web server to the others, without a proxy."""

import contextlib
import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from tests.migrated import lay_copy
from tests.supervisor.servers import (
    ROOT,
    environment,
    free_port,
    members_of,
    running,
    status_of,
    wait_until,
)

pytestmark = [pytest.mark.processes, pytest.mark.one_database]
CONFIG = ("-m", "gunicorn", "-c", "python:orderflow_bridge.http.gunicorn_config")
TOKEN = """
from django.contrib.auth.models import Group, User
from orderflow_bridge.access.services import grant_token
user = User.objects.create_user("orderflow")
user.groups.add(Group.objects.get(name="orderflow"))
print("TOKEN", grant_token(user))
"""
OPERATION = "realtimeDespatchOrderFlowInventoryRequestManagementV1UpdateRequest"
MESSAGE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:ns1="http://shop/soap/default?services=x"><SOAP-ENV:Body>'
    f"<ns1:{OPERATION}><sessionId>%s</sessionId>"
    "<productQtys><item><sku>A</sku><qty>1</qty></item></productQtys><productSeqs><item><sku>A</sku>"
    "<seq>1</seq><lastOrderExported>2017-03-22 15:25:16</lastOrderExported></item></productSeqs>"
    f"<messageSeqId>%s</messageSeqId></ns1:{OPERATION}></SOAP-ENV:Body></SOAP-ENV:Envelope>"
)
HEAD = b"POST /soap/default HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n"
# What each kind of slow client says at once, and what it goes on saying, little by little.
KINDS = [
    *[(b"", b"")] * 64,
    *[(HEAD + b"X-a", b"")] * 16,
    *[(HEAD + b"Content-Length: 1000\r\n\r\n<", b"")] * 16,
    *[(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<", b"")] * 16,
    *[(HEAD + b"X-a: ", b"a")] * 30,
    *[(HEAD + b"Content-Length: 100000\r\n\r\n", b"<")] * 30,
    *[(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n<\r\n")] * 30,
]


def is_closed(connection):
    """Whether the other side has closed a connection."""
    try:
        return connection.recv(1024) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


@contextlib.contextmanager
def slow_clients(port, kinds):
    """Open a connection for each kind and keep the slow ones talking; yield the connections."""
    is_over = threading.Event()
    with contextlib.ExitStack() as stack:
        opened = []
        for first, more in kinds:
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), 10))
            connection.sendall(first)
            connection.setblocking(False)
            opened.append((connection, more))

        def drip():
            while not is_over.wait(0.2):
                for connection, more in opened:
                    with contextlib.suppress(OSError):
                        connection.send(more)

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            yield [connection for connection, _ in opened]
        finally:
            is_over.set()
            thread.join()


@contextlib.contextmanager
def served(folder, *application, **values):
    """Serve the bridge, or an application, as production would; yield process and port."""
    port = free_port()
    env = environment(folder, BRIDGE_PORT=str(port), **values)
    with running(*CONFIG, *application, env=env, log=folder / "log") as process:
        wait_until(lambda: status_of(port, "/healthz") == 200, seconds=60)
        yield process, port


def served_echo(folder, **values):
    """Serve the tests' own application with one process and one thread."""
    one = {"BRIDGE_WEB_WORKERS": "1", "BRIDGE_WEB_THREADS": "1"}
    return served(folder, "tests.supervisor.echo:application", **one, **values)


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    """Prepare a database; return its folder and the token of an API user."""
    folder = tmp_path_factory.mktemp("slow")
    lay_copy(folder)
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", TOKEN], cwd=ROOT,
        env=environment(folder), check=True, capture_output=True, text=True,
    )  # fmt: skip
    return folder, done.stdout.split("TOKEN ")[1].split()[0]


def send_message(port, token, number):
    """Send a stock message on a new connection; return the status and the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(connection):
        connection.request(
            "POST", "/soap/default", MESSAGE % (token, number), {"Content-Type": "text/xml"}
        )
        answer = connection.getresponse()
        return answer.status, answer.read()


def test_good_messages_are_answered_while_others_are_slow_and_the_slow_are_closed(token):
    folder, session = token
    with (
        served(folder, BRIDGE_WEB_HEAD_SECONDS="8", BRIDGE_WEB_BODY_SECONDS="8") as (server, port),
        slow_clients(port, KINDS) as connections,
    ):
        processes = members_of({server.pid})
        answers = [send_message(port, session, number) for number in range(1, 21)]
        wait_until(lambda: all(is_closed(each) for each in connections), seconds=60)

        assert [status for status, _ in answers] == [200] * 20
        assert all(b"<result>" in text and b"Fault" not in text for _, text in answers), answers[0]
        assert send_message(port, session, 21)[0] == 200
        assert members_of({server.pid}) == processes


def test_the_connection_that_has_waited_longest_makes_room_for_a_new_one(tmp_path):
    with (
        served_echo(tmp_path, BRIDGE_WEB_CONNECTIONS="10") as (_, port),
        slow_clients(port, [(b"", b"")] * 60) as connections,
    ):
        assert status_of(port, "/") == 200
        wait_until(lambda: sum(map(is_closed, connections)) >= 50)

        assert not is_closed(connections[-1])


def test_a_client_that_does_not_read_its_answer_holds_no_thread(tmp_path):
    with served_echo(tmp_path) as (_, port), socket.create_connection(("127.0.0.1", port)) as slow:
        slow.sendall(b"GET /long HTTP/1.0\r\n\r\n")
        assert slow.recv(12) == b"HTTP/1.0 200"

        assert status_of(port, "/") == 200
        rest = b"".join(iter(lambda: slow.recv(1 << 20), b""))
        assert rest.count(b"long ") == 4_000_000


def test_whoever_asks_how_it_is_waits_for_no_thread(tmp_path):
    """A database that says nothing holds all of them."""
    with served_echo(tmp_path) as (_, port), contextlib.ExitStack() as stack:
        for _ in range(3):
            held = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            held.sendall(b"GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.5)

        asked_at = time.monotonic()
        assert [status_of(port, path) for path in ("/healthz", "/readyz")] == [200, 200]
        assert time.monotonic() - asked_at < 3


def test_an_answer_to_head_has_no_body_and_no_complaint_in_the_log(tmp_path):
    with served_echo(tmp_path) as (_, port), socket.create_connection(("127.0.0.1", port)) as c:
        c.sendall(b"HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: c.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"\r\n\r\n")
    assert "error" not in (tmp_path / "log").read_text().lower()


def test_what_the_server_says_itself_is_a_line_like_others(tmp_path):
    """Its own formatter fails on our records, so every line of it was a traceback."""
    with served_echo(tmp_path, BRIDGE_LOG_FORMAT="json") as (server, port):
        [process] = members_of({server.pid}) - {server.pid}
        os.kill(process, signal.SIGKILL)
        wait_until(lambda: status_of(port, "/") == 200)

    said = (tmp_path / "log").read_text()
    assert "Traceback" not in said
    assert "Logging error" not in said
    assert f"Worker (pid:{process}) was sent SIGKILL" in said


def test_a_disk_without_room_for_a_long_request_is_told(tmp_path):
    with (
        served_echo(tmp_path) as (server, port),
        socket.create_connection(("127.0.0.1", port), timeout=20) as c,
    ):
        [process] = members_of({server.pid}) - {server.pid}
        resource.prlimit(process, resource.RLIMIT_FSIZE, (300_000, 300_000))
        c.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 600000\r\n\r\n" + b"a" * 600_000)

        assert c.recv(12) == b"HTTP/1.1 503"


def test_a_request_on_its_way_is_answered_when_the_server_stops(tmp_path):
    with (
        served_echo(tmp_path) as (server, port),
        socket.create_connection(("127.0.0.1", port)) as c,
    ):
        c.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe")
        server.send_signal(signal.SIGTERM)
        wait_until(lambda: not status_of(port, "/"))
        c.sendall(b"llo")

        c.settimeout(20)
        answer = b"".join(iter(lambda: c.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"5 127.0.0.1 hello" in answer
        assert server.wait(20) == 0


def test_a_body_announced_as_too_long_is_refused_before_it_is_sent(token):
    folder, _ = token
    with (
        served(folder, BRIDGE_WEB_WORKERS="1") as (_, port),
        socket.create_connection(("127.0.0.1", port), timeout=30) as connection,
    ):
        connection.sendall(HEAD + b"Content-Length: 99000000\r\n\r\n")

        assert connection.recv(12) == b"HTTP/1.1 413"
