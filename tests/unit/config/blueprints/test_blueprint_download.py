"""Fetching from the web: what is refused, and that nobody is waited for without end. The servers are on loopback."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

import pytest

from marge.config.blueprints.download import MAX_BYTES, download, is_public
from marge.core.errors import OperationFailed


@contextmanager
def server(*answers: bytes, drip: float | None = None) -> Iterator[tuple[str, list[bytes]]]:
    """Its address and what it was asked; each connection gets the next answer, byte by byte with `drip` seconds."""
    listener = socket.create_server(("127.0.0.1", 0))
    asked: list[bytes] = []

    def serve() -> None:
        for answer in answers:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                asked.append(connection.recv(4096))
                try:
                    for piece in [answer] if drip is None else [answer[n : n + 1] for n in range(len(answer))]:
                        connection.sendall(piece)
                        time.sleep(drip or 0)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
    finally:
        listener.close()


def answer(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers])
    return f"{head}\r\n\r\n".encode() + body


def get(url: str, seconds: float = 5.0) -> str:
    return download(url, {"Accept": "text/x"}, trust=lambda address: True, seconds=seconds)


def test_a_text_is_fetched() -> None:
    with server(answer("ä: 1\n".encode())) as (url, asked):
        assert get(f"{url}/a/b.yaml?c=1") == "ä: 1\n"
    assert asked[0].startswith(b"GET /a/b.yaml?c=1 HTTP/1.1\r\n")
    assert b"Accept: text/x\r\n" in asked[0]


def test_what_is_no_ascii_is_encoded() -> None:
    with server(answer(b"x"), answer(b"x")) as (url, asked):
        get(f"{url}/my file é.yaml?a=%20b")
        get(f"{url}/a\r\nX: y")
    assert asked[0].startswith(b"GET /my%20file%20%C3%A9.yaml?a=%20b HTTP/1.1\r\n")
    assert b"\r\nX: y" not in asked[1]


def test_redirects_are_followed_a_few_times() -> None:
    with server(answer(b"", "302 Found", "Location: /other"), answer(b"x")) as (url, asked):
        assert get(url) == "x"
    assert asked[1].startswith(b"GET /other ")
    with server(*[answer(b"", "301 Moved", "Location: /again")] * 9) as (url, asked):
        with pytest.raises(OperationFailed, match="more than 5 redirects"):
            get(url)
        assert len(asked) == 6


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (answer(b"", "404 Not Found"), "answers 404 Not Found"),
        (answer(b"\xff\xfe"), "is not UTF-8"),
        (answer(b"x" * (MAX_BYTES + 1)), "larger than 1024 KB"),
        (b"SSH-2.0-x\r\n\r\n", "cannot be fetched"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort", "is cut off"),
        (b"", "cannot be fetched"),
        (answer(b"", "302 Found", "Location: file:///etc/passwd"), "is no address of the web"),
    ],
)
def test_answers_that_are_no_use(reply: bytes, words: str) -> None:
    with server(reply) as (url, _), pytest.raises(OperationFailed, match=words):
        get(url)


@pytest.mark.parametrize("reply", [answer(b"y" * 500), b"HTTP/1.1 200 OK\r\n\r\n" + b"z" * 500])
def test_a_slow_server_gets_no_more_time_than_a_quick_one(reply: bytes) -> None:
    began = time.monotonic()
    with server(reply, drip=0.02) as (url, _), pytest.raises(OperationFailed, match="takes too long"):
        get(url, seconds=0.3)
    assert time.monotonic() - began < 3


PEM = Path(__file__).parents[3] / "data" / "self_signed.pem"


@contextmanager
def encrypted(reply: bytes) -> Iterator[str]:
    """The address of a server whose certificate nobody has signed; it answers each connection with `reply`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            connection, _ = listener.accept()
            with context.wrap_socket(connection, server_side=True) as secure:
                secure.recv(4096)
                secure.sendall(reply)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def test_a_certificate_that_nobody_has_signed_is_refused() -> None:
    with encrypted(answer(b"x")) as url, pytest.raises(OperationFailed, match="certificate verify failed"):
        get(url)


def test_an_encrypted_text_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def trusting() -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(PEM)
        context.check_hostname = False
        return context

    monkeypatch.setattr(ssl, "create_default_context", trusting)
    with encrypted(answer(b"a: 1")) as url:
        assert get(url) == "a: 1"
    elsewhere = answer(b"", "302 Found", "Location: http://example.com/")
    with encrypted(elsewhere) as url, pytest.raises(OperationFailed, match="which is not encrypted"):
        get(url)


def test_a_server_that_does_not_shake_hands_is_not_waited_for() -> None:
    began = time.monotonic()
    with (
        server(b"x" * 3, drip=1.0) as (url, _),
        pytest.raises(OperationFailed, match=r"takes too long|cannot be fetched"),
    ):
        get(url.replace("http:", "https:"), seconds=0.3)
    assert time.monotonic() - began < 3


def test_the_own_network_is_not_asked() -> None:
    with server(answer(b"x")) as (url, asked):
        for address in (url, url.replace("127.0.0.1", "localhost")):
            with pytest.raises(OperationFailed, match="local network"):
                download(address, {})
        assert asked == []


@pytest.mark.parametrize("address", ["ftp://x/y", "http://", "http://[::1", "http://a:99999/", "nonsense"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(OperationFailed, match="is no address of the web"):
        get(address)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.1.1", False),
        ("172.16.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.251", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("ff02::fb", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public
