"""Webhooks: which there are, and calling one over the WebSocket."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import Struct

from marge.api.routing import Access
from marge.api.webhook_request import webhook_request
from marge.api.websocket.command import Command, Message


class Handle(Struct, forbid_unknown_fields=True, frozen=True):
    """A request: headers by name, the query without its question mark."""

    webhook_id: str
    method: Literal["GET", "HEAD", "POST", "PUT"]
    body: str = ""
    headers: dict[str, str] = {}
    query: str = ""


def list_all(message: Message) -> list[dict[str, Any]]:
    """All webhooks."""
    return [
        {
            "webhook_id": hook.webhook_id,
            "domain": hook.domain,
            "name": hook.name,
            "local_only": hook.local_only,
            "allowed_methods": sorted(hook.methods),
        }
        for hook in message.api.hub.webhooks.all()
    ]


async def handle(message: Message) -> dict[str, Any]:
    """Hand a request to a webhook; it counts as local."""
    data: Handle = message.data
    request = webhook_request(
        data.method,
        {name.lower(): value for name, value in data.headers.items()},
        data.query,
        data.body.encode(),
        local=True,
        source="a WebSocket client",
    )
    answer = await message.api.hub.webhooks.handle(data.webhook_id, request)
    body = answer.body.decode("utf-8", "replace") or None
    return {"body": body, "status": answer.status, "headers": {"Content-Type": answer.content_type}}


COMMANDS: Final = (
    Command("webhook/list", list_all, access=Access.READ),
    Command("webhook/handle", handle, Handle, Access.CONTROL),
)
