"""The login flow: forms, errors, ends; bounded and bound to an address."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from auth_house import ADDRESS, CLIENT, REDIRECT, START, House

from marge.auth import LoginRefused, LoginStart
from marge.auth.login_flow import LIFETIME, MAX_FLOWS, MAX_FLOWS_PER_ADDRESS
from marge.auth.rate import ADDRESS_LIMIT
from marge.util.schema import Invalid, convert

RIGHT = {"username": "ann", "password": "correct horse"}
WRONG = {"username": "ann", "password": "wrong"}


async def step(house: House, flow_id: str, answers: dict[str, Any] = RIGHT, address: str = ADDRESS) -> dict[str, Any]:
    return await house.auth.flows.step(flow_id, CLIENT, answers, address)


async def refused(house: House, flow_id: str, answers: dict[str, Any] = RIGHT, **kwargs: Any) -> tuple[int, str]:
    with pytest.raises(LoginRefused) as error:
        await step(house, flow_id, answers, **kwargs)
    return error.value.status, str(error.value)


GONE = (404, "Invalid flow specified")


async def test_a_login_goes_from_form_to_entry() -> None:
    house = House()
    await house.owner()
    form = house.auth.flows.start(START, ADDRESS)
    expected = {
        "type": "form",
        "flow_id": form["flow_id"],
        "handler": ["homeassistant", None],
        "step_id": "init",
        "data_schema": [
            {"type": "string", "name": "username", "required": True},
            {"type": "string", "name": "password", "required": True},
        ],
        "errors": {},
        "description_placeholders": None,
        "last_step": None,
        "preview": None,
    }
    assert form == expected
    assert await step(house, form["flow_id"], WRONG) == {**expected, "errors": {"base": "invalid_auth"}}
    entry = await step(house, form["flow_id"])
    assert entry == {
        "type": "create_entry",
        "flow_id": form["flow_id"],
        "handler": ["homeassistant", None],
        "result": entry["result"],
        "description": None,
        "description_placeholders": None,
    }
    assert house.auth.codes.redeem(CLIENT, entry["result"]) is not None
    assert await refused(house, form["flow_id"]) == GONE
    assert len(house.auth.flows) == 0


async def test_unknown_users_and_wrong_passwords_look_the_same() -> None:
    house = House()
    await house.owner()
    flow_id = house.auth.flows.start(START, ADDRESS)["flow_id"]
    assert await step(house, flow_id, WRONG) == await step(house, flow_id, {**RIGHT, "username": "nobody"})


async def test_the_username_may_be_written_in_capitals() -> None:
    house = House()
    await house.owner()
    await house.code(" ANN ")


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"username": "ann"},
        {"password": "x"},
        {**RIGHT, "code": "1"},
        {**RIGHT, "password": 5},
        {**RIGHT, "password": None},
        {**RIGHT, "password": ["x"]},
        {**RIGHT, "password": "x" * 5000},
    ],
)
async def test_answers_that_were_not_asked_for_are_malformed(answers: dict[str, Any]) -> None:
    house = House()
    await house.owner()
    flow_id = house.auth.flows.start(START, ADDRESS)["flow_id"]
    assert await refused(house, flow_id, answers) == (400, "User input malformed")
    assert (await step(house, flow_id))["type"] == "create_entry"


async def test_a_flow_stays_with_its_address() -> None:
    house = House()
    await house.owner()
    flow_id = house.auth.flows.start(START, ADDRESS)["flow_id"]
    assert await refused(house, flow_id, address="127.0.0.2") == (400, "IP address changed")


async def test_an_invalid_client_or_handler_starts_nothing() -> None:
    house = House()
    for body, status, message in (
        (LoginStart("x", ("homeassistant", None), REDIRECT), 400, "Invalid client id"),
        (LoginStart(CLIENT, ("nonsense", None), REDIRECT), 404, "Invalid handler specified"),
        (LoginStart(CLIENT, ("homeassistant", "x"), REDIRECT), 404, "Invalid handler specified"),
        (LoginStart(CLIENT, (None, None), REDIRECT), 404, "Invalid handler specified"),
    ):
        with pytest.raises(LoginRefused, match=message) as error:
            house.auth.flows.start(body, ADDRESS)
        assert error.value.status == status
    assert len(house.auth.flows) == 0


def test_the_body_that_starts_a_flow_is_checked() -> None:
    good = {"client_id": CLIENT, "handler": ["homeassistant", None], "redirect_uri": REDIRECT}
    assert convert(good, LoginStart) == START
    for bad in (
        {**good, "x": 1},
        {**good, "handler": ["x"]},
        {**good, "handler": "x"},
        {"client_id": CLIENT},
        [],
        None,
    ):
        with pytest.raises(Invalid):
            convert(bad, LoginStart)


async def test_a_redirect_of_any_length_is_not_kept() -> None:
    body = LoginStart(CLIENT, ("homeassistant", None), CLIENT + "x" * 3000)
    with pytest.raises(LoginRefused, match="redirect"):
        House().auth.flows.start(body, ADDRESS)


async def test_a_failed_login_is_logged_with_its_address_only(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    await house.owner()
    flow_id = house.auth.flows.start(START, ADDRESS)["flow_id"]
    await step(house, flow_id, WRONG)
    assert caplog.messages == ["Failed login from 127.0.0.1"]


async def test_a_step_needs_a_valid_client() -> None:
    house = House()
    flow_id = house.auth.flows.start(START, ADDRESS)["flow_id"]
    with pytest.raises(LoginRefused, match="Invalid client id"):
        await house.auth.flows.step(flow_id, "x", RIGHT, ADDRESS)


async def test_a_redirect_to_another_site_is_refused_and_ends_the_flow() -> None:
    house = House()
    await house.owner()
    body = LoginStart(CLIENT, ("homeassistant", None), "http://evil.example/")
    flow_id = house.auth.flows.start(body, ADDRESS)["flow_id"]
    assert await refused(house, flow_id) == (403, "Invalid redirect URI")
    assert await refused(house, flow_id) == GONE
    assert len(house.auth.codes) == 0


async def test_a_user_who_is_not_active_is_blocked() -> None:
    house = House()
    await house.owner()
    bob = await house.person("Bob")
    await house.auth.accounts.update_user(bob.id, is_active=False)
    flow_id = house.auth.flows.start(START, ADDRESS)["flow_id"]
    answers = {"username": "bob", "password": "secret"}
    assert await refused(house, flow_id, answers) == (403, "Login blocked: User is not active")


async def test_an_aborted_flow_is_over() -> None:
    house = House()
    flow_id = house.auth.flows.start(START, ADDRESS)["flow_id"]
    house.auth.flows.abort(flow_id)
    assert await refused(house, flow_id) == GONE
    with pytest.raises(LoginRefused, match=GONE[1]):
        house.auth.flows.abort(flow_id)


async def test_a_flow_that_is_aborted_while_the_password_is_checked_gives_no_code() -> None:
    house = House()
    await house.owner()
    flow_id = house.auth.flows.start(START, ADDRESS)["flow_id"]
    checking = asyncio.ensure_future(step(house, flow_id))
    await asyncio.sleep(0)
    house.auth.flows.abort(flow_id)
    with pytest.raises(LoginRefused, match=GONE[1]):
        await checking
    assert len(house.auth.codes) == 0


async def test_an_account_that_goes_while_its_password_is_checked_gives_no_code() -> None:
    house = House()
    await house.owner()
    await house.person("Bob")
    flow_id = house.auth.flows.start(START, ADDRESS)["flow_id"]
    checking = asyncio.ensure_future(step(house, flow_id, {"username": "bob", "password": "secret"}))
    await asyncio.sleep(0)
    await house.auth.accounts.delete_account("bob")
    assert (await checking)["errors"] == {"base": "invalid_auth"}


async def test_a_password_that_changes_while_it_is_checked_no_longer_logs_in() -> None:
    house = House()
    ann = await house.owner()
    other = await house.auth.local.hash_new("other", "another password")
    flow_id = house.auth.flows.start(START, ADDRESS)["flow_id"]
    checking = asyncio.ensure_future(step(house, flow_id))
    await asyncio.sleep(0)
    house.auth.local.forget(house.auth.local.credential_of(ann.id))
    house.auth.local.add(ann.id, "ann", other)
    assert (await checking)["errors"] == {"base": "invalid_auth"}


async def test_flows_expire() -> None:
    house = House()
    await house.owner()
    flow_id = house.auth.flows.start(START, ADDRESS)["flow_id"]
    house.clock.advance(LIFETIME)
    assert await refused(house, flow_id) == GONE
    house.auth.flows.start(START, ADDRESS)
    assert len(house.auth.flows) == 1


async def test_one_address_cannot_push_out_the_flows_of_others() -> None:
    house = House()
    await house.owner()
    flow_id = house.auth.flows.start(START, "192.168.0.9")["flow_id"]
    for _ in range(MAX_FLOWS * 2):
        house.auth.flows.start(START, ADDRESS)
    assert len(house.auth.flows) == MAX_FLOWS_PER_ADDRESS + 1
    assert (await step(house, flow_id, address="192.168.0.9"))["type"] == "create_entry"


async def test_flows_of_all_addresses_are_bounded() -> None:
    house = House()
    for number in range(MAX_FLOWS * 2):
        house.auth.flows.start(START, f"192.168.{number // 250}.{number % 250}")
    assert len(house.auth.flows) == MAX_FLOWS


async def test_failed_logins_have_to_wait_even_with_the_right_password() -> None:
    house = House()
    await house.owner()
    flow_id = house.auth.flows.start(START, ADDRESS)["flow_id"]
    for _ in range(ADDRESS_LIMIT.free):
        assert (await step(house, flow_id, WRONG))["errors"] == {"base": "invalid_auth"}
    with pytest.raises(LoginRefused, match="try again in 3 s") as error:
        await step(house, flow_id)
    assert (error.value.status, error.value.retry_after) == (403, 2.0)
    assert (await step(house, house.auth.flows.start(START, "127.0.0.2")["flow_id"], address="127.0.0.2"))["result"]
    house.clock.advance(2)
    assert (await step(house, flow_id))["type"] == "create_entry"
    assert len(house.auth.throttle) == 0


async def test_guesses_at_the_same_moment_are_counted_as_they_come() -> None:
    house = House()
    await house.owner()
    flow_id = house.auth.flows.start(START, ADDRESS)["flow_id"]
    done = await asyncio.gather(*(step(house, flow_id, WRONG) for _ in range(50)), return_exceptions=True)
    tried = [answer for answer in done if isinstance(answer, dict)]
    assert len(tried) == ADDRESS_LIMIT.free
    assert all(isinstance(answer, (dict, LoginRefused)) for answer in done)
