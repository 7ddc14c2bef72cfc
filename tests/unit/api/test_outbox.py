"""What waits for a client: in order, as arrays for those that understand them, bounded."""

from __future__ import annotations

import json

from marge.api.websocket.outbox import LAGGING, MAX_BYTES, MAX_MESSAGES, Outbox


class Woken:
    """Counts."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def test_messages_come_out_in_order_one_by_one() -> None:
    woken = Woken()
    outbox = Outbox(woken)
    outbox.put(b"1")
    outbox.put(b"2")
    assert woken.times == 1
    assert outbox.take() == [b"1", b"2"]
    assert outbox.empty


def test_a_client_that_understands_arrays_gets_one() -> None:
    outbox = Outbox(Woken())
    outbox.coalesce = True
    outbox.put(b"1")
    assert outbox.take() == [b"1"]
    for number in range(3):
        outbox.put(b"%d" % number)
    assert outbox.take() == [b"[0,1,2]"]


def test_an_array_has_a_limited_size() -> None:
    outbox = Outbox(Woken())
    outbox.coalesce = True
    for _ in range(10):
        outbox.put(json.dumps("x" * 100_000).encode())
    frames = outbox.take()
    assert len(frames) == 5
    assert sum(len(json.loads(frame)) for frame in frames) == 10


def test_too_many_messages_are_thrown_away_with_a_reason() -> None:
    overflowed = Woken()
    outbox = Outbox(Woken(), overflowed)
    for _ in range(MAX_MESSAGES + 10):
        outbox.put(b"x")
    assert outbox.overflow is not None
    assert outbox.empty
    assert overflowed.times == 1


def test_too_many_bytes_are_thrown_away_too() -> None:
    outbox = Outbox(Woken())
    outbox.put(b"x" * (MAX_BYTES + 1))
    assert outbox.overflow is not None


def test_a_stream_catches_up_once_everything_has_been_taken() -> None:
    outbox = Outbox(Woken())
    for _ in range(LAGGING):
        outbox.put(b"x")
    assert outbox.lagging
    outbox.when_drained(lambda: outbox.put(b"caught up"))
    assert len(outbox.take()) == LAGGING
    assert outbox.take() == [b"caught up"]
