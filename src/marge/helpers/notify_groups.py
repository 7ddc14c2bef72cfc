"""Actions that pass a message on to several others: `platform: group` under `notify:` with `services`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextvars import ContextVar
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.config.locate import locate
from marge.config.nodes import NodeDict
from marge.core.errors import InvalidConfig, MargeError, OperationFailed
from marge.core.hub import Hub
from marge.core.services import Service, ServiceCall
from marge.entities.descriptions import describer
from marge.helpers.mistakes import Report, log
from marge.helpers.persistent_notification import Notify
from marge.helpers.words import is_object_id
from marge.util.schema import Invalid, Text, convert, word
from marge.util.slug import slugify

_LOGGER = logging.getLogger("marge.helpers")

_PASSING: Final[ContextVar[tuple[str, ...]]] = ContextVar("passing", default=())
"""The groups that are passing a message on: one that is reached by its own message is refused."""


class Receiver(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One action of the domain `notify`, and what it gets beside the message."""

    action: Text
    data: dict[str, Any] = {}


def _receivers(value: Any) -> list[Receiver]:
    found: list[Receiver] = []
    for index, item in enumerate(value if isinstance(value, list) else [value]):
        spelled = {**item} if isinstance(item, Mapping) else item
        if isinstance(spelled, dict) and "service" in spelled and "action" not in spelled:
            spelled["action"] = spelled.pop("service")
        try:
            receiver = convert(spelled, Receiver)
            if not is_object_id(receiver.action):
                raise Invalid(f"'{receiver.action}' is no name of a notify action, such as 'phone'", ("action",))
        except Invalid as invalid:
            raise Invalid(invalid.message, (index, *invalid.path), invalid.hint) from None
        found.append(receiver)
    return found


if TYPE_CHECKING:
    Receivers = list[Receiver]
else:
    Receivers = word("Receivers", _receivers)


class NotifyItem(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """An item of `notify:`; the action is called after its name."""

    platform: Text
    services: Receivers
    name: Text | UnsetType = UNSET


def read_notify(item: NodeDict, report: Report = log) -> NotifyItem | None:
    """The content of an item of `notify:`; None, with a report, when it is wrong."""
    try:
        return convert(item, NotifyItem)
    except Invalid as invalid:
        named = f" '{item['name']}'" if "name" in item else ""
        report(f"notify group{named}", locate(invalid, item, known=NotifyItem.__struct_encode_fields__))
        return None


class NotifyGroups:
    """All of them; an unchanged one stays when the files are read again."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._groups: dict[str, NotifyItem] = {}

    def load(self, items: list[NodeDict]) -> None:
        """Bring in what is new, let go what is gone."""
        wanted: dict[str, tuple[NotifyItem, NodeDict]] = {}
        for item in items:
            if (read := read_notify(item)) is None:
                continue
            name = "notify" if read.name is UNSET else slugify(read.name)
            wanted.setdefault(name, (read, item))
        for name, group in list(self._groups.items()):
            if name not in wanted or wanted[name][0] != group:
                self._hub.services.remove("notify", name)
                del self._groups[name]
        for name, (read, item) in wanted.items():
            if name in self._groups:
                continue
            if self._hub.services.has("notify", name):
                message = f"there is an action notify.{name} already: the group is left out"
                where = item.place_of("name") if "name" in item else item.place
                _LOGGER.warning("%s", InvalidConfig(message, where.file, where.line, "give it another 'name'"))
                continue
            self._groups[name] = read
            describe = describer("persistent_notification", "notify")
            self._hub.services.register(Service("notify", name, self._pass_on, Notify, describe=describe))

    async def _pass_on(self, call: ServiceCall) -> None:
        passing = _PASSING.get()
        if call.service in passing:
            raise OperationFailed(f"notify.{call.service} is a receiver of its own messages")
        token = _PASSING.set((*passing, call.service))
        try:
            receivers = self._groups[call.service].services
            await asyncio.gather(*(self._send(call, receiver) for receiver in receivers))
        finally:
            _PASSING.reset(token)

    async def _send(self, call: ServiceCall, receiver: Receiver) -> None:
        sent = msgspec.structs.asdict(call.data)
        data = {key: deepcopy(value) for key, value in sent.items() if value is not UNSET and value}
        try:
            await self._hub.services.call(
                "notify", receiver.action, with_defaults({"message": "", **data}, receiver.data), context=call.context
            )
        except (MargeError, Invalid) as error:
            _LOGGER.warning("notify.%s: notify.%s cannot be told: %s", call.service, receiver.action, error)


def with_defaults(data: dict[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """`data` and what it lacks of the defaults, in nested mappings too."""
    merged = dict(data)
    for key, value in defaults.items():
        if isinstance(value, Mapping):
            own = merged.get(key)
            merged[key] = with_defaults(own if isinstance(own, dict) else {}, value)
        else:
            merged.setdefault(key, value)
    return merged
