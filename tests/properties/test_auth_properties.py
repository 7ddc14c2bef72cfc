"""Whatever clients send, the auth layer accepts it for a reason or refuses it with a documented error."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from itertools import pairwise
from typing import Any
from urllib.parse import quote, unquote

from auth_house import ADDRESS, CLIENT, START, House
from hypothesis import given, settings
from hypothesis import strategies as st

from marge.auth import Grant, GrantError, LoginRefused, TokenRequest
from marge.auth.clients import is_valid_client_id, is_valid_redirect
from marge.auth.network import is_local
from marge.auth.rate import ADDRESS_LIMIT, FORGET_AFTER, LoginThrottle
from marge.auth.signed_paths import PathSigner
from marge.auth.tokens import AccessTokens
from marge.testing import FakeClock

KEY = b"key"
CLOCK = FakeClock()
TOKEN = AccessTokens(CLOCK.now, lambda _: KEY).issue("a", KEY, 100)


def verify(token: str) -> str | None:
    return AccessTokens(CLOCK.now, lambda _: KEY).verify(token)


@given(st.one_of(st.text(), st.from_regex(r"[\w=-]*\.[\w=-]*\.[\w=-]*", fullmatch=True)))
def test_no_text_is_a_token_by_chance(text: str) -> None:
    assert verify(text) is None
    assert verify(TOKEN.partition(".")[0] + "." + text) is None


@given(st.integers(0, len(TOKEN) - 1), st.characters())
def test_a_token_with_one_character_changed_is_refused(position: int, character: str) -> None:
    changed = TOKEN[:position] + character + TOKEN[position + 1 :]
    assert verify(changed) == ("a" if changed == TOKEN else None)


@given(st.integers(0, len(TOKEN)), st.text(min_size=1))
def test_a_token_with_something_inserted_is_refused(position: int, text: str) -> None:
    assert verify(TOKEN[:position] + text + TOKEN[position:]) is None


@given(st.text(max_size=60), st.binary(max_size=60), st.integers(-100, 100))
def test_every_token_opens_exactly_while_it_is_valid(token_id: str, key: bytes, age: int) -> None:
    clock = FakeClock(1_700_000_000)
    token = AccessTokens(clock.now, lambda _: key).issue(token_id, key, 50)
    later = FakeClock(1_700_000_000 + age)
    expected = token_id if -10 <= age < 60 else None
    assert AccessTokens(later.now, lambda _: key).verify(token) == expected


encodable = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
pairs = st.lists(st.tuples(encodable.filter(bool), encodable), max_size=6)


@given(encodable, pairs)
def test_what_is_signed_verifies_as_it_came_back(path: str, query: list[tuple[str, str]]) -> None:
    signer = PathSigner(CLOCK.now, b"secret")
    asked = "/" + quote(path, safe="/") + "?" + "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in query)
    bare, _, sent = signer.sign(asked, "token").partition("?")
    assert unquote(bare) == "/" + path
    assert signer.verify(unquote(bare), sent) == "token"
    assert signer.verify(unquote(bare) + "x", sent) is None
    assert signer.verify(unquote(bare), sent + "&zzz=1") is None


@given(st.text(max_size=50), st.text(max_size=200), st.integers(-(10**20), 10**20))
def test_any_path_is_signed_or_refused_and_any_query_verified_or_refused(path: str, query: str, expires: int) -> None:
    signer = PathSigner(CLOCK.now, b"secret")
    with suppress(ValueError):
        signer.sign(path, "token", expires)
    assert signer.verify(path, query) is None
    assert signer.verify(path, f"authSig={query}") is None


urls = st.one_of(
    st.text(max_size=60),
    st.from_regex(r"https?://[\w.@:\[\]/#?-]{0,40}", fullmatch=True),
    st.sampled_from([CLIENT, "https://home-assistant.io/iOS", "homeassistant://auth-callback"]),
)


@given(urls, urls)
def test_a_redirect_is_only_valid_for_a_valid_client(client_id: str, redirect: str) -> None:
    if is_valid_redirect(client_id, redirect):
        assert is_valid_client_id(client_id)
        assert "://" in redirect


@given(st.one_of(st.text(max_size=40), st.ip_addresses().map(str)))
def test_any_text_is_local_or_not(text: str) -> None:
    assert is_local(text) in (True, False)


async def _house() -> House:
    house = House()
    await house.owner()
    return house


fields = st.none() | st.text(max_size=20) | st.sampled_from([CLIENT, "authorization_code", "refresh_token", "revoke"])
forms = st.dictionaries(
    st.sampled_from(["grant_type", "code", "refresh_token", "client_id", "action", "token", "x"]),
    st.one_of(fields, st.integers(), st.binary(max_size=5)),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(forms, max_size=5))
def test_any_form_is_answered_and_grants_nothing(sent: list[dict[str, Any]]) -> None:
    async def run() -> None:
        house = await _house()
        for form in sent:
            answer = await house.auth.token_request(TokenRequest.from_form(form), ADDRESS)
            assert answer is None or isinstance(answer, GrantError)
            assert not isinstance(answer, Grant)

    asyncio.run(run())


anything = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), st.lists, max_leaves=5)
answers = st.dictionaries(st.sampled_from(["username", "password", "code"]), anything | st.just("ann"))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.booleans(), answers), max_size=5))
def test_any_answers_are_refused_or_asked_for_again(sent: list[tuple[bool, dict[str, Any]]]) -> None:
    async def run() -> None:
        house = await _house()
        flow_id = house.auth.flows.start(START, ADDRESS)["flow_id"]
        for known, data in sent:
            try:
                step = await house.auth.flows.step(flow_id if known else "x", CLIENT, data, ADDRESS)
            except LoginRefused as error:
                assert error.status in (400, 403, 404)
            else:
                assert step["errors"] == {"base": "invalid_auth"}

    asyncio.run(run())


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["ann", "bob"]), st.floats(0, 4000)), max_size=60))
def test_no_address_guesses_faster_than_its_limit(attempts: list[tuple[str, str, float]]) -> None:
    clock = FakeClock()
    throttle = LoginThrottle(clock.monotonic)
    allowed: dict[str, list[float]] = {}
    for address, user, pause in attempts:
        clock.advance(pause)
        if throttle.attempt(address, user) == 0:
            allowed.setdefault(address, []).append(clock.now())
    for times in allowed.values():
        for start in range(len(times) - ADDRESS_LIMIT.free):
            window = times[start : start + ADDRESS_LIMIT.free + 1]
            gaps = [later - earlier for earlier, later in pairwise(window)]
            assert max(gaps) > FORGET_AFTER or window[-1] - window[0] >= ADDRESS_LIMIT.first
