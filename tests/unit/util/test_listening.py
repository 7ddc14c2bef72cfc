"""Why an address cannot be listened on: each cause has its own remedy."""

from __future__ import annotations

import asyncio
import errno
import os
import socket

import pytest

from marge.util.listening import remedy


def told(error: OSError) -> str:
    return remedy(error, "192.0.2.1", 80, host_key="HOST", port_key="PORT")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EADDRINUSE, "in use"), "in use. Stop the other program, or set another PORT"),
        (OSError(errno.EADDRNOTAVAIL, "x"), "this machine has no address 192.0.2.1. Set HOST to one that it has"),
        (OSError("could not bind on any address out of []"), "this machine has no address 192.0.2.1. Set HOST"),
        (OSError(errno.EACCES, "x"), "may not listen on port 80. Set another PORT, above 1023"),
        (socket.gaierror(-2, "x"), "there is no address of the name '192.0.2.1'. Set another HOST"),
        (OSError(errno.EMFILE, os.strerror(errno.EMFILE)), "Too many open files. Look at HOST and PORT"),
    ],
)
def test_the_remedy_is_that_of_the_cause(error: OSError, words: str) -> None:
    assert words in told(error)


async def test_asyncio_tells_of_a_strange_address_in_a_known_way() -> None:
    with pytest.raises(OSError) as refused:
        await asyncio.get_running_loop().create_server(asyncio.Protocol, "192.0.2.1", 0)
    assert "this machine has no address 192.0.2.1" in told(refused.value)
