"""States, events, services, configuration: the commands that every client uses."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

import msgspec

from marge.api.config_info import config_info
from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import UNANSWERED, Command, Message
from marge.api.websocket.entity_stream import EntityStream
from marge.auth import can_read, require_control
from marge.core.errors import Unauthorized
from marge.core.events import Event
from marge.core.services import Target, listed_target
from marge.util.schema import EntityIds, Flag, convert, word

# What a user who is no admin may listen to.
OPEN_EVENTS: Final = frozenset(
    {
        "area_registry_updated",
        "category_registry_updated",
        "component_loaded",
        "core_config_updated",
        "device_registry_updated",
        "entity_registry_updated",
        "floor_registry_updated",
        "label_registry_updated",
        "lovelace_updated",
        "panels_updated",
        "recorder_5min_statistics_generated",
        "recorder_hourly_statistics_generated",
        "repairs_issue_registry_updated",
        "service_registered",
        "service_removed",
        "shopping_list_updated",
        "state_changed",
        "themes_updated",
    }
)


class SupportedFeatures(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`features`: name → version; only `coalesce_messages` is known."""

    features: dict[str, int]


class SubscribeEvents(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`event_type` `*` stands for all."""

    event_type: str = "*"


class UnsubscribeEvents(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`subscription` is the id of the message that subscribed."""

    subscription: int


class Filter(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Which entities to include or exclude."""

    entities: EntityIds = []
    domains: list[str] = []
    entity_globs: list[str] = []

    def matches(self, entity_id: str) -> bool:
        """Whether any of the lists names the entity."""
        return (
            entity_id in self.entities
            or entity_id.partition(".")[0] in self.domains
            or any(fnmatchcase(entity_id, glob) for glob in self.entity_globs)
        )


class SubscribeEntities(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Without any field: all entities."""

    entity_ids: EntityIds | None = None
    include: Filter | None = None
    exclude: Filter | None = None


def _target(value: Any) -> dict[str, Any]:
    """A target, checked whether the service takes one or not, as in Home Assistant."""
    convert(value, Target)
    return dict(value)


if TYPE_CHECKING:
    TargetData = dict[str, Any]
else:
    TargetData = word("TargetData", _target)


class CallService(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A service call as the frontend sends it."""

    domain: str
    service: str
    service_data: dict[str, Any] | None = None
    target: TargetData | None = None
    return_response: Flag = False


class FireEvent(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """An event to fire."""

    event_type: str
    event_data: dict[str, Any] | None = None


def supported_features(message: Message) -> None:
    """Take down what the client can do."""
    message.session.outbox.coalesce = bool(message.data.features.get("coalesce_messages"))


def ping(message: Message) -> Any:
    """Answer with a pong."""
    message.session.send(b'{"id":%d,"type":"pong"}' % message.id)
    return UNANSWERED


def subscribe_events(message: Message) -> Any:
    """Send every event of a type, or of all types to an admin."""
    event_type = message.data.event_type
    if not message.user.is_admin and (event_type not in OPEN_EVENTS or not can_read(message.user)):
        raise WsError("unauthorized", "Unauthorized")
    prefix = b'{"id":%d,"type":"event","event":' % message.id
    put = message.session.outbox.put

    def forward(event: Event) -> None:
        put(prefix + event.json + b"}")

    bus = message.api.hub.bus
    remove = bus.listen_all(forward) if event_type == "*" else bus.listen(event_type, forward)
    message.subscribe(remove)


def unsubscribe_events(message: Message) -> None:
    """End any subscription."""
    if not message.session.unsubscribe(message.data.subscription):
        raise WsError("not_found", "Subscription not found.")


def subscribe_entities(message: Message) -> Any:
    """Stream states in the short form."""
    data: SubscribeEntities = message.data
    ids = None if data.entity_ids is None else frozenset(data.entity_ids)
    include, exclude = data.include, data.exclude

    def wanted(entity_id: str) -> bool:
        if ids is not None and entity_id not in ids:
            return False
        if exclude is not None and exclude.matches(entity_id):
            return False
        return include is None or include.matches(entity_id)

    if not can_read(message.user):
        ids = frozenset()
    filtered = not (ids is None and include is None and exclude is None)
    EntityStream(message, wanted if filtered else None).start()
    return UNANSWERED


def get_states(message: Message) -> Any:
    """Every state in the long form."""
    states = message.api.hub.states.all() if can_read(message.user) else ()
    message.result_json(b"[" + b",".join([state.json for state in states]) + b"]")
    return UNANSWERED


def get_config(message: Message) -> dict[str, Any]:
    """Where the house is, its units, what is loaded."""
    return config_info(message.api)


def get_services(message: Message) -> Any:
    """Every service with its description."""
    message.result_json(message.api.services_json())
    return UNANSWERED


async def call_service(message: Message) -> dict[str, Any]:
    """Call a service and wait for it."""
    data: CallService = message.data
    context = message.context()
    try:
        require_control(message.user)
        response = await message.api.hub.services.call(
            data.domain,
            data.service,
            data.service_data,
            target=None if data.target is None else listed_target(data.target),
            context=context,
            return_response=data.return_response,
        )
    except Unauthorized as error:
        # Home Assistant tells a refused service from a refused command by this code.
        raise WsError("home_assistant_error", str(error)) from None
    result: dict[str, Any] = {"context": context.as_dict()}
    if data.return_response:
        result["response"] = response
    return result


def fire_event(message: Message) -> dict[str, Any]:
    """Fire an event in the name of the user."""
    data: FireEvent = message.data
    context = message.context()
    try:
        message.api.hub.bus.fire(data.event_type, data.event_data, context=context)
    except ValueError as error:
        raise WsError("invalid_format", str(error)) from None
    return {"context": context.as_dict()}


COMMANDS: Final = (
    Command("supported_features", supported_features, SupportedFeatures),
    Command("ping", ping),
    Command("subscribe_events", subscribe_events, SubscribeEvents),
    Command("unsubscribe_events", unsubscribe_events, UnsubscribeEvents),
    Command("subscribe_entities", subscribe_entities, SubscribeEntities),
    Command("get_states", get_states),
    Command("get_config", get_config),
    Command("get_services", get_services),
    Command("call_service", call_service, CallService),
    Command("fire_event", fire_event, FireEvent, Access.ADMIN),
)
