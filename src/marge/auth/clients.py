"""Which OAuth clients are known: IndieAuth's rules for `client_id` and `redirect_uri`, as Home Assistant applies them.

https://indieauth.spec.indieweb.org/#client-identifier. Two things differ from the standard: a local IP address is a
valid host, and a redirect to another origin is only accepted for the two companion apps (the page at `client_id` is
never fetched, so its `<link rel="redirect_uri">` does not count).
"""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urlsplit

from marge.auth.network import is_local, parse_address

MAX_URL_LENGTH: Final = 2048

_APP_REDIRECTS: Final[dict[str, frozenset[str]]] = {
    "https://home-assistant.io/iOS": frozenset({"homeassistant://auth-callback"}),
    "https://home-assistant.io/android": frozenset(
        {
            "homeassistant://auth-callback",
            "https://wear.googleapis.com/3p_auth/io.homeassistant.companion.android",
            "https://wear.googleapis-cn.com/3p_auth/io.homeassistant.companion.android",
        }
    ),
}


def _split(url: str) -> SplitResult | None:
    if len(url) > MAX_URL_LENGTH:
        return None
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  reading it is what checks it
    except ValueError:
        return None
    return parts._replace(netloc=parts.netloc.lower())


def _split_client_id(client_id: str) -> SplitResult | None:
    parts = _split(client_id)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    if any(segment in (".", "..") for segment in parts.path.split("/")):
        return None
    if parts.fragment or parts.username is not None or parts.password is not None:
        return None
    # With a port any address passes, as in Home Assistant: that is how a hub behind a port forward is reached.
    host = parts.netloc.removeprefix("[").removesuffix("]")
    if parse_address(host) is not None and not is_local(host):
        return None
    return parts


def is_valid_client_id(client_id: str) -> bool:
    """Whether `client_id` is a web address of a domain or of the local network."""
    return _split_client_id(client_id) is not None


def is_valid_redirect(client_id: str, redirect_uri: str) -> bool:
    """Whether a code for `client_id` may be sent to `redirect_uri`: the same origin, or a companion app's own."""
    client = _split_client_id(client_id)
    redirect = _split(redirect_uri)
    if client is None or redirect is None:
        return False
    if (client.scheme, client.netloc) == (redirect.scheme, redirect.netloc):
        return True
    return redirect_uri in _APP_REDIRECTS.get(client_id, ())
