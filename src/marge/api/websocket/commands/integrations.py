"""Which integrations there are: those that are loaded."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from marge.api.errors import WsError
from marge.api.manifests import manifest
from marge.api.routing import Access
from marge.api.websocket.command import UNANSWERED, Command, Message
from marge.core.lifecycle import RunState
from marge.util.schema import Strings


class ManifestList(Struct, forbid_unknown_fields=True, frozen=True):
    """Which ones; all without."""

    integrations: Strings | None = None


class ManifestGet(Struct, forbid_unknown_fields=True, frozen=True):
    """One integration."""

    integration: str


def _loaded(message: Message) -> list[str]:
    return sorted(name for name in message.api.hub.components if "." not in name)


def manifest_list(message: Message) -> list[dict[str, Any]]:
    """The manifests of the loaded integrations."""
    wanted = message.data.integrations
    return [manifest(domain) for domain in _loaded(message) if wanted is None or domain in wanted]


def manifest_get(message: Message) -> dict[str, Any]:
    """The manifest of a loaded integration."""
    domain = message.data.integration
    if domain not in _loaded(message):
        raise WsError("not_found", "Integration not found")
    return manifest(domain)


def descriptions(message: Message) -> dict[str, Any]:
    """The integrations that can be added in the user interface: none, all are set up by files and devices."""
    nothing: dict[str, Any] = {"integration": {}, "hardware": {}, "helper": {}}
    return {"core": {**nothing, "translated_name": []}, "custom": nothing}


def bootstrap(message: Message) -> Any:
    """While the hub starts, how many seconds each phase took."""
    lifecycle = message.api.hub.lifecycle
    message.result()
    if lifecycle.state is RunState.STARTING:
        message.event({name: round(milliseconds / 1000, 3) for name, milliseconds in lifecycle.phases})
    message.subscribe(lambda: None)
    return UNANSWERED


COMMANDS: Final = (
    Command("manifest/list", manifest_list, ManifestList),
    Command("manifest/get", manifest_get, ManifestGet),
    Command("integration/descriptions", descriptions, access=Access.ADMIN),
    Command("subscribe_bootstrap_integrations", bootstrap),
)
