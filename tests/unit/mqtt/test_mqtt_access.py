"""Users, anonymous clients and topic rules."""

from __future__ import annotations

import pytest

from marge.mqtt.access import Access, Grant, Rule, User, is_loopback


def allowed(access: Access, username: str | None, password: bytes | None, peer: str = "192.168.1.7") -> bool:
    answer = access.authenticate("client", username, password, peer)
    assert answer is None or isinstance(answer, Grant)
    return answer is not None


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("127.0.0.1", True),
        ("127.3.2.1", True),
        ("::1", True),
        ("192.168.1.2", False),
        ("fe80::1", False),
    ],
)
def test_loopback_addresses_are_known(peer: str, expected: bool) -> None:
    assert is_loopback(peer) is expected


def test_anonymous_clients_come_from_this_machine_only() -> None:
    assert allowed(Access(), None, None, "127.0.0.1")
    assert not allowed(Access(), None, None, "192.168.1.7")


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (None, True),
        ("http://localhost:8123", True),
        ("http://127.0.0.1:3000", True),
        ("http://[::1]:8123", True),
        ("https://example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("http://localhost.example.org", False),
        ("http://192.168.1.7:8123", False),
        ("http://[::1", False),
        ("null", False),
    ],
)
def test_a_page_from_elsewhere_is_not_of_this_machine_wherever_it_is_shown(origin: str | None, expected: bool) -> None:
    for username in (None, "a name that nobody asks for"):
        assert (Access().authenticate("client", username, None, "127.0.0.1", origin) is not None) is expected
    known = Access([User("ada", "pw")])
    assert known.authenticate("client", "ada", b"pw", "127.0.0.1", origin) is not None
    assert Access(anonymous=True).authenticate("client", None, None, "127.0.0.1", origin) is not None


def test_anonymous_clients_can_be_let_in_or_kept_out_altogether() -> None:
    assert allowed(Access(anonymous=True), None, None, "192.168.1.7")
    assert not allowed(Access(anonymous=False), None, None, "127.0.0.1")


def test_a_name_is_ignored_while_there_are_no_users() -> None:
    assert allowed(Access(), "anybody", b"x", "127.0.0.1")
    assert not allowed(Access(), "anybody", b"x", "192.168.1.7")


def test_a_user_needs_the_right_password() -> None:
    access = Access([User("shelly", "sécret")])
    assert allowed(access, "shelly", "sécret".encode())
    assert not allowed(access, "shelly", b"secret")
    assert not allowed(access, "shelly", None)
    assert not allowed(access, "shelly", b"\xff\xfe")
    assert not allowed(access, "other", b"secret", "127.0.0.1")


def test_a_user_can_be_added_and_removed_while_running() -> None:
    access = Access()
    access.set_user(User("child", "token"))
    assert allowed(access, "child", b"token")
    access.set_user(User("other", "x"))
    access.remove_user("child")
    assert not allowed(access, "child", b"token")


def test_unknown_users_are_asked_of_the_password_check() -> None:
    asked = []

    def check(username: str, password: str) -> bool:
        asked.append((username, password))
        return password == "right"

    access = Access([User("own", "x")], check_password=check)
    assert allowed(access, "anna", b"right")
    assert not allowed(access, "anna", b"wrong")
    assert allowed(access, "own", b"x")
    assert asked == [("anna", "right"), ("anna", "wrong")]


async def test_the_password_check_may_be_asynchronous() -> None:
    async def check(username: str, password: str) -> bool:
        return password == "right"

    access = Access(check_password=check)
    good = access.authenticate("c", "anna", b"right", "10.0.0.1")
    bad = access.authenticate("c", "anna", b"wrong", "10.0.0.1")
    assert not isinstance(good, Grant) and good is not None and await good is not None
    assert not isinstance(bad, Grant) and bad is not None and await bad is None


def test_the_first_rule_that_matches_decides() -> None:
    grant = Grant([Rule("home/secret/#", "deny"), Rule("home/#", "read"), Rule("cmd/+", "write")])
    assert grant.may_receive("home/lamp") and not grant.may_publish("home/lamp")
    assert grant.may_publish("cmd/lamp") and not grant.may_receive("cmd/lamp")
    assert not grant.may_receive("home/secret/door")
    assert not grant.may_receive("other")


def test_a_filter_is_refused_when_nothing_of_it_may_be_read() -> None:
    grant = Grant([Rule("home/secret/#", "deny"), Rule("home/#", "read")])
    assert grant.may_subscribe("#")
    assert grant.may_subscribe("home/+")
    assert not grant.may_subscribe("home/secret/door")
    assert not grant.may_subscribe("garden/#")


def test_client_id_and_user_name_are_filled_in() -> None:
    access = Access([User("anna", "x")], rules=[Rule("u/%u/#"), Rule("c/%c/#")])
    grant = access.authenticate("phone", "anna", b"x", "10.0.0.1")
    assert isinstance(grant, Grant)
    assert grant.may_publish("u/anna/a") and grant.may_publish("c/phone/a")
    assert not grant.may_publish("u/bob/a")


@pytest.mark.parametrize("client_id", ["#", "+", "a/b", ""])
def test_a_client_id_cannot_widen_a_rule(client_id: str) -> None:
    access = Access(anonymous=True, rules=[Rule("c/%c/#")])
    grant = access.authenticate(client_id, None, None, "10.0.0.1")
    assert isinstance(grant, Grant)
    assert not grant.may_publish("c/a/b") and not grant.may_subscribe("#")


def test_reserved_topics_are_the_hubs_alone_whatever_the_rules_say() -> None:
    access = Access(rules=[Rule("#", "readwrite")], reserved=("marge/system/",))
    for grant in (Grant(), Grant([Rule("#", "readwrite")])):
        assert not access.may_publish(grant, "marge/system/status")
        assert not access.may_publish(grant, "$SYS/broker/uptime")
        assert access.may_publish(grant, "marge/systematic")
        assert grant.may_subscribe("marge/system/#") and grant.may_receive("marge/system/status")
    assert not access.may_publish(Grant([Rule("home/#")]), "garden/lamp")
