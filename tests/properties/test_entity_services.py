"""Whatever a client sends to a service of a domain, it is done or refused; colours stay within their ranges."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marge.core.errors import MargeError
from marge.entities.domain import Domain
from marge.entities.index import load_domain
from marge.testing.house import House, recording
from marge.util import color, jsonx
from marge.util.schema import Invalid

NAMES = [
    "alarm_control_panel",
    "climate",
    "cover",
    "fan",
    "humidifier",
    "lawn_mower",
    "light",
    "lock",
    "media_player",
    "remote",
    "siren",
    "vacuum",
    "valve",
    "water_heater",
]
MODES = ("onoff", "brightness", "color_temp", "hs", "xy", "rgb", "rgbw", "rgbww", "white")

numbers = st.integers(-400, 70000) | st.floats() | st.integers()
scalars = (
    st.none() | st.booleans() | numbers | st.text(max_size=8) | st.sampled_from(["on", "red", "long", "play", "12"])
)
values = scalars | st.lists(numbers, max_size=5) | st.dictionaries(st.text(max_size=3), scalars, max_size=2)


@st.composite
def calls(draw: st.DrawFn) -> tuple[Domain, str, dict[str, Any], frozenset[str]]:
    domain = load_domain(draw(st.sampled_from([*NAMES, "light", "light", "climate"])))
    service = draw(st.sampled_from(domain.services))
    known = [field.name for field in msgspec.structs.fields(service.schema)] if service.schema else []
    keys = st.sampled_from([*known, "x"]) if draw(st.booleans()) or not known else st.sampled_from(known)
    data = draw(st.dictionaries(keys, values, max_size=3))
    return domain, service.name, data, draw(st.frozensets(st.sampled_from(MODES), min_size=1))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(calls())
def test_call_is_done_or_refused(call: tuple[Domain, str, dict[str, Any], frozenset[str]]) -> None:
    domain, service, data, modes = call
    house = House()
    entity = recording(domain.entity, supported_features=(1 << 22) - 1)
    if domain.name == "light":
        entity.supported_color_modes = modes
    house.add(entity)
    try:
        asyncio.run(house.call(f"{domain.name}.{service}", data))
    except (MargeError, Invalid) as refusal:
        assert str(refusal)
    else:
        assert len(entity.calls) == 1


@settings(max_examples=200, deadline=None)
@given(
    st.frozensets(st.sampled_from(MODES), min_size=1),
    st.sampled_from(MODES),
    st.tuples(*[st.integers(0, 255)] * 5),
    st.integers(1, 50000),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_light_in_any_colour_can_be_shown(
    modes: frozenset[str], mode: str, channels: tuple[int, ...], kelvin: int, x: float, y: float
) -> None:
    house = House()
    entity = recording(load_domain("light").entity, supported_color_modes=modes, is_on=True, color_mode=mode)
    entity.rgb_color, entity.rgbw_color, entity.rgbww_color = channels[:3], channels[:4], channels
    entity.xy_color, entity.hs_color, entity.color_temp_kelvin = (x, y), (x * 360, y * 100), kelvin
    house.add(entity)
    attributes = jsonx.loads(jsonx.dumps(house.state("light.it").attributes))
    assert all(0 <= channel <= 255 for channel in attributes.get("rgb_color") or ())
    assert all(0 <= part <= 1 for part in attributes.get("xy_color") or ())


@settings(max_examples=200, deadline=None)
@given(st.tuples(*[st.integers(0, 255)] * 5), st.integers(1, 50000), st.integers(1, 50000))
def test_channels_stay_bytes(channels: tuple[int, int, int, int, int], low: int, high: int) -> None:
    for found in (
        color.rgb_to_rgbw(*channels[:3]),
        color.rgbw_to_rgb(*channels[:4]),
        color.rgb_to_rgbww(*channels[:3], low, high),
        color.rgbww_to_rgb(channels, low, high),
        color.xy_to_rgb(channels[0] / 255, channels[1] / 255, channels[2]),
    ):
        assert all(isinstance(channel, int) and 0 <= channel <= 255 for channel in found)
