"""Which addresses count as the local network (RFC 6890: loopback, private, link-local)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

_LOCAL: Final = tuple(
    ip_network(network)
    for network in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "::1/128",
        "fd00::/8",
        "fe80::/10",
    )
)


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """The address that `text` is, an IPv4 one written as IPv6 unwrapped; None when it is none."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def is_local(text: str) -> bool:
    """Whether `text` is an address of the local network; False for anything that is no address."""
    address = parse_address(text)
    return address is not None and any(address in network for network in _LOCAL)
