"""Why an address cannot be listened on, and what to do about it."""

from __future__ import annotations

import errno
import socket


def remedy(error: OSError, host: str, port: int, *, host_key: str, port_key: str) -> str:
    """What is wrong with listening on `host` and `port`, and the remedy; the keys are where each is set."""
    if isinstance(error, socket.gaierror):
        return f"there is no address of the name '{host}'. Set another {host_key}"
    # asyncio tells of an address that this machine has not in words of its own, without a number.
    if error.errno == errno.EADDRNOTAVAIL or "could not bind on any address" in str(error):
        return f'this machine has no address {host}. Set {host_key} to one that it has, or to "0.0.0.0" for all'
    if error.errno == errno.EACCES:
        return f"the user of the hub may not listen on port {port}. Set another {port_key}, above 1023"
    reason = error.strerror or str(error)
    if error.errno == errno.EADDRINUSE:
        return f"{reason}. Stop the other program, or set another {port_key}"
    return f"{reason}. Look at {host_key} and {port_key}"
