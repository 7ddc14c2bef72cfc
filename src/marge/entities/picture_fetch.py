"""Fetching a picture from an address, as images do that are somewhere else."""

from __future__ import annotations

from typing import Final

FETCH_SECONDS: Final = 10.0
MAX_BYTES: Final = 16 * 1024 * 1024


def fetch_picture(url: str, *, verify: bool = True) -> tuple[bytes, str] | str:
    """The picture at an http or https address and its type, or what went wrong; blocks.

    Without `verify` any certificate will do.
    """
    from http.client import HTTPException
    from urllib.request import urlopen

    if not url.lower().startswith(("http://", "https://")):
        return f"'{url}' is no address of a picture"
    context = None
    if not verify:
        import ssl

        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    try:
        with urlopen(url, timeout=FETCH_SECONDS, context=context) as answer:  # noqa: S310  checked above
            content_type: str = answer.headers.get_content_type()
            if not content_type.startswith("image/"):
                return f"{url} is {content_type}, not a picture"
            content: bytes = answer.read(MAX_BYTES + 1)
    except (OSError, ValueError, HTTPException) as error:
        return f"{url} cannot be fetched: {error}"
    if len(content) > MAX_BYTES:
        return f"{url} is larger than {MAX_BYTES} bytes"
    return content, content_type
