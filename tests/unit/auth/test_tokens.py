"""Access tokens: what is accepted, for how long, and how much is remembered."""

from __future__ import annotations

import base64
import hmac
import json

import pytest

from marge.auth.tokens import AccessTokens
from marge.testing import FakeClock

KEYS = {"a": b"key of a", "b": b"key of b"}
HS256 = {"alg": "HS256", "typ": "JWT"}


def tokens(clock: FakeClock, remembered: int = 1024) -> AccessTokens:
    return AccessTokens(clock.now, KEYS.get, remembered=remembered)


def forge(header: object, claims: object, key: bytes = KEYS["a"], separators: tuple[str, str] = (",", ":")) -> str:
    parts = [
        base64.urlsafe_b64encode(json.dumps(part, separators=separators).encode()).rstrip(b"=")
        for part in (header, claims)
    ]
    signed = b".".join(parts)
    signature = base64.urlsafe_b64encode(hmac.digest(key, signed, "sha256")).rstrip(b"=")
    return (signed + b"." + signature).decode()


def test_an_issued_token_names_its_refresh_token() -> None:
    clock = FakeClock()
    token = tokens(clock).issue("a", KEYS["a"], 1800)
    assert tokens(clock).verify(token) == "a"


def test_the_form_is_that_of_other_jwt_libraries() -> None:
    clock = FakeClock(1_700_000_000)
    token = tokens(clock).issue("a", KEYS["a"], 1800)
    assert token == forge(HS256, {"iss": "a", "iat": 1_700_000_000, "exp": 1_700_001_800})


def test_a_token_lives_ten_seconds_longer_than_it_says() -> None:
    clock = FakeClock()
    mine = tokens(clock)
    token = mine.issue("a", KEYS["a"], 1800)
    clock.advance(1809)
    assert mine.verify(token) == "a"
    assert tokens(clock).verify(token) == "a"
    clock.advance(1)
    assert mine.verify(token) is None
    assert tokens(clock).verify(token) is None
    assert len(mine) == 0


def test_a_token_from_the_future_is_refused() -> None:
    clock = FakeClock()
    token = tokens(FakeClock(clock.now() + 11)).issue("a", KEYS["a"], 1800)
    assert tokens(clock).verify(token) is None
    clock.advance(1)
    assert tokens(clock).verify(token) == "a"


NOW = int(FakeClock().now())
GOOD = {"iss": "a", "iat": NOW, "exp": NOW + 100}


def test_the_forgery_of_these_tests_is_accepted_when_nothing_is_wrong() -> None:
    assert tokens(FakeClock()).verify(forge(HS256, GOOD)) == "a"


@pytest.mark.parametrize(
    "token",
    [
        forge({"alg": "none", "typ": "JWT"}, GOOD),
        forge({"alg": "none", "typ": "JWT"}, GOOD).rpartition(".")[0] + ".",
        forge({"alg": "RS256", "typ": "JWT"}, GOOD),
        forge({"alg": "HS512", "typ": "JWT"}, GOOD),
        forge({"typ": "JWT", "alg": "HS256"}, GOOD),
        forge({**HS256, "kid": "a"}, GOOD),
        forge({"alg": "HS256"}, GOOD),
        forge(HS256, GOOD, key=KEYS["b"]),
        forge(HS256, GOOD, key=b""),
        forge(HS256, {**GOOD, "iss": "b"}),
        forge(HS256, {**GOOD, "iss": "nobody"}),
        forge(HS256, {**GOOD, "iss": None}),
        forge(HS256, {**GOOD, "exp": NOW - 10}),
        forge(HS256, {**GOOD, "exp": True}),
        forge(HS256, {**GOOD, "exp": str(NOW + 100)}),
        forge(HS256, {**GOOD, "exp": 1e99}),
        forge(HS256, {"iss": "a", "iat": NOW}),
        forge(HS256, {"iss": "a", "exp": NOW + 100}),
        forge(HS256, [GOOD]),
        forge(HS256, "a"),
        forge(HS256, GOOD) + "=",
        forge(HS256, GOOD) + ".",
        forge(HS256, GOOD) + "\n",
        forge(HS256, GOOD).rpartition(".")[0],
        forge(HS256, GOOD).rpartition(".")[0] + ".",
        " " + forge(HS256, GOOD),
        forge(HS256, {**GOOD, "x": "y" * 9000}),
        "",
        ".",
        "..",
        "nonsense",
        "é",
        "\ud800",
        "a.b.c.d",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.a.b",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." + base64.urlsafe_b64encode(b"[" * 3000).decode() + ".x",
    ],
)
def test_anything_else_is_refused(token: str) -> None:
    assert tokens(FakeClock()).verify(token) is None


def test_each_token_has_one_spelling() -> None:
    token = forge(HS256, GOOD)
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    accepted = [token[:-1] + char for char in last if tokens(FakeClock()).verify(token[:-1] + char)]
    assert accepted == [token]


def test_verified_tokens_are_remembered_in_bounded_number_the_latest_used_longest() -> None:
    clock = FakeClock()
    asked: list[str] = []

    def key_for(token_id: str) -> bytes | None:
        asked.append(token_id)
        return KEYS.get(token_id)

    mine = AccessTokens(clock.now, key_for, remembered=2)
    first, second, third = (mine.issue("a", KEYS["a"], lifetime) for lifetime in (100, 200, 300))
    for token in (first, second, first, third, first):
        assert mine.verify(token) == "a"
    assert (len(mine), len(asked)) == (2, 3)
    mine.verify(second)
    assert len(asked) == 4


def test_refused_tokens_are_not_remembered() -> None:
    mine = tokens(FakeClock())
    for number in range(10):
        assert mine.verify(forge(HS256, {**GOOD, "exp": NOW - 100 - number})) is None
    assert len(mine) == 0


def test_forgetting_a_refresh_token_drops_its_access_tokens_only() -> None:
    clock = FakeClock()
    mine = tokens(clock)
    for token_id in ("a", "b"):
        mine.verify(mine.issue(token_id, KEYS[token_id], 100))
    mine.forget("a")
    assert len(mine) == 1
