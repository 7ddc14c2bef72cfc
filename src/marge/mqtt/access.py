"""Who may connect to the broker, and which topics they may use.

A rule is a topic filter with `read`, `write`, `readwrite` or `deny`; the first one that matches decides. `%c` and
`%u` stand for the client id and the user name. Without rules a user may use every topic.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Final, Literal

from msgspec import Struct

from marge.mqtt.topics import covers, matches, overlaps

PasswordCheck = Callable[[str, str], bool | Awaitable[bool]]
"""(username, password) → whether they are right; may be asynchronous. It is asked for unknown users only."""


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """`access` to the topics that match `topic`."""

    topic: str
    access: Literal["read", "write", "readwrite", "deny"] = "readwrite"


class User(Struct, frozen=True, forbid_unknown_fields=True):
    """A user of the broker with the password in the clear, as the configuration has it."""

    name: str
    password: str
    rules: tuple[Rule, ...] = ()


class Grant:
    """What one connected client may do."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules = tuple(rules)
        self.everything = not self._rules
        """Nothing needs to be asked."""

    def may_publish(self, topic: str) -> bool:
        """Whether a message may be published to `topic`."""
        return self._allowed(topic, "write")

    def may_receive(self, topic: str) -> bool:
        """Whether a message of `topic` may be delivered."""
        return self._allowed(topic, "read")

    def may_subscribe(self, filter_: str) -> bool:
        """Whether `filter_` can match anything at all that may be received."""
        if self.everything:
            return True
        for rule in self._rules:
            if rule.access in ("read", "readwrite") and overlaps(rule.topic, filter_):
                return True
            if rule.access == "deny" and covers(rule.topic, filter_):
                return False
        return False

    def _allowed(self, topic: str, access: str) -> bool:
        if self.everything:
            return True
        for rule in self._rules:
            if rule.access == "deny":
                if matches(rule.topic, topic):
                    return False
            elif rule.access in (access, "readwrite") and matches(rule.topic, topic):
                return True
        return False


EVERYTHING: Final = Grant()
NOTHING: Final = Grant((Rule("#", "deny"),))


class Access:
    """Decides about each CONNECT, and about the topics that no grant opens.

    `anonymous`: True lets everybody in without a name, False nobody, None those on this machine, but no web page from
    elsewhere. While there are no users at all, a name is ignored.
    `rules` hold for every client that has none of its own.
    `reserved` are beginnings of topics that the hub alone publishes to, whatever the rules say; `$SYS/` always is one.
    """

    def __init__(
        self,
        users: Iterable[User] = (),
        *,
        anonymous: bool | None = None,
        rules: Iterable[Rule] = (),
        check_password: PasswordCheck | None = None,
        reserved: Iterable[str] = (),
    ) -> None:
        self._users = {user.name: user for user in users}
        self._anonymous = anonymous
        self._rules = tuple(rules)
        self._check_password = check_password
        self._reserved = ("$SYS/", *reserved)

    def is_reserved(self, topic: str) -> bool:
        """Whether the hub alone publishes to `topic`."""
        return topic.startswith(self._reserved)

    def may_publish(self, grant: Grant, topic: str) -> bool:
        """Whether a client with this grant may publish to `topic`."""
        return not self.is_reserved(topic) and grant.may_publish(topic)

    def set_user(self, user: User) -> None:
        """Add or replace a user; connected clients keep what they have."""
        self._users[user.name] = user

    def remove_user(self, name: str) -> None:
        """Remove a user; connected clients keep what they have."""
        self._users.pop(name, None)

    def authenticate(
        self, client_id: str, username: str | None, password: bytes | None, peer: str, origin: str | None = None
    ) -> Grant | Awaitable[Grant | None] | None:
        """The client's grant, None when it must not come in; may be a promise of either.

        `origin` is the web page that a browser connects for. A browser on this machine shows pages from everywhere, and
        none of them may use the house because of where it is shown.
        """
        if username is None or not (self._users or self._check_password):
            here = is_loopback(peer) and (origin is None or is_local_page(origin))
            allowed = here if self._anonymous is None else self._anonymous
            return self._grant(self._rules, client_id, "") if allowed else None
        try:
            secret = (password or b"").decode()
        except UnicodeDecodeError:
            return None
        user = self._users.get(username)
        if user is not None:
            import hmac  # loads the OpenSSL library, which a hub without passwords does without

            if not hmac.compare_digest(user.password.encode(), secret.encode()):
                return None
            return self._grant(user.rules or self._rules, client_id, username)
        if self._check_password is None:
            return None
        answer = self._check_password(username, secret)
        if isinstance(answer, bool):
            return self._grant(self._rules, client_id, username) if answer else None
        return self._later(answer, client_id, username)

    async def _later(self, answer: Awaitable[bool], client_id: str, username: str) -> Grant | None:
        return self._grant(self._rules, client_id, username) if await answer else None

    def _grant(self, rules: tuple[Rule, ...], client_id: str, username: str) -> Grant:
        if not rules:
            return EVERYTHING
        filled = []
        for rule in rules:
            topic = rule.topic
            for mark, value in (("%c", client_id), ("%u", username)):
                if mark in topic:
                    if not value or set(value) & set("+#/%"):
                        # A name with a wildcard or slash in it would change what the rule means.
                        return NOTHING
                    topic = topic.replace(mark, value)
            filled.append(Rule(topic, rule.access))
        return Grant(filled)


def is_loopback(peer: str) -> bool:
    """Whether `peer`, as a socket names it, is an address of this machine."""
    return peer == "::1" or peer.startswith("127.")


def is_local_page(origin: str) -> bool:
    """Whether `origin`, as a browser writes it, is a page that this machine itself has served."""
    from ipaddress import ip_address
    from urllib.parse import urlsplit

    try:
        host = urlsplit(origin).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
