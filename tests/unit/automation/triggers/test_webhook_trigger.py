"""Webhook trigger."""

from __future__ import annotations

from typing import Any

import pytest
from automation_house import House, automation, house_with

from marge.automation.triggers import parse_triggers
from marge.core.webhooks import OK, WebhookAnswer, WebhookRequest
from marge.util.schema import Invalid

SHOW = """
action: test.note
data:
  n: "{{ trigger.webhook_id }} {{ trigger.query.a | default('-') }} {{ trigger.description }}"
  json: "{{ trigger.json | default(none) }}"
  data: "{{ trigger.data | default(none) }}"
"""


def of(more: str = "") -> str:
    return automation(f"mode: parallel\ntriggers: {{trigger: webhook, webhook_id: door{more}}}", SHOW)


async def call(house: House, method: str = "POST", **parts: Any) -> WebhookAnswer:
    request = WebhookRequest(
        method,
        parts.get("headers", {}),
        parts.get("query", {}),
        parts.get("body", b""),
        lambda: parts.get("form", {}),
        parts.get("local", True),
        "10.0.0.1",
    )
    answer = await house.hub.webhooks.handle(parts.get("id", "door"), request)
    await house.settle()
    return answer


async def test_json_and_forms() -> None:
    async with house_with(of()) as house:
        await call(house, headers={"content-type": "application/json"}, body=b'{"x": 1}', query={"a": "1"})
        await call(house, form={"y": "2"})
        assert house.notes() == [
            {"n": "door 1 webhook", "json": {"x": 1}, "data": None},
            {"n": "door - webhook", "json": None, "data": {"y": "2"}},
        ]
        assert house.calls[0].context.parent_id is None


async def test_only_the_methods_that_are_allowed(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(of(", allowed_methods: [get, PUT]")) as house:
        assert await call(house, "GET") == OK
        assert await call(house, "PUT") == OK
        assert await call(house, "HEAD") == OK
        assert (await call(house, "POST")).status == 405
        assert len(house.calls) == 2
    assert "takes only GET, PUT: a POST from 10.0.0.1 is refused" in caplog.text


async def test_from_elsewhere_only_when_that_is_wanted(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(of()) as house:
        assert await call(house, local=False) == OK
        assert not house.calls
        assert "for the local network only" in caplog.text
    async with house_with(of(", local_only: false")) as house:
        await call(house, local=False)
        assert len(house.calls) == 1


async def test_an_unknown_one_is_answered_like_any() -> None:
    async with house_with(of()) as house:
        assert await call(house, "GET", id="other") == OK
        assert not house.calls


async def test_a_body_that_is_no_json_does_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(of()) as house:
        assert await call(house, headers={"content-type": "text/json"}, body=b"{") == OK
        assert not house.calls
    assert "invalid JSON" in caplog.text


async def test_several_share_an_id_until_the_last_is_gone() -> None:
    text = of() + of().replace("id: it", "id: two").replace("alias: It", "alias: Two")
    async with house_with(text) as house:
        await call(house)
        assert len(house.calls) == 2
        hook = house.hub.webhooks.get("door")
        assert hook is not None
        assert (hook.domain, hook.name) == ("automation", "It")
        await house.hub.services.call("automation", "turn_off", target={"entity_id": "automation.it"})
        await call(house)
        assert len(house.calls) == 3
        await house.hub.services.call("automation", "turn_off", target={"entity_id": "automation.two"})
        assert house.hub.webhooks.all() == []


async def test_an_id_that_something_else_has_is_told(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(of(), start=False) as house:

        async def phone(webhook_id: str, request: WebhookRequest) -> WebhookAnswer:
            return WebhookAnswer(201, b"hi")

        house.hub.webhooks.register("door", phone, domain="mobile_app", name="Phone")
        house.start()
        await house.settle()
        assert (await call(house)).status == 201
        assert not house.calls
    assert "the webhook id 'door' is in use already, by Phone" in caplog.text


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({}, ("webhook_id",)),
        ({"webhook_id": "a", "allowed_methods": ["PATCH"]}, ("allowed_methods",)),
        ({"webhook_id": "a", "allowed_methods": ["GET", "get"]}, ("allowed_methods",)),
        ({"webhook_id": "a", "local_only": "maybe"}, ("local_only",)),
    ],
)
def test_mistakes(more: dict[str, Any], path: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as raised:
        parse_triggers({"trigger": "webhook", **more})
    assert raised.value.path == path
