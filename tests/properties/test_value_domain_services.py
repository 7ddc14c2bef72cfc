"""Whatever data a client sends to a service of these domains, the answer is a result or an error with a reason."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marge.core.errors import MargeError
from marge.core.services import Service
from marge.entities.base import Entity
from marge.entities.calendar import CalendarEntity
from marge.entities.calendar_event import CalendarEvent
from marge.entities.index import load_domain
from marge.entities.todo import TodoItem
from marge.entities.weather import Forecast, ForecastType
from marge.testing.entity_house import House
from marge.util import jsonx
from marge.util.schema import Invalid

DOMAINS = [
    "button",
    "calendar",
    "camera",
    "date",
    "datetime",
    "image",
    "notify",
    "number",
    "scene",
    "select",
    "text",
    "time",
    "todo",
    "tts",
    "update",
    "weather",
]

TEXTS = st.sampled_from(
    [
        "2026-02-03",
        "0001-01-01 00:00:00+00:00",
        "9999-12-31T23:59:59-12:00",
        "2026-02-03 10:00:00",
        "10:00",
        "nan",
        "1e400",
        "-5",
        "completed",
        "daily",
        "a",
        "media_player.a",
        "",
    ]
) | st.text(max_size=8)
KEYS = st.sampled_from(["days", "weeks", "hours", "x"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=2),
    max_leaves=4,
)


async def _anything(*_arguments: Any) -> None:
    """A platform that can do it all."""


class _Events(CalendarEntity):
    async def do_get_events(self, start: datetime, end: datetime) -> Sequence[CalendarEvent]:
        assert end > start
        return ()


async def _forecast(_self: Any, _type: ForecastType) -> Sequence[Forecast]:
    return ({"datetime": "2026-01-01T00:00:00+00:00", "native_temperature": "warm", "humidity": 5},)


async def _image(_self: Any) -> bytes | None:
    return None


def _entity(domain: str) -> Entity:
    base = _Events if domain == "calendar" else load_domain(domain).entity
    hooks: dict[str, Any] = {
        name: _anything for name in dir(base) if name.startswith("do_") and name != "do_get_events"
    }
    if domain == "weather":
        hooks["do_forecast"] = _forecast
    if domain in ("camera", "image"):
        hooks["image"] = _image
    entity: Entity = type("Anything", (base,), hooks)()
    entity.supported_features = 255
    if domain == "todo":
        entity.todo_items = [TodoItem("a", "1", "completed")]  # type: ignore[attr-defined]
    if domain == "select":
        entity.options = ["a", "b"]  # type: ignore[attr-defined]
    return entity


def _house(domain: str) -> House:
    house = House(time_zone="America/New_York")

    async def play(_call: Any) -> Mapping[str, Any] | None:
        return None

    house.hub.services.register(Service("media_player", "play_media", play))  # type: ignore[arg-type]
    house.add(_entity(domain), f"{domain}.x")
    return house


@pytest.mark.parametrize("domain", DOMAINS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_data_leads_to_an_unexpected_error(domain: str, data: st.DataObject) -> None:
    service = data.draw(st.sampled_from(load_domain(domain).services))
    fields = service.schema.__struct_encode_fields__ if service.schema else ("nothing",)
    sent = data.draw(st.dictionaries(st.sampled_from(fields), VALUES, max_size=4))

    async def call() -> None:
        house = _house(domain)
        response = service.supports_response == "only"
        try:
            answer = await house.call(f"{domain}.{service.name}", f"{domain}.x", response=response, **sent)
        except (MargeError, Invalid) as error:
            assert str(error)
        else:
            jsonx.dumps(answer)
        for state in house.hub.states.all():
            jsonx.dumps(state.attributes)

    asyncio.run(call())
