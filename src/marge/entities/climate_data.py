"""The features of a climate entity and what its services take."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING, Final

import msgspec

from marge.entities.words import Number, WholeNumber, choice
from marge.util.schema import Flag, Text

HVAC_MODES: Final = ("off", "heat", "cool", "heat_cool", "auto", "dry", "fan_only")

if TYPE_CHECKING:
    HvacMode = str
else:
    HvacMode = choice("HvacMode", *HVAC_MODES)


class Features(IntFlag):
    """What a climate entity can do."""

    TARGET_TEMPERATURE = 1
    TARGET_TEMPERATURE_RANGE = 2
    TARGET_HUMIDITY = 4
    FAN_MODE = 8
    PRESET_MODE = 16
    SWING_MODE = 32
    AUX_HEAT = 64
    TURN_OFF = 128
    TURN_ON = 256
    SWING_HORIZONTAL_MODE = 512


class SetTemperature(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The data of `climate.set_temperature`; temperatures in the household's unit, a range needs both its ends."""

    temperature: Number | None = None
    target_temp_high: Number | None = None
    target_temp_low: Number | None = None
    hvac_mode: HvacMode | None = None

    def __post_init__(self) -> None:
        low, high = self.target_temp_low is not None, self.target_temp_high is not None
        if low != high:
            raise ValueError(
                "some but not all values in the same group of inclusion 'temperature' @ data[<temperature>]: "
                "target_temp_low and target_temp_high go together"
            )
        if self.temperature is None and not low:
            raise ValueError("must contain at least one of temperature, target_temp_high, target_temp_low.")


class SetHumidity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `climate.set_humidity`, in percent."""

    humidity: WholeNumber


class SetHvacMode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `climate.set_hvac_mode`."""

    hvac_mode: HvacMode


class SetPresetMode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `climate.set_preset_mode`."""

    preset_mode: Text


class SetFanMode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `climate.set_fan_mode`."""

    fan_mode: Text


class SetSwingMode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `climate.set_swing_mode`."""

    swing_mode: Text


class SetSwingHorizontalMode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `climate.set_swing_horizontal_mode`."""

    swing_horizontal_mode: Text


class SetAuxHeat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `climate.set_aux_heat`."""

    aux_heat: Flag


class Setpoint(msgspec.Struct, kw_only=True):
    """What a platform is asked to set: temperatures in the entity's own unit, only what was given."""

    temperature: float | None = None
    target_temp_high: float | None = None
    target_temp_low: float | None = None
    hvac_mode: str | None = None
