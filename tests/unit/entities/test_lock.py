"""Locks: which state wins, and what code reaches the platform."""

from __future__ import annotations

from typing import Any

import pytest

from marge.core.errors import OperationFailed, ServiceValidationError
from marge.entities.lock import LockEntity
from marge.testing.house import House, recording

FOUR_DIGITS = r"^\d{4}$"


@pytest.mark.parametrize(
    ("attributes", "state"),
    [
        ({}, "unknown"),
        ({"is_locked": True}, "locked"),
        ({"is_locked": False}, "unlocked"),
        ({"is_locked": True, "is_unlocking": True}, "unlocking"),
        ({"is_open": True, "is_unlocking": True}, "open"),
        ({"is_open": True, "is_locking": True}, "locking"),
        ({"is_opening": True, "is_locking": True}, "opening"),
        ({"is_opening": True, "is_jammed": True}, "jammed"),
    ],
)
async def test_most_telling_state_wins(attributes: dict[str, Any], state: str) -> None:
    house = House()
    house.add(recording(LockEntity, **attributes))
    assert house.state("lock.it").state == state


async def test_code_must_match_the_format() -> None:
    house = House()
    lock = house.add(recording(LockEntity, code_format=FOUR_DIGITS, changed_by="Ann"))
    assert house.state("lock.it").attributes == {
        "changed_by": "Ann",
        "code_format": FOUR_DIGITS,
        "supported_features": 0,
    }
    await house.call("lock.unlock", {"code": 1234})
    with pytest.raises(ServiceValidationError) as refusal:
        await house.call("lock.unlock", {"code": "12"})
    assert str(refusal.value) == rf"The code for lock.it doesn't match pattern {FOUR_DIGITS}."
    assert refusal.value.translation_key == "add_default_code"
    assert lock.calls == [("do_unlock", "1234")]


async def test_default_code_stands_in_for_none_if_it_matches() -> None:
    house = House()
    good = house.add(recording(LockEntity, code_format=FOUR_DIGITS), "good", options={"default_code": "4321"})
    house.add(recording(LockEntity, code_format=FOUR_DIGITS), "bad", options={"default_code": "x"})
    await house.call("lock.lock", entity_id="lock.good")
    await house.call("lock.lock", {"code": "1111"}, entity_id="lock.good")
    assert good.calls == [("do_lock", "4321"), ("do_lock", "1111")]
    with pytest.raises(ServiceValidationError, match="doesn't match"):
        await house.call("lock.lock", entity_id="lock.bad")


async def test_code_format_that_is_no_pattern_fails_with_its_name() -> None:
    house = House()
    house.add(recording(LockEntity, code_format="(["))
    with pytest.raises(OperationFailed, match=r"code format '\(\[' of lock\.it is not a valid regular expression"):
        await house.call("lock.lock", {"code": "1"})


async def test_a_code_format_that_takes_too_long_refuses_codes_and_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = House()
    lock = house.add(recording(LockEntity, code_format=r"(\d+c*)+$"))
    for _ in range(4):
        with pytest.raises(ServiceValidationError, match="takes too long"):
            await house.call("lock.lock", {"code": "1" * 60 + "!"})
    assert lock.calls == []
    assert [record.getMessage() for record in caplog.records] == [r"lock.it: the pattern (\d+c*)+$ takes too long"]


async def test_only_locks_with_a_latch_open() -> None:
    house = House()
    lock = house.add(recording(LockEntity))
    with pytest.raises(ServiceValidationError, match=r"does not support action lock\.open"):
        await house.call("lock.open")
    lock.supported_features = 1
    await house.call("lock.open")
    assert lock.calls == [("do_open", None)]
