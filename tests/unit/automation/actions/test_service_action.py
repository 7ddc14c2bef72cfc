"""Service action: names, data, targets, answers, failures."""

from __future__ import annotations

from typing import Any

import pytest
from automation_house import House, house_with

from marge.automation.actions import parse_action
from marge.core.errors import OperationFailed, ServiceNotFound
from marge.core.services import Service, ServiceCall, SupportsResponse
from marge.util.schema import Invalid


async def run(house: House, *sequence: dict[str, Any], **variables: Any) -> Any:
    return await house.engine.execute(list(sequence), variables=variables)


async def test_old_and_new_spellings() -> None:
    async with house_with() as house:
        await run(
            house,
            {"service": "test.note", "data": {"a": 1}},
            {"action": "TEST.Note", "data_template": {"b": "{{ 1 + 1 }}"}},
            {"service_template": "test.{{ 'note' }}", "data": None},
        )
        assert house.notes() == [{"a": 1}, {"b": 2}, {}]


async def test_targets_are_lists_and_registry_ids_become_entity_ids() -> None:
    async with house_with() as house:
        entry = house.registries.entities.get_or_create("light", "test", "u1", suggested_object_id="hall")
        await run(
            house,
            {"action": "test.note", "target": {"entity_id": "light.a, light.b", "area_id": ["kitchen"]}},
            {"action": "test.note", "target": {"entity_id": "{{ [x, 'light.c'] }}"}},
            {"action": "test.note", "entity_id": "all"},
            x=entry.id,
        )
        assert house.notes() == [
            {"entity_id": ["light.a", "light.b"], "area_id": ["kitchen"]},
            {"entity_id": ["light.hall", "light.c"]},
            {"entity_id": "all"},
        ]


async def test_answers_become_variables() -> None:
    async with house_with() as house:
        await run(
            house,
            {"action": "test.note", "data": {"a": 1}, "response_variable": "got"},
            {"action": "test.note", "data": {"b": "{{ got.told.a + 1 }}"}},
        )
        assert house.notes()[-1] == {"b": 2}


@pytest.mark.parametrize(
    ("action", "error"),
    [
        ({"action": "no.such"}, ServiceNotFound),
        ({"action": "{{ 'nothing' }}"}, OperationFailed),
        ({"action": "test.note", "data": "{{ [1] }}"}, OperationFailed),
        ({"action": "test.note", "data": {"a": "{{ x.y.z }}"}}, OperationFailed),
        ({"action": "test.note", "target": {"entity_id": "{{ 'kitchen light' }}"}}, OperationFailed),
        ({"action": "test.answer"}, Invalid),
        ({"action": "test.silent", "response_variable": "x"}, Invalid),
    ],
)
async def test_fails_with(action: dict[str, Any], error: type[Exception]) -> None:
    async with house_with() as house:
        for name, supports in (("answer", SupportsResponse.ONLY), ("silent", SupportsResponse.NONE)):
            house.hub.services.register(Service("test", name, _nothing, supports_response=supports))
        with pytest.raises(error):
            await run(house, action)


def _nothing(call: ServiceCall) -> None:
    return None


async def test_an_error_can_be_passed_over_but_a_mistake_cannot() -> None:
    async def fail(call: ServiceCall) -> None:
        raise OperationFailed("the device is away")

    async with house_with() as house:
        house.hub.services.register(Service("test", "fail", fail))
        await run(house, {"action": "test.fail", "continue_on_error": True}, {"action": "test.note"})
        assert len(house.calls) == 1
        with pytest.raises(ServiceNotFound):
            await run(house, {"action": "no.such", "continue_on_error": True}, {"action": "test.note"})
        assert len(house.calls) == 1


@pytest.mark.parametrize(
    "config",
    [
        {"action": "light"},
        {"action": "test.note", "service_template": "test.note"},
        {"action": "test.note", "service": "test.note"},
        {"action": "test.note", "data": [1]},
        {"action": "test.note", "target": {"entity": "light.a"}},
        {"action": "test.note", "target": "light.a"},
        {"action": "test.note", "dat": {}},
    ],
)
def test_refuses(config: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        parse_action(config)
