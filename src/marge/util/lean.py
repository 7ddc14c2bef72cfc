"""Importing libraries without OpenSSL, for a hub that serves no TLS.

asyncio, uvicorn and others import `ssl` whether or not they will use it, which costs 2 to 5 MB. While
`without_ssl` is active they find a stand-in; afterwards a real `import ssl` works as ever, but what asyncio offers for
TLS stays off. So the program decides once, before asyncio is imported.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def without_ssl() -> Iterator[None]:
    """Let the imports inside do without `ssl`; has no effect when it is loaded already."""
    if "ssl" in sys.modules:
        yield
        return
    # asyncio takes the absence of the module for "no TLS"; a stand-in would make it define classes on it.
    sys.modules["ssl"] = None  # type: ignore[assignment]
    import asyncio  # noqa: F401

    stand_in = ModuleType("ssl")
    stand_in.PROTOCOL_TLS_SERVER = 17  # type: ignore[attr-defined]
    stand_in.CERT_NONE = 0  # type: ignore[attr-defined]
    stand_in.SSLContext = type("SSLContext", (), {})  # type: ignore[attr-defined]
    sys.modules["ssl"] = stand_in
    try:
        yield
    finally:
        if sys.modules.get("ssl") is stand_in:
            del sys.modules["ssl"]
