"""Webhook trigger: somebody calls `/api/webhook/<id>`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from marge.automation.ports import Detach, Fire, TriggerHost
from marge.core.webhooks import DEFAULT_METHODS, METHODS, WebhookRequest
from marge.util import jsonx
from marge.util.schema import Flag, Text, word

_LOGGER = logging.getLogger("marge.automation")


def _methods(value: Any) -> tuple[str, ...]:
    methods = tuple(str(each).upper() for each in (value if isinstance(value, list) else [value]))
    for each in methods:
        if each not in METHODS:
            raise ValueError(f"expected one or several of {', '.join(METHODS)}, got {each!r}")
    if len(set(methods)) != len(methods):
        raise ValueError(f"each method may be given once, got {value!r}")
    return methods


if TYPE_CHECKING:
    Methods = tuple[str, ...]
else:
    Methods = word("Methods", _methods)


class WebhookTrigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Fires at a request by one of `allowed_methods`, from the local network unless `local_only` is false.

    Triggers that share a `webhook_id` all fire; the first of them says who may call it and how.
    """

    webhook_id: Text
    allowed_methods: Methods = DEFAULT_METHODS
    local_only: Flag = True

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`; raises Refused when something else has the id."""
        webhooks = host.hub.webhooks
        hook = webhooks.get(self.webhook_id)
        shared = None if hook is None else getattr(hook.handler, "__self__", None)
        if not isinstance(shared, _Shared):
            shared = _Shared()
            shared.remove = webhooks.register(
                self.webhook_id,
                shared.handle,
                domain="automation",
                name=host.name,
                local_only=self.local_only,
                methods=self.allowed_methods,
            )
        return shared.join(fire)


class _Shared:
    """The triggers of one webhook; the id is given back with the last of them."""

    def __init__(self) -> None:
        self._fires: list[Fire] = []
        self.remove: Detach = lambda: None

    def join(self, fire: Fire) -> Detach:
        self._fires.append(fire)

        def leave() -> None:
            self._fires.remove(fire)
            if not self._fires:
                self.remove()

        return leave

    async def handle(self, webhook_id: str, request: WebhookRequest) -> None:
        trigger: dict[str, Any] = {"webhook_id": webhook_id, "query": dict(request.query), "description": "webhook"}
        if "json" in request.headers.get("content-type", ""):
            trigger["json"] = jsonx.loads(request.body)
        else:
            trigger["data"] = dict(request.form())
        for fire in list(self._fires):
            fire(dict(trigger))
