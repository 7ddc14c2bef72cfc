"""Fetching a text from the web within bounds: of time, of size, of redirects, and never from the local network.

An address is looked up once and what was looked at is what is connected to, so that a name cannot change its meaning
in between.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Timer
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urljoin, urlsplit

from marge.core.errors import OperationFailed

if TYPE_CHECKING:
    from http.client import HTTPConnection
    from ipaddress import IPv4Address, IPv6Address

SECONDS: Final = 10.0
MAX_BYTES: Final = 1024 * 1024
MAX_REDIRECTS: Final = 5
_AS_IT_IS: Final = "%/:?[]@!$&'()*+,;=~"
"""What stays in the path of an address; anything else is encoded."""
_NAT64: Final = bytes.fromhex("0064ff9b0000000000000000")
"""What begins the addresses by which a network of IPv6 alone reaches those of IPv4."""
_REDIRECTS: Final = (301, 302, 303, 307, 308)

Fetch = Callable[[str, Mapping[str, str]], str]
"""The text at an address, asked for with these headers; blocks. Raises OperationFailed."""
Trust = Callable[[Any], bool]
"""Whether an IP address may be connected to."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the internet: not of this machine, the local network or a group of machines."""
    inner: IPv4Address | IPv6Address = address
    if address.version == 6:
        from ipaddress import IPv4Address as Old

        if address.packed.startswith(_NAT64):
            inner = Old(address.packed[-4:])
        else:
            inner = address.ipv4_mapped or address.sixtofour or address
    return inner.is_global and not inner.is_multicast


def download(url: str, headers: Mapping[str, str], *, trust: Trust = is_public, seconds: float = SECONDS) -> str:
    """Implements `Fetch`; `trust` says which addresses are allowed, all of it takes `seconds` at most."""
    end = time.monotonic() + seconds
    for _ in range(MAX_REDIRECTS + 1):
        answer = _get(url, headers, trust, end)
        if isinstance(answer, str):
            return answer
        target = urljoin(url, answer[0])
        if url.startswith("https:") and not target.startswith("https:"):
            raise OperationFailed(f"{url} leads to {target}, which is not encrypted")
        url = target
    raise OperationFailed(f"{url}: more than {MAX_REDIRECTS} redirects")


def _get(url: str, headers: Mapping[str, str], trust: Trust, end: float) -> str | tuple[str]:
    """The text at an address, or where it has gone."""
    from http.client import HTTPException

    host, port, encrypted, target = _parts(url)
    line = [_connect(host, port, trust, end, url)]
    # However slowly the other side sends: at the end of the time nobody waits for it any more.
    alarm = Timer(_left(url, end), _shut, [line])
    alarm.daemon = True
    alarm.start()
    try:
        connection = _connection(line, host, port, encrypted)
        try:
            connection.request("GET", target, headers={"User-Agent": "Marge", "Accept-Encoding": "identity", **headers})
            response = connection.getresponse()
            location = response.getheader("location")
            if response.status in _REDIRECTS and location:
                return (location,)
            if response.status != 200:
                raise OperationFailed(f"{url} answers {response.status} {response.reason}")
            body = response.read(MAX_BYTES + 1)
            if response.length and len(body) <= MAX_BYTES:
                raise ValueError("the answer is cut off")
        finally:
            connection.close()
        _left(url, end)
    except (OSError, HTTPException, ValueError) as error:
        _left(url, end)
        raise OperationFailed(f"{url} cannot be fetched: {error}") from None
    finally:
        alarm.cancel()
        line[0].close()
    if len(body) > MAX_BYTES:
        raise OperationFailed(f"{url} is larger than {MAX_BYTES // 1024} KB: that is no blueprint")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise OperationFailed(f"{url} is not UTF-8 text") from None


def _parts(url: str) -> tuple[str, int, bool, str]:
    """Host, port, whether it is encrypted, and what to ask for."""
    try:
        parts = urlsplit(url)
        encrypted = {"http": False, "https": True}[parts.scheme]
        if parts.hostname:
            target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_AS_IT_IS)
            return parts.hostname, parts.port or (443 if encrypted else 80), encrypted, target
    except (ValueError, KeyError):
        pass
    raise OperationFailed(f"'{url}' is no address of the web")


def _connect(host: str, port: int, trust: Trust, end: float, url: str) -> socket.socket:
    from ipaddress import ip_address

    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        allowed = [each for each in found if trust(ip_address(each.partition("%")[0]))]
        if not allowed:
            raise OperationFailed(f"{host} is an address of the local network, from where nothing is fetched")
        return socket.create_connection((allowed[0], port), timeout=_left(url, end))
    except (OSError, UnicodeError) as error:
        _left(url, end)
        raise OperationFailed(f"{host} cannot be reached: {getattr(error, 'strerror', None) or error}") from None


def _connection(line: list[socket.socket], host: str, port: int, encrypted: bool) -> HTTPConnection:
    """Speak HTTP over the socket in `line`, which an encrypted one takes the place of."""
    from http.client import HTTPConnection

    connection = HTTPConnection(host, port)
    if encrypted:
        import ssl

        connection.default_port = 443
        context = ssl.create_default_context()
        secure = line[0] = context.wrap_socket(line[0], server_hostname=host, do_handshake_on_connect=False)
        secure.do_handshake()
    connection.sock = line[0]
    return connection


def _shut(line: list[socket.socket]) -> None:
    with suppress(OSError):
        socket.socket.shutdown(line[0], socket.SHUT_RDWR)


def _left(url: str, end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise OperationFailed(f"{url} takes too long to answer")
    return left
