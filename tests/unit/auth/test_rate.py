"""Guessing is slowed per address and per username, in bounded memory."""

from __future__ import annotations

from marge.auth.rate import ADDRESS_LIMIT, FORGET_AFTER, USER_LIMIT, LoginThrottle
from marge.testing import FakeClock


def fail(throttle: LoginThrottle, times: int, address: str = "a", user: str = "ann") -> None:
    for _ in range(times):
        assert throttle.attempt(address, user) == 0


def test_the_first_failures_cost_nothing_then_the_wait_doubles_up_to_its_limit() -> None:
    clock = FakeClock()
    throttle = LoginThrottle(clock.monotonic)
    waits = []
    for number in range(16):
        if wait := throttle.attempt("a", f"user {number}"):
            waits.append(wait)
            clock.advance(wait)
            assert throttle.attempt("a", f"user {number}") == 0
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert len(waits) == 16 - ADDRESS_LIMIT.free


def test_waiting_is_not_counted_as_another_failure() -> None:
    clock = FakeClock()
    throttle = LoginThrottle(clock.monotonic)
    fail(throttle, ADDRESS_LIMIT.free)
    assert [throttle.attempt("a", "ann") for _ in range(10)] == [2.0] * 10
    clock.advance(2)
    assert throttle.attempt("a", "ann") == 0


def test_guesses_for_one_user_from_many_addresses_are_slowed_gently() -> None:
    clock = FakeClock()
    throttle = LoginThrottle(clock.monotonic)
    for number in range(USER_LIMIT.free):
        fail(throttle, 1, f"address {number}")
    assert throttle.attempt("another", "ann") == USER_LIMIT.first
    assert throttle.attempt("another", "bob") == 0
    for number in range(100):
        clock.advance(USER_LIMIT.longest)
        fail(throttle, 1, f"more {number}")
    assert throttle.attempt("another", "ann") == USER_LIMIT.longest


def test_a_success_clears_the_address_and_the_user() -> None:
    throttle = LoginThrottle(FakeClock().monotonic)
    fail(throttle, ADDRESS_LIMIT.free - 1)
    throttle.succeeded("a", "ann")
    assert len(throttle) == 0
    fail(throttle, ADDRESS_LIMIT.free)
    assert throttle.attempt("a", "ann") > 0


def test_failures_are_forgotten_after_an_hour() -> None:
    clock = FakeClock()
    throttle = LoginThrottle(clock.monotonic)
    fail(throttle, ADDRESS_LIMIT.free - 1)
    clock.advance(FORGET_AFTER + 1)
    fail(throttle, ADDRESS_LIMIT.free)


def test_memory_is_bounded_however_many_addresses_and_names_fail() -> None:
    throttle = LoginThrottle(FakeClock().monotonic, max_keys=10)
    for number in range(1000):
        throttle.attempt(f"address {number}", f"user {number}" * 1000)
    assert len(throttle) == 10
