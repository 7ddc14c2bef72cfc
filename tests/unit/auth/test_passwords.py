"""Passwords are hashed in a thread, and unknown users cost as much as known ones."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import bcrypt
import pytest

from marge.auth.passwords import PasswordHasher, normalize_username


async def test_the_right_password_and_no_other_matches() -> None:
    hasher = PasswordHasher(4)
    hashed = await hasher.hash("correct horse")
    assert hashed.startswith("$2b$04$")
    assert await hasher.verify("correct horse", hashed)
    for wrong in ("", "correct hors", "Correct horse", "correct horse "):
        assert not await hasher.verify(wrong, hashed)


@pytest.mark.parametrize("password", ["é€😀", "x" * 500, "a\0b", "\ud800", " ", "\n"])
async def test_any_text_is_a_password(password: str) -> None:
    hasher = PasswordHasher(4)
    assert await hasher.verify(password, await hasher.hash(password))


async def test_what_follows_a_nul_counts() -> None:
    hasher = PasswordHasher(4)
    assert not await hasher.verify("a\0c", await hasher.hash("a\0b"))


async def test_a_damaged_hash_matches_nothing() -> None:
    assert not await PasswordHasher(4).verify("x", "nonsense")


async def test_an_unknown_user_costs_a_check_of_the_same_cost_off_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[tuple[bytes, bool]] = []
    real = bcrypt.checkpw

    def check(password: bytes, hashed: bytes) -> bool:
        checked.append((hashed[:7], threading.current_thread() is threading.main_thread()))
        return real(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", check)
    hasher = PasswordHasher(5)
    assert not await hasher.verify("x", None)
    assert not await hasher.verify("x", await hasher.hash("y"))
    assert checked == [(b"$2b$05$", False), (b"$2b$05$", False)]


async def test_only_two_checks_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = 0, 0
    lock = threading.Lock()
    gate = threading.Event()

    def check(*_: Any) -> bool:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            if running == 2:
                gate.set()
        gate.wait(5)
        with lock:
            running -= 1
        return True

    monkeypatch.setattr(bcrypt, "checkpw", check)
    hasher = PasswordHasher(4)
    assert all(await asyncio.gather(*(hasher.verify("x", "y") for _ in range(6))))
    assert most == 2


def test_usernames_are_compared_without_case_and_outer_spaces() -> None:
    assert normalize_username("  STRAẞE ") == normalize_username("straße") == "strasse"
