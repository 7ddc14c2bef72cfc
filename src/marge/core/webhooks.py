"""Webhooks: addresses below `/api/webhook/` that anybody who knows their id may call, each with one owner.

The owner registers a handler; the API hands requests in. Nobody is told whether an id exists.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from marge.core.errors import MargeError, Refused

_LOGGER = logging.getLogger("marge.webhook")

METHODS: Final = ("GET", "HEAD", "POST", "PUT")
"""The methods that a webhook may take."""
DEFAULT_METHODS: Final = ("POST", "PUT")


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A request as the handler sees it. `headers` are in lower case; of a repeated query parameter the first counts.

    `local`: it came from the local network. `source` says in words where it came from, for the log.
    """

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    form: Callable[[], Mapping[str, str]]
    """The fields of a form in the body, none when it is no form; raises an error when it cannot be read."""
    local: bool
    source: str


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """What is answered."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/octet-stream"


OK: Final = WebhookAnswer()

Handler = Callable[[str, WebhookRequest], Awaitable[WebhookAnswer | None]]
"""Called with the id and the request; None answers 200 with nothing."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A registered webhook: `domain` and `name` say whose it is; `local_only` refuses requests from elsewhere."""

    webhook_id: str
    domain: str
    name: str
    handler: Handler
    local_only: bool
    methods: frozenset[str]


class Webhooks:
    """The registered webhooks of one hub."""

    def __init__(self) -> None:
        self._hooks: dict[str, Webhook] = {}

    def register(
        self,
        webhook_id: str,
        handler: Handler,
        *,
        domain: str,
        name: str,
        local_only: bool = False,
        methods: Collection[str] = DEFAULT_METHODS,
    ) -> Callable[[], None]:
        """Take an id; returns what gives it back. Raises Refused for one that is taken, and for unknown methods."""
        if webhook_id in self._hooks:
            raise Refused(f"the webhook id '{webhook_id}' is in use already, by {self._hooks[webhook_id].name}")
        if unknown := sorted(set(methods) - set(METHODS)):
            raise Refused(f"a webhook cannot take {', '.join(unknown)}: expected {', '.join(METHODS)}")
        hook = self._hooks[webhook_id] = Webhook(webhook_id, domain, name, handler, local_only, frozenset(methods))

        def remove() -> None:
            if self._hooks.get(webhook_id) is hook:
                del self._hooks[webhook_id]

        return remove

    def get(self, webhook_id: str) -> Webhook | None:
        """The webhook of an id, None for one that nobody has."""
        return self._hooks.get(webhook_id)

    def all(self) -> list[Webhook]:
        """All webhooks, in the order of their registration."""
        return list(self._hooks.values())

    async def handle(self, webhook_id: str, request: WebhookRequest) -> WebhookAnswer:
        """Answer a request, by Home Assistant's rules: 405 for a method that is not taken, else 200 whatever happens.

        A handler that fails is logged.
        """
        hook = self._hooks.get(webhook_id)
        if hook is None:
            _LOGGER.info("A request from %s for a webhook that nobody has", request.source)
            return OK
        if request.method not in hook.methods:
            if request.method == "HEAD":
                # Websites that look whether the address exists.
                return OK
            _LOGGER.warning(
                "The webhook of %s takes only %s: a %s from %s is refused",
                hook.name,
                ", ".join(sorted(hook.methods)),
                request.method,
                request.source,
            )
            return WebhookAnswer(405)
        if hook.local_only and not request.local:
            _LOGGER.warning(
                "The webhook of %s is for the local network only: a request from %s is refused",
                hook.name,
                request.source,
            )
            return OK
        try:
            return await hook.handler(webhook_id, request) or OK
        except (MargeError, ValueError) as error:
            _LOGGER.warning("The webhook of %s could not use a request from %s: %s", hook.name, request.source, error)
        except Exception:
            _LOGGER.exception("The webhook of %s failed at a request from %s", hook.name, request.source)
        return OK
