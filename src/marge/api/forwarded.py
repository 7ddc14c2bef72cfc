"""Who really asks when a reverse proxy stands between: `X-Forwarded-For`, believed only from trusted proxies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from marge.api.errors import HttpError

if TYPE_CHECKING:
    from marge.api.http import Scope


class Forwarded:
    """Rewrites the client of a request that came through a trusted proxy.

    The addresses are read from the right: the first that is no trusted proxy is the client, as in Home Assistant.
    """

    def __init__(self, networks: Iterable[str]) -> None:
        from ipaddress import ip_address, ip_network

        self._address = ip_address
        self._networks = [ip_network(network, strict=False) for network in networks]
        self.active = bool(self._networks)

    def _trusted(self, text: str) -> bool:
        address = self._address(text)
        return any(address in network for network in self._networks)

    def apply(self, scope: Scope) -> None:
        """Put the real client into the scope; raises HttpError 400 for a forged or malformed header."""
        header = b", ".join(value for key, value in scope["headers"] if key == b"x-forwarded-for")
        client = scope.get("client")
        if not header or not client:
            return
        try:
            if not self._trusted(client[0]):
                raise HttpError(400, "A proxy that is not in trusted_proxies sent X-Forwarded-For")
            addresses = [part.strip() for part in header.decode("latin-1").split(",")]
            real = next((address for address in reversed(addresses) if not self._trusted(address)), addresses[0])
        except ValueError:
            raise HttpError(400, "X-Forwarded-For is malformed") from None
        scope["client"] = (real, 0)
