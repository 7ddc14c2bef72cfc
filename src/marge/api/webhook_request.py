"""Requests of the network and of WebSocket clients, as webhooks see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from marge.api.http import form_fields
from marge.core.errors import Refused
from marge.core.webhooks import WebhookRequest

if TYPE_CHECKING:
    from marge.api.http import Request

MAX_FIELDS: Final = 1000


def first_values(query: str) -> dict[str, str]:
    """The parameters of a query or form; of a repeated one the first. Raises ValueError for too many."""
    values: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_FIELDS):
        values.setdefault(name, value)
    return values


def webhook_request(
    method: str, headers: Mapping[str, str], query: str, body: bytes, *, local: bool, source: str
) -> WebhookRequest:
    """A request for `Webhooks.handle`; `headers` are in lower case. Raises Refused for a query that is too long."""
    try:
        parameters = first_values(query)
    except ValueError as error:
        raise Refused(f"The query has more than {MAX_FIELDS} parameters") from error

    def form() -> Mapping[str, str]:
        content_type = headers.get("content-type", "")
        kind = content_type.partition(";")[0].strip().lower()
        if method not in ("POST", "PUT") or kind not in _FORMS:
            return {}
        if kind == "multipart/form-data":
            return form_fields(content_type.encode("latin-1", "replace"), body)
        return first_values(body.decode())

    return WebhookRequest(method, headers, parameters, body, form, local, source)


_FORMS = ("", "application/x-www-form-urlencoded", "multipart/form-data")


async def from_network(request: Request) -> WebhookRequest:
    """A request that came over HTTP; raises HttpError 413 for a body that is too large."""
    from marge.auth.network import is_local

    remote = request.remote or ""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]}
    return webhook_request(
        request.method,
        headers,
        request.scope["query_string"].decode("latin-1"),
        await request.body(),
        local=is_local(remote),
        source=remote or "an unknown address",
    )
