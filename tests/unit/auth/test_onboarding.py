"""Onboarding: each step once, the owner all or nothing, remembered over restarts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from itertools import pairwise
from typing import Any

import pytest
from auth_house import ADDRESS, CLIENT, REDIRECT, House

from marge.auth import Grant, IntegrationStep, LoginRefused, NewOwner, Onboarding, TokenRequest, User

OWNER = NewOwner("Ann", "ann", "correct horse", CLIENT, "nl")
LAST = IntegrationStep(CLIENT, REDIRECT)
STEPS = ["user", "core_config", "analytics", "integration"]


class Wizard:
    def __init__(self) -> None:
        self.house = House()
        self.homes: list[tuple[User, str]] = []
        self.onboarding = self._make()

    async def _make_home(self, user: User, language: str) -> None:
        self.homes.append((user, language))

    def _make(self) -> Onboarding:
        return Onboarding(self.house.store, self.house.auth, self._make_home)

    def restart(self) -> None:
        self.house.restart()
        self.onboarding = self._make()

    def done(self) -> list[str]:
        steps = self.onboarding.steps()
        assert [step["step"] for step in steps] == STEPS
        return [step["step"] for step in steps if step["done"]]

    async def exchange(self, answer: dict[str, str]) -> Any:
        request = TokenRequest("authorization_code", answer["auth_code"], client_id=CLIENT)
        grant = await self.house.auth.token_request(request, ADDRESS)
        assert isinstance(grant, Grant)
        return self.house.auth.validate(grant.access_token)


async def refused(step: Awaitable[object]) -> tuple[int, str]:
    with pytest.raises(LoginRefused) as error:
        await step
    return error.value.status, str(error.value)


async def test_the_wizard_from_beginning_to_end() -> None:
    wizard = Wizard()
    assert (wizard.done(), wizard.onboarding.begun, wizard.onboarding.user_done) == ([], False, False)
    access = await wizard.exchange(await wizard.onboarding.create_owner(OWNER))
    assert access.user.is_owner
    assert wizard.homes == [(access.user, "nl")]
    assert (wizard.done(), wizard.onboarding.begun, wizard.onboarding.user_done) == (["user"], True, True)
    await wizard.onboarding.finish_step("core_config")
    wizard.restart()
    assert wizard.done() == ["user", "core_config"]
    await wizard.onboarding.finish_step("analytics")
    assert not wizard.onboarding.finished
    last = await wizard.exchange(await wizard.onboarding.finish_integration(LAST, access))
    assert last.user == access.user
    assert wizard.onboarding.finished and not wizard.onboarding.was_finished
    wizard.restart()
    assert wizard.onboarding.finished and wizard.onboarding.was_finished
    await wizard.house.login()


async def test_each_step_is_on_disk_before_it_is_answered() -> None:
    wizard = Wizard()
    store = wizard.house.store
    flushes = [store.flushes]
    access = await wizard.exchange(await wizard.onboarding.create_owner(OWNER))
    flushes.append(store.flushes)
    for step in (wizard.onboarding.finish_step("core_config"), wizard.onboarding.finish_integration(LAST, access)):
        await step
        flushes.append(store.flushes)
    # The first step and the exchange of its code, then one for each.
    assert [later - earlier for earlier, later in pairwise(flushes)] == [2, 1, 1]


async def test_each_step_is_done_once() -> None:
    wizard = Wizard()
    access = await wizard.exchange(await wizard.onboarding.create_owner(OWNER))
    await wizard.onboarding.finish_step("core_config")
    await wizard.onboarding.finish_step("analytics")
    await wizard.onboarding.finish_integration(LAST, access)
    assert await refused(wizard.onboarding.create_owner(OWNER)) == (403, "User step already done")
    assert await refused(wizard.onboarding.finish_step("core_config")) == (403, "Core config step already done")
    assert await refused(wizard.onboarding.finish_step("analytics")) == (403, "Analytics config step already done")
    last = wizard.onboarding.finish_integration(LAST, access)
    assert await refused(last) == (403, "Integration step already done")


async def test_of_two_who_come_at_once_one_becomes_the_owner() -> None:
    wizard = Wizard()
    both = await asyncio.gather(*(wizard.onboarding.create_owner(OWNER) for _ in range(2)), return_exceptions=True)
    assert isinstance(both[0], dict)
    assert isinstance(both[1], LoginRefused) and both[1].status == 403
    assert [user.name for user in wizard.house.auth.users.all()] == ["Home Assistant Content", "Ann"]


async def test_the_username_may_be_written_in_capitals() -> None:
    wizard = Wizard()
    await wizard.onboarding.create_owner(NewOwner(" Ann ", " Ann", "correct horse", CLIENT, "en"))
    await wizard.house.code("ann")


@pytest.mark.parametrize("empty", ["name", "username", "password"])
async def test_an_empty_field_is_refused_and_nothing_is_made(empty: str) -> None:
    wizard = Wizard()
    fields = {"name": "Ann", "username": "ann", "password": "x", "client_id": CLIENT, "language": "en", empty: ""}
    assert (await refused(wizard.onboarding.create_owner(NewOwner(**fields))))[0] == 400
    assert wizard.house.auth.users.owner() is None
    assert (await wizard.onboarding.create_owner(OWNER))["auth_code"]


async def test_a_username_that_is_too_long_is_refused_and_nothing_is_made() -> None:
    wizard = Wizard()
    body = NewOwner("Ann", "x" * 129, "x", CLIENT, "en")
    assert (await refused(wizard.onboarding.create_owner(body)))[0] == 400
    assert wizard.house.auth.users.owner() is None


async def test_the_owner_gets_in_when_the_home_cannot_be_made(caplog: pytest.LogCaptureFixture) -> None:
    house = House()

    async def fail(user: User, language: str) -> None:
        raise OSError("no areas today")

    onboarding = Onboarding(house.store, house.auth, fail)
    assert (await onboarding.create_owner(OWNER))["auth_code"]
    assert "no areas today" in caplog.text


async def test_an_owner_made_elsewhere_completes_the_user_step() -> None:
    wizard = Wizard()
    await wizard.house.owner()
    wizard.restart()
    assert wizard.done() == ["user"]
    assert "user" in wizard.house.store.collections["onboarding"]


async def test_the_last_step_checks_the_client_before_it_is_done() -> None:
    wizard = Wizard()
    access = await wizard.exchange(await wizard.onboarding.create_owner(OWNER))
    evil = IntegrationStep(CLIENT, "http://evil.example/")
    answer = await refused(wizard.onboarding.finish_integration(evil, access))
    assert answer == (400, "invalid client id or redirect uri")
    assert wizard.done() == ["user"]


async def test_the_last_step_needs_a_login_not_a_long_lived_token() -> None:
    wizard = Wizard()
    access = await wizard.exchange(await wizard.onboarding.create_owner(OWNER))
    llt = await wizard.house.auth.create_long_lived_token(access.user, "script", 1)
    by_token = wizard.house.auth.validate(llt)
    assert by_token is not None
    answer = await refused(wizard.onboarding.finish_integration(LAST, by_token))
    assert answer == (403, "Credentials for user not available")
