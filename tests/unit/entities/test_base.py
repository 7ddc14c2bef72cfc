"""An entity that fails at one part of itself shows the others."""

from __future__ import annotations

from typing import Any

import pytest

from marge.entities.base import Entity
from marge.testing.entity_house import House


class Failing(Entity):
    """An entity that fails at what it is told to."""

    name = "Failing"
    fails = ""

    @property
    def state(self) -> str:
        return self._give("state", "on")

    def capabilities(self) -> dict[str, Any]:
        return self._give("capabilities", {"can": 1})

    def attributes(self) -> dict[str, Any]:
        return self._give("attributes", {"has": 2})

    def _give(self, part: str, value: Any) -> Any:
        if self.fails == part:
            raise ArithmeticError("nobody foresaw this")
        return value


@pytest.mark.parametrize(
    ("part", "state", "attributes"),
    [
        ("state", "unknown", {"can": 1, "has": 2}),
        ("capabilities", "on", {"has": 2}),
        ("attributes", "on", {"can": 1}),
        ("", "on", {"can": 1, "has": 2}),
    ],
)
def test_what_fails_is_left_out_until_it_is_well_again(
    part: str, state: str, attributes: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    house = House()
    entity = Failing()
    entity.fails = part
    house.add(entity, "sensor.it")
    for _ in range(5):
        entity.write_state()
    assert house.state("sensor.it") == state
    assert house.attributes("sensor.it") == {**attributes, "friendly_name": "Failing"}
    assert [record.getMessage() for record in caplog.records] == [f"sensor.it cannot show its {part}"] * bool(part)
    entity.fails = ""
    entity.write_state()
    assert house.state("sensor.it") == "on"
    assert house.attributes("sensor.it") == {"can": 1, "has": 2, "friendly_name": "Failing"}
    entity.fails, entity.available = part, False
    entity.write_state()
    assert house.state("sensor.it") == "unavailable"
