"""What counts as the local network."""

from __future__ import annotations

import pytest

from marge.auth.network import is_local


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "::1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1", "169.254.1.1",
        "fd12::1", "fe80::1", "fe80::1%eth0", "::ffff:192.168.0.1", "::ffff:127.0.0.1",
    ],
)  # fmt: skip
def test_local_addresses(address: str) -> None:
    assert is_local(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "172.32.0.1", "2001:db8::1", "::ffff:8.8.8.8", "100.64.0.1", "0.0.0.0", "", "localhost", "10.1.2", "é"],
)
def test_everything_else_is_not(address: str) -> None:
    assert not is_local(address)
