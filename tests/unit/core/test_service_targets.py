"""What a service call may be aimed at, and that it has to be aimed."""

from __future__ import annotations

from typing import Any

import pytest

from marge.core.hub import Hub
from marge.core.services import Service, ServiceCall, Target
from marge.entities.domain import NoFields
from marge.testing import make_hub
from marge.util.schema import Invalid, convert


def listening(**service: Any) -> tuple[Hub, list[ServiceCall]]:
    """A hub with the service `lamp.press`, and the calls that come to it."""
    hub, calls = make_hub(), list[ServiceCall]()
    hub.services.register(Service("lamp", "press", lambda call: calls.append(call), NoFields, **service))
    return hub, calls


@pytest.mark.parametrize("data", [None, {}])
async def test_a_call_without_a_target_is_refused(data: Any) -> None:
    hub, calls = listening(takes_target=True)
    with pytest.raises(Invalid) as refused:
        await hub.services.call("lamp", "press", data, target={})
    assert str(refused.value) == "must contain at least one of entity_id, device_id, area_id, floor_id, label_id."
    assert not calls


async def test_a_wrong_key_is_told_before_the_missing_target() -> None:
    hub, _ = listening(takes_target=True)
    with pytest.raises(Invalid, match=r"extra keys not allowed @ data\['entity'\]"):
        await hub.services.call("lamp", "press", {"entity": "lamp.a"})


@pytest.mark.parametrize("key", ["entity_id", "device_id", "area_id", "floor_id", "label_id"])
async def test_a_target_of_nothing_is_one(key: str) -> None:
    hub, calls = listening(takes_target=True)
    await hub.services.call("lamp", "press", {key: []})
    assert calls[0].target == Target()


async def test_a_service_that_can_do_without_a_target_is_called_without() -> None:
    hub, calls = listening(takes_target=True, needs_target=False)
    await hub.services.call("lamp", "press")
    assert calls[0].target == Target()


@pytest.mark.parametrize(
    ("given", "entity_ids"),
    [
        ("lamp.a", ["lamp.a"]),
        ("Lamp.A, lamp.b", ["lamp.a", "lamp.b"]),
        ("ALL", ["all"]),
        ("none", ["none"]),
        (None, []),
        (["Lamp.A"], ["lamp.a"]),
        (["lamp.a", "zzz"], ["lamp.a", "zzz"]),
    ],
)
def test_entities_are_named_in_one_text_or_a_list(given: Any, entity_ids: list[str]) -> None:
    assert convert({"entity_id": given}, Target).entity_id == entity_ids


@pytest.mark.parametrize("given", ["zzz", "", "lamp.a,", "lamp.a, zzz", "all, lamp.a", "lamp.{{ 1 }}", 5, {"a": 1}])
def test_a_text_that_is_no_entity_id_is_refused(given: Any) -> None:
    with pytest.raises(Invalid, match=r"@ data\['entity_id'\]"):
        convert({"entity_id": given}, Target)


def test_an_unknown_key_of_a_target_is_refused() -> None:
    with pytest.raises(Invalid, match=r"extra keys not allowed @ data\['room_id'\]"):
        convert({"room_id": "kitchen"}, Target)
