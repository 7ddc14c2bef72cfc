"""The fields of device automations, and the forms in which the user interface asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from marge.automation.devices.facts import EntityFacts
from marge.automation.devices.kinds import Field, has
from marge.automation.words import Period, entity_of
from marge.entities.climate_data import HVAC_MODES, HvacMode
from marge.entities.light_turn_on import Features as Light
from marge.entities.words import Number, Percentage, WholeNumber, choice, real
from marge.util.schema import Flag, Text, word

Form = Callable[[EntityFacts], dict[str, Any]]


def _fixed(form: dict[str, Any]) -> Form:
    return lambda facts: form


def _select(options: Iterable[Any]) -> dict[str, Any]:
    return {"type": "select", "options": [[option, option] for option in options]}


def _one_of_its(capability: str) -> Form:
    return lambda facts: _select(facts.capability(capability) or ())


def _period(value: Any) -> Any:
    if Period(value).fixed is None:
        raise ValueError(f"expected a duration, got {value!r}: templates are not allowed here")
    return value


def _plain_text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected text, got {value!r}: put it in quotes")
    return value


def _zone(value: Any) -> str:
    if (entity_id := entity_of(value, ("zone",))) is None:
        raise ValueError(f"expected a zone such as zone.home, got {value!r}")
    return entity_id


def _zones(facts: EntityFacts) -> dict[str, Any]:
    zones = sorted((state.name, state.entity_id) for state in facts.hub.states.all("zone"))
    return {"type": "select", "options": [[entity_id, name] for name, entity_id in zones]}


_PERIOD: Final = word("_PERIOD", _period)
_PLAIN: Final = word("_PLAIN", _plain_text)
_ZONE: Final = word("_ZONE", _zone)
_FLASH: Final = choice("_FLASH", "short", "long")

FOR: Final = Field(name="for", kind=_PERIOD, shown=_fixed({"type": "positive_time_period_dict"}))
ZONE: Final = Field(name="zone", kind=_ZONE, shown=_zones, required=True)


def _limits(kind: Any, type: str, suffix: Callable[[EntityFacts], Any]) -> tuple[Field, Field]:
    def shown(facts: EntityFacts) -> dict[str, Any]:
        return {"type": type, "description": {"suffix": suffix(facts)}}

    return Field(name="above", kind=kind, shown=shown), Field(name="below", kind=kind, shown=shown)


LIMITS: Final = _limits(Number, "float", lambda facts: facts.unit)
TEMPERATURES: Final = _limits(Number, "float", lambda facts: facts.hub.config.units.temperature)
HUMIDITIES: Final = _limits(Number, "float", lambda facts: "%")
WHOLE_HUMIDITIES: Final = _limits(WholeNumber, "integer", lambda facts: "%")
# Home Assistant reads a present humidity as a number with decimals but asks for a whole one.
PRESENT_HUMIDITIES: Final = _limits(Number, "integer", lambda facts: "%")

_PERCENT: Final = _fixed({"type": "integer", "valueMin": 0, "valueMax": 100})
POSITIONS: Final = (
    Field(name="above", kind=Percentage, shown=_PERCENT, suggested=0),
    Field(name="below", kind=Percentage, shown=_PERCENT, suggested=100),
)
POSITION: Final = Field(name="position", kind=Percentage, shown=_PERCENT, default=0)

TO_HVAC_MODE: Final = Field(name="to", kind=HvacMode, shown=_fixed(_select(HVAC_MODES)), required=True)
HVAC_MODE: Final = Field(name="hvac_mode", kind=HvacMode, shown=_one_of_its("hvac_modes"), required=True)
PRESET_MODE: Final = Field(name="preset_mode", kind=_PLAIN, shown=_one_of_its("preset_modes"), required=True)

MODE: Final = Field(name="mode", kind=Text, shown=_one_of_its("available_modes"), required=True)
HUMIDITY: Final = Field(name="humidity", kind=WholeNumber, shown=_fixed({"type": "integer"}), required=True)

FROM_OPTION: Final = Field(name="from", kind=Text, shown=_one_of_its("options"))
TO_OPTION: Final = Field(name="to", kind=Text, shown=_one_of_its("options"))
OPTION: Final = Field(name="option", kind=Text, shown=_one_of_its("options"), required=True)
CYCLE: Final = Field(name="cycle", kind=Flag, shown=_fixed({"type": "boolean"}), default=True)

CODE: Final = Field(name="code", kind=Text, shown=_fixed({"type": "string"}))
NUMBER_VALUE: Final = Field(name="value", kind=Number, shown=_fixed({"type": "float"}), required=True)
TEXT_VALUE: Final = Field(name="value", kind=Text, shown=_fixed({"type": "string"}), required=True)


def dims(facts: EntityFacts) -> bool:
    """Whether a light can be brighter and darker."""
    return bool(set(facts.capability("supported_color_modes") or ()) - {"onoff", "unknown"})


BRIGHTNESS_PCT: Final = Field(
    name="brightness_pct",
    kind=real("BrightnessPct", 0, 100),
    shown=_fixed({"type": "float", "valueMin": 0, "valueMax": 100}),
    when=dims,
)
FLASH: Final = Field(
    name="flash",
    kind=_FLASH,
    shown=_fixed(_select(("short", "long"))),
    when=has(Light.FLASH),
)
