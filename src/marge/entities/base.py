"""The base of every entity: identity, availability, and how its state and attributes are put together."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

import msgspec

from marge.core.context import Context
from marge.core.state import MAX_STATE_LENGTH, UNAVAILABLE, UNKNOWN, State
from marge.util.log_limit import OncePerMinute

if TYPE_CHECKING:
    from marge.core.hub import Hub

_LOGGER = logging.getLogger("marge.entities")

# What cannot be shown is tried with every message; each line of this logger begins with its entity.
_FAILURES = logging.getLogger("marge.entities.failures")
_FAILURES.addFilter(OncePerMinute())

Part = Literal["state", "capabilities", "attributes"]

_STATE: Final = "state"
_CAPABILITIES: Final = "capabilities"
_ATTRIBUTES: Final = "attributes"

# A state that follows a service call within this time is taken for its effect, as in Home Assistant.
CONTEXT_SECONDS: Final = 5.0


class DeviceInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform knows of the device behind an entity; at least one identifier or connection."""

    identifiers: frozenset[tuple[str, str]] = frozenset()
    connections: frozenset[tuple[str, str]] = frozenset()
    name: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    model_id: str | None = None
    hw_version: str | None = None
    sw_version: str | None = None
    serial_number: str | None = None
    suggested_area: str | None = None
    configuration_url: str | None = None
    via_device: tuple[str, str] | None = None
    entry_type: str | None = None


class Overrides(msgspec.Struct, frozen=True, kw_only=True):
    """What the user changed in the entity registry or by `customize`; None leaves the entity's own value."""

    name: str | None = None
    icon: str | None = None
    device_class: str | None = None
    device_name: str | None = None
    """The device's name, the user's if given: put before the name of an entity with `has_entity_name`."""
    options: dict[str, Any] = {}
    """The registry's options of the entity's own domain, such as `default_code` of a lock."""
    attributes: dict[str, Any] = {}
    """Attributes of `customize` that are none of the above."""


class Entity:
    """One thing in the house.

    A domain's class adds the meaning (`state`, `attributes`, `capabilities`), a platform's subclass the source. Before
    it is added the platform sets the plain attributes below; while it lives it changes them and calls `write_state`.
    """

    domain: ClassVar[str] = ""

    platform: str = ""
    """The integration it comes from, such as `mqtt`."""
    unique_id: str | None = None
    suggested_object_id: str | None = None
    config_entry_id: str | None = None
    name: str | None = None
    has_entity_name: bool = False
    device: DeviceInfo | None = None
    device_class: str | None = None
    unit_of_measurement: str | None = None
    icon: str | None = None
    entity_picture: str | None = None
    entity_category: str | None = None
    translation_key: str | None = None
    attribution: str | None = None
    enabled_by_default: bool = True
    visible_by_default: bool = True
    available: bool = True
    assumed_state: bool = False
    force_update: bool = False
    supported_features: int = 0
    has_features: ClassVar[bool] = False
    """Whether the domain shows `supported_features` even when it is 0."""
    extra_attributes: dict[str, Any] | None = None
    """Attributes of the source beside those of the domain; replaced as a whole."""

    hub: Hub
    entity_id: str = ""
    overrides: Overrides = Overrides()
    last_state: State | None = None
    """The state of the last run, set before `added` is called; None once the entity has written a state of its own."""

    _added = False
    _common: dict[str, Any] | None = None
    _context: Context | None = None
    _context_until = 0.0

    # What a domain or platform gives.

    @property
    def state(self) -> str | None:
        """The state; None is `unknown`."""
        raise NotImplementedError

    def capabilities(self) -> dict[str, Any] | None:
        """Attributes that say what the entity can do; shown even while it is unavailable."""
        return None

    def attributes(self) -> dict[str, Any] | None:
        """The domain's attributes that say how it is now."""
        return None

    def registry_unit(self) -> str | None:
        """The unit that is shown, for the entity registry; asked once the entity has its overrides."""
        return self.unit_of_measurement

    def registry_options(self) -> dict[str, Any]:
        """What the entity itself suggests among the registry's options of its domain; asked like the unit.

        None takes back what it suggested before.
        """
        return {}

    def added(self) -> None:
        """Called once, when the entity has its id and before its first state is written."""

    def removed(self) -> None:
        """Called once, when the entity leaves; undoes what `added` did."""

    # What the host and the platform call.

    @property
    def friendly_name(self) -> str | None:
        """The name shown to people: the user's as it is, or the device's followed by the entity's own."""
        overrides = self.overrides
        if overrides.name is not None:
            return overrides.name
        if not self.has_entity_name or overrides.device_name is None:
            return self.name
        return f"{overrides.device_name} {self.name}" if self.name else overrides.device_name

    def attach(self, hub: Hub, entity_id: str, overrides: Overrides) -> None:
        """Give the entity its place; called by the host before `added`."""
        self.hub = hub
        self.entity_id = entity_id
        self.set_overrides(overrides)
        self._added = True

    def detach(self) -> None:
        """Take the entity's place away; it writes no more states."""
        self._added = False

    @property
    def is_added(self) -> bool:
        """Whether the entity has a place in the house now."""
        return self._added

    def set_overrides(self, overrides: Overrides) -> None:
        """Take over what the user changed; the next `write_state` shows it."""
        self.overrides = overrides
        self._common = None

    def description_changed(self) -> None:
        """Tell that name, icon, device class, unit or features changed; the next `write_state` shows it."""
        self._common = None

    def set_context(self, context: Context) -> None:
        """Mark `context` as the cause of the states of the next seconds."""
        self._context = context
        self._context_until = self.hub.clock.monotonic() + CONTEXT_SECONDS

    def write_state(self) -> None:
        """Write state and attributes to the state machine; does nothing while the entity has no place."""
        if not self._added:
            return
        hub = self.hub
        since = None
        available = self.available
        try:
            value, attributes = self.state if available else None, self.capabilities() or {}
            if available and (more := self.attributes()) is not None:
                attributes = {**attributes, **more}
        except Exception:
            value = self.show(_STATE) if available else None
            attributes = {**(self.show(_CAPABILITIES) or {}), **((self.show(_ATTRIBUTES) if available else None) or {})}
        if available:
            state = UNKNOWN if value is None else value
            if (extra := self.extra_attributes) is not None:
                attributes = {**attributes, **extra}
            if len(state) > MAX_STATE_LENGTH:
                _LOGGER.warning(
                    "The state of %s has %d characters, more than the %d allowed: it is shown as unknown",
                    self.entity_id,
                    len(state),
                    MAX_STATE_LENGTH,
                )
                state = UNKNOWN
            if (last := self.last_state) is not None:
                self.last_state = None
                if last.state == state:
                    since = last.last_changed
        else:
            state = UNAVAILABLE
        attributes = {**attributes, **(self._common or self._build_common())}
        context = self._context
        if context is not None and hub.clock.monotonic() > self._context_until:
            context = self._context = None
        hub.states.set(self.entity_id, state, attributes, context=context, force_update=self.force_update, since=since)

    @property
    def common(self) -> dict[str, Any]:
        """The attributes that every entity may have; not to be changed."""
        return self._common or self._build_common()

    def show(self, part: Part) -> Any:
        """State, capabilities or attributes of an entity that may fail at one of them.

        None, with a line in the log, for what cannot be shown now: a value that nobody foresaw does not keep the rest
        from being seen.
        """
        try:
            found = getattr(self, part)
            return found if part == _STATE else found()
        except Exception:
            _FAILURES.exception("%s cannot show its %s", self.entity_id, part)
            return None

    def _build_common(self) -> dict[str, Any]:
        """The attributes that every entity may have; put together only when the description changes."""
        overrides = self.overrides
        common: dict[str, Any] = {}
        if self.unit_of_measurement is not None:
            common["unit_of_measurement"] = self.unit_of_measurement
        if self.assumed_state:
            common["assumed_state"] = True
        if self.attribution is not None:
            common["attribution"] = self.attribution
        device_class = overrides.device_class or self.device_class
        if device_class is not None:
            common["device_class"] = device_class
        if self.entity_picture is not None:
            common["entity_picture"] = self.entity_picture
        icon = overrides.icon or self.icon
        if icon is not None:
            common["icon"] = icon
        if (name := self.friendly_name) is not None:
            common["friendly_name"] = name
        if self.has_features or self.supported_features:
            common["supported_features"] = self.supported_features
        common.update(overrides.attributes)
        self._common = common
        return common
