"""Requests in the forms that clients choose, through a real gunicorn and a real socket."""

import socket

import pytest

from tests.supervisor.servers import (
    environment,
    free_port,
    post_chunked,
    running,
    status_of,
    wait_until,
)

pytestmark = [pytest.mark.processes, pytest.mark.one_database]


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """Serve the echo application; yield its port."""
    folder = tmp_path_factory.mktemp("echo")
    port = free_port()
    config = "python:orderflow_bridge.http.gunicorn_config"
    command = ("-m", "gunicorn", "-c", config, "-b", f"127.0.0.1:{port}")
    env = environment(folder, BRIDGE_MAX_BODY_BYTES="3000000", BRIDGE_WEB_WORKERS="1")
    with running(*command, "tests.supervisor.echo:application", env=env, log=folder / "log"):
        wait_until(lambda: status_of(port, "/"))
        yield port


def raw_call(port, text):
    """Send bytes as they are; return everything that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def raw_get(port, target, host):
    """Ask for a target as it is written; return everything that comes back."""
    text = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    return raw_call(port, text.encode())


def test_a_chunked_body_arrives_whole_and_with_its_length(port):
    status, answer = post_chunked(port, "/", [b"<soap>", b"one", b"two</soap>"])

    assert (status, answer) == (200, b"19 127.0.0.1 <soap>onetwo</soap>")


def test_a_long_chunked_body_arrives_whole(port):
    _, answer = post_chunked(port, "/", [b"x" * 50_000] * 40)

    assert answer.split()[0] == b"2000000"


def test_of_a_body_over_the_ceiling_one_byte_too_many_is_passed_on(port):
    status, answer = post_chunked(port, "/", [b"x" * 100_000] * 31)

    assert (status, answer.split()[0]) == (200, b"3000001")


def test_a_body_with_a_length_is_left_alone(port):
    answer = raw_call(port, b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                            b"Content-Length: 5\r\n\r\nhello")  # fmt: skip

    assert b"5 127.0.0.1 hello" in answer


def test_a_broken_chunk_is_the_callers_fault(port):
    answer = raw_call(port, b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                            b"zz\r\nhello\r\n0\r\n\r\n")  # fmt: skip

    assert answer.startswith(b"HTTP/1.1 400 ")


def test_a_body_that_breaks_off_is_not_taken_for_a_whole_one(port):
    answer = raw_call(port, b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                            b"5\r\nhello\r\n")  # fmt: skip

    assert b"200 OK" not in answer


def test_only_our_own_proxys_word_on_the_caller_is_believed(port):
    answer = raw_call(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                            b"X-Forwarded-For: 10.0.0.1, 192.0.2.7\r\n\r\n")  # fmt: skip

    assert b" 192.0.2.7 " in answer


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("/where?a=%2Fb", "shop.example"),
        ("http://shop.example/where?a=%2Fb", "proxy.example"),
    ],
)
def test_an_address_may_be_written_whole_as_for_a_proxy(port, written, host):
    answer = raw_get(port, written, host)

    assert b"\r\nhttp://shop.example/where?a=%2Fb\r\n" in answer


def test_a_whole_address_without_a_path_is_the_first_page(port):
    answer = raw_get(port, "HTTP://shop.example", "x")

    assert b" 127.0.0.1 " in answer
