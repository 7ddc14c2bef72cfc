"""Siren: what makes noise, with tone, volume and duration as far as it has them."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING, Any, Final

import msgspec

from marge.core.errors import ServiceValidationError
from marge.entities.domain import Domain, EntityService
from marge.entities.toggle import ToggleEntity
from marge.entities.words import Fraction, PositiveInt
from marge.util.schema import word


class Features(IntFlag):
    """What a siren can do."""

    TURN_ON = 1
    TURN_OFF = 2
    TONES = 4
    VOLUME_SET = 8
    DURATION = 16


_TONES: Final = Features.TONES.value
_VOLUME_SET: Final = Features.VOLUME_SET.value
_DURATION: Final = Features.DURATION.value

if TYPE_CHECKING:
    Tone = int | str
else:

    def _tone(value: Any) -> int | str:
        try:
            return int(value)
        except (TypeError, ValueError, OverflowError):
            if isinstance(value, str):
                return value
            raise ValueError(f"expected the name or number of a tone, got {value!r}") from None

    Tone = word("Tone", _tone)


class TurnOn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The data of `siren.turn_on`; volume 0 to 1, duration in seconds."""

    tone: Tone | None = None
    volume_level: Fraction | None = None
    duration: PositiveInt | None = None


class SirenEntity(ToggleEntity):
    """A siren; `available_tones` is a list of tones, or a mapping of what the platform wants to the tone's name."""

    domain = "siren"
    has_features = True

    available_tones: list[int | str] | dict[int, str] | dict[str, str] | None = None

    def capabilities(self) -> dict[str, Any] | None:
        """The tones."""
        if self.supported_features & _TONES and self.available_tones is not None:
            return {"available_tones": self.available_tones}
        return None

    async def turn_on(self, data: TurnOn | None = None) -> None:
        """Sound, with what the siren supports of `data`; raises ServiceValidationError for an unknown tone."""
        features = self.supported_features
        given = data or TurnOn()
        await self.do_turn_on(
            TurnOn(
                tone=self._resolve_tone(given.tone) if given.tone is not None and features & _TONES else None,
                volume_level=given.volume_level if features & _VOLUME_SET else None,
                duration=given.duration if features & _DURATION else None,
            )
        )

    async def turn_off(self) -> None:
        """Fall silent."""
        await self.do_turn_off()

    def _resolve_tone(self, tone: int | str) -> int | str:
        """The tone as the platform wants it: of a mapping the key."""
        tones: Any = self.available_tones or ()
        if isinstance(tones, dict):
            for key, name in tones.items():
                if name == tone:
                    return key  # type: ignore[no-any-return]
        if tone in tones:
            return tone
        known = tones.values() if isinstance(tones, dict) else tones
        raise ServiceValidationError(
            f"{self.entity_id} has no tone {tone!r}; its tones are: {', '.join(map(str, known)) or 'none'}"
        )

    async def do_turn_on(self, params: TurnOn) -> None:
        """Platform: sound."""
        raise NotImplementedError

    async def do_turn_off(self) -> None:
        """Platform: fall silent."""
        raise NotImplementedError


SIREN: Final = Domain(
    "siren",
    SirenEntity,
    (
        EntityService("turn_on", "turn_on", TurnOn, (Features.TURN_ON,)),
        EntityService("turn_off", "turn_off", features=(Features.TURN_OFF,)),
        EntityService("toggle", "toggle", features=(Features.TURN_ON | Features.TURN_OFF,)),
    ),
)
