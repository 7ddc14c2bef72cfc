"""What the three kinds of MQTT lights have in common."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any, Final

from marge.entities.light import DEFAULT_MAX_KELVIN, DEFAULT_MIN_KELVIN, LightEntity, derive
from marge.mqtt.discovery.config import CommandConfig
from marge.mqtt.discovery.kept import Kept, one_of
from marge.mqtt.discovery.on_off import MqttOnOff
from marge.mqtt.discovery.reading import NotTaken, whole
from marge.mqtt.discovery.words import Count
from marge.util.color import mired_to_kelvin
from marge.util.schema import Strings

COLOR_MODES: Final = frozenset({"hs", "rgb", "rgbw", "rgbww", "xy"})

LIGHT_ATTRIBUTES: Final = frozenset(
    {
        "brightness",
        "color_mode",
        "color_temp",
        "color_temp_kelvin",
        "effect",
        "effect_list",
        "hs_color",
        "max_color_temp_kelvin",
        "max_mireds",
        "min_color_temp_kelvin",
        "min_mireds",
        "rgb_color",
        "rgbw_color",
        "rgbww_color",
        "supported_color_modes",
        "xy_color",
    }
)


class LightConfig(CommandConfig, frozen=True, kw_only=True):
    """The range of colour temperatures is in mireds, as devices count."""

    effect_list: Strings | None = None
    max_mireds: Count | None = None
    min_mireds: Count | None = None

    def color_modes(self) -> frozenset[str]:
        """What the light can do."""
        raise NotImplementedError


def _color_in(mode: str) -> Callable[[MqttLight, Any], tuple[Any, ...]]:
    """The colour of the mode that the light was in; those of the others were derived from it."""

    def read(light: MqttLight, value: Any) -> tuple[Any, ...]:
        assert light.last_state is not None
        if light.last_state.attributes.get("color_mode") != mode or mode not in light.supported_color_modes:
            raise NotTaken("was derived from the colour of another mode")
        return light.checked(mode, tuple(value))

    return read


class MqttLight(MqttOnOff, LightEntity):
    """A light behind MQTT."""

    reserved_attributes = LIGHT_ATTRIBUTES
    kept = (
        *MqttOnOff.kept,
        Kept("brightness", "brightness"),
        Kept("color_temp_kelvin", "color_temp_kelvin"),
        Kept("effect", "effect"),
        Kept("color_mode", "color_mode", one_of("supported_color_modes")),
        *[Kept(f"{mode}_color", f"{mode}_color", _color_in(mode)) for mode in sorted(COLOR_MODES)],
    )

    config: LightConfig

    def setup(self) -> None:
        """See `MqttEntity.setup`; a light that can do one thing only is known to do it."""
        config = self.config
        low, high = config.max_mireds, config.min_mireds
        self.min_color_temp_kelvin = mired_to_kelvin(low) if low else DEFAULT_MIN_KELVIN
        self.max_color_temp_kelvin = mired_to_kelvin(high) if high else DEFAULT_MAX_KELVIN
        self.effect_list = config.effect_list
        self.assumed_state = config.assumed
        self.supported_color_modes = modes = config.color_modes()
        if len(modes) == 1:
            self.color_mode = next(iter(modes))
        elif self.color_mode not in modes:
            self.color_mode = "unknown"

    def set_color(self, mode: str, color: tuple[Any, ...]) -> None:
        """Take over the colour of a mode; raises NotTaken for one that cannot be shown."""
        setattr(self, f"{mode}_color", self.checked(mode, color))

    def checked(self, mode: str, color: tuple[Any, ...]) -> tuple[Any, ...]:
        """The colour, if it can be shown; raises NotTaken."""
        try:
            derive(mode, color, self.min_color_temp_kelvin, self.max_color_temp_kelvin)
        except (ValueError, TypeError, ArithmeticError):
            raise NotTaken(f"is no colour in {mode}") from None
        return color


def kelvin(mireds: object) -> int:
    """A colour temperature as devices count it, in kelvin; raises NotTaken for what is none."""
    count = whole(mireds, "colour temperature in mireds")
    if not 1 <= count <= 1_000_000:
        raise NotTaken("is no colour temperature in mireds")
    return mired_to_kelvin(count)


def check_color_modes(modes: AbstractSet[str]) -> str | None:
    """Why these colour modes cannot be together; None when they can."""
    if not modes or "unknown" in modes:
        return "at least one known colour mode is needed"
    if ("brightness" in modes or "onoff" in modes) and len(modes) > 1:
        return "brightness and onoff go with no other colour mode"
    if "white" in modes and not modes & COLOR_MODES:
        return "white goes with a colour only"
    return None


def plain_color_modes(modes: AbstractSet[str]) -> frozenset[str]:
    """The colour modes of a light that can do all of these: onoff and brightness are part of the others."""
    modes = set(modes)
    if len(modes) > 1:
        modes.discard("onoff")
    if len(modes) > 1:
        modes.discard("brightness")
    return frozenset(modes)
