"""The registry of webhooks."""

from __future__ import annotations

from typing import Any

import pytest

from marge.core.errors import Refused
from marge.core.webhooks import OK, WebhookAnswer, WebhookRequest, Webhooks


def request(method: str = "POST", local: bool = True) -> WebhookRequest:
    return WebhookRequest(method, {}, {}, b"", dict, local, "somewhere")


async def answer(webhook_id: str, request: WebhookRequest) -> WebhookAnswer:
    return WebhookAnswer(201, webhook_id.encode(), "text/plain")


async def test_the_owner_answers() -> None:
    webhooks = Webhooks()
    remove = webhooks.register("a", answer, domain="mobile_app", name="Phone")
    assert await webhooks.handle("a", request()) == WebhookAnswer(201, b"a", "text/plain")
    remove()
    remove()
    assert await webhooks.handle("a", request()) == OK


async def test_an_id_has_one_owner() -> None:
    webhooks = Webhooks()
    old = webhooks.register("a", answer, domain="x", name="First")
    with pytest.raises(Refused, match="in use already, by First"):
        webhooks.register("a", answer, domain="x", name="Second")
    old()
    webhooks.register("a", answer, domain="x", name="Third")
    old()
    hook = webhooks.get("a")
    assert hook is not None
    assert hook.name == "Third"


def test_only_some_methods_can_be_taken() -> None:
    with pytest.raises(Refused, match="cannot take DELETE, PATCH"):
        Webhooks().register("a", answer, domain="x", name="X", methods=["PATCH", "GET", "DELETE"])


@pytest.mark.parametrize("failure", [ValueError("bad"), Refused("no"), RuntimeError("bug")])
async def test_a_handler_that_fails_is_told_and_answers_all_the_same(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(webhook_id: str, request: WebhookRequest) -> Any:
        raise failure

    webhooks = Webhooks()
    webhooks.register("a", fail, domain="x", name="X")
    assert await webhooks.handle("a", request()) == OK
    assert str(failure) in caplog.text
    assert ("Traceback" in caplog.text) is isinstance(failure, RuntimeError)
