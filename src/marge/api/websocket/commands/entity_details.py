"""What single kinds of entities tell beyond their states: forecasts, release notes, streams of a camera."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import Struct

from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import UNANSWERED, Command, Message
from marge.api.websocket.entities_of import EntityIdOnly, entity_of, must_be_of_domain, needed
from marge.util.schema import EntityId


class SubscribeForecast(Struct, forbid_unknown_fields=True, frozen=True):
    """A weather entity and which of its forecasts."""

    entity_id: EntityId
    forecast_type: Literal["daily", "hourly", "twice_daily"]


async def subscribe_forecast(message: Message) -> Any:
    """The forecast now and whenever there is a new one."""
    from marge.entities.weather import FEATURE_OF, WeatherEntity

    data: SubscribeForecast = message.data
    must_be_of_domain(data.entity_id, "weather")
    weather = entity_of(message, data.entity_id, WeatherEntity)
    if weather is None:
        raise WsError("invalid_entity_id", f"Weather entity not found: {data.entity_id}")
    if not weather.supported_features & FEATURE_OF[data.forecast_type]:
        raise WsError(
            "forecast_not_supported", f"The weather entity does not support forecast type: {data.forecast_type}"
        )

    def tell(forecast: list[dict[str, Any]] | None) -> None:
        message.event({"type": data.forecast_type, "forecast": forecast})

    message.subscribe(weather.subscribe_forecast(data.forecast_type, tell))
    message.result()
    native = await weather.do_forecast(data.forecast_type)
    tell(None if native is None else weather.convert_forecast(native))
    return UNANSWERED


async def release_notes(message: Message) -> str | None:
    """The release notes of an update."""
    from marge.entities.update import Features, UpdateEntity

    entity = needed(message, message.data.entity_id, UpdateEntity)
    if not entity.supported_features & Features.RELEASE_NOTES:
        raise WsError("not_supported", "Entity does not support release notes")
    return await entity.do_release_notes()


def camera_capabilities(message: Message) -> dict[str, Any]:
    """The kinds of streams that the frontend may ask of a camera: none, pictures come one after the other."""
    from marge.entities.camera import CameraEntity

    camera = entity_of(message, message.data.entity_id, CameraEntity)
    if camera is None:
        raise WsError("home_assistant_error", "Camera not found")
    if not camera.is_on:
        raise WsError("home_assistant_error", "Camera is off")
    return {"frontend_stream_types": []}


COMMANDS: Final = (
    Command("weather/subscribe_forecast", subscribe_forecast, SubscribeForecast, Access.READ),
    Command("update/release_notes", release_notes, EntityIdOnly, Access.ADMIN),
    Command("camera/capabilities", camera_capabilities, EntityIdOnly, Access.READ),
)
