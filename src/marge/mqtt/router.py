"""From a topic to everybody who gets its messages.

What a topic leads to is worked out once and kept as a `Route`, under the topic's bytes as they come from the
network, until a subscription that matters to it changes. Connections use routes directly for plain QoS 0 packets.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from itertools import count
from typing import Final

from msgspec import Struct

from marge.core.clock import Clock
from marge.core.ports import MqttMessage
from marge.mqtt.index import SubscriptionIndex
from marge.mqtt.limits import Limits
from marge.mqtt.message import Message
from marge.mqtt.outbox import Defer, Flusher
from marge.mqtt.retained import RetainedMessages
from marge.mqtt.session import Counters, Session, Subscription
from marge.mqtt.sparing import Sparing
from marge.mqtt.topics import is_wildcard

LOGGER = logging.getLogger("marge.mqtt.broker")
# A large house has 50,000 topics. Long topics are looked up anew, so that nobody can fill the memory with them.
_MAX_ROUTES: Final = 100_000
_MAX_ROUTE_TOPIC: Final = 200


class LocalSubscription(Struct, eq=False):
    """A callback inside the hub; `end` is handed out as what removes it."""

    filter: str
    callback: MqttMessage
    remove: Callable[[LocalSubscription], object]

    @property
    def key(self) -> Hashable:
        return id(self)

    def end(self) -> None:
        """Call the callback no more, not even for a message that is being delivered."""
        self.callback = _ignore
        self.remove(self)


def _ignore(topic: str, payload: bytes, qos: int, retain: bool) -> None:
    pass


class Delivery:
    """All subscriptions of one session that match a topic, as one delivery with the highest QoS."""

    __slots__ = ("identifiers", "no_local", "qos", "retain_as_published", "session", "subscriptions")

    def __init__(self, session: Session, subscriptions: list[Subscription]) -> None:
        self.session = session
        self.subscriptions = subscriptions
        self.qos = max(item.qos for item in subscriptions)
        self.identifiers = tuple(item.identifier for item in subscriptions if item.identifier)
        self.retain_as_published = any(item.retain_as_published for item in subscriptions)
        self.no_local = any(item.no_local for item in subscriptions)


class SharedGroup:
    """The members of one shared subscription; they take turns (MQTT 5 section 4.8.2)."""

    __slots__ = ("members",)

    def __init__(self, members: list[Subscription]) -> None:
        self.members = members

    def choose(self, qos: int, turn: int) -> Subscription | None:
        """Who has waited longest of those that are connected; an absent one only if nobody is, for QoS 1 and 2."""
        candidates = [item for item in self.members if item.session.outbox is not None]
        if not candidates and qos:
            candidates = [item for item in self.members if item.qos]
        if not candidates:
            return None
        member = min(candidates, key=_last_turn)
        member.turn = turn
        return member


def _last_turn(member: Subscription) -> int:
    return member.turn


class Route:
    """Where messages of one topic go."""

    __slots__ = ("deliveries", "groups", "locals", "plain_3", "plain_5", "special", "topic")

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.locals: tuple[LocalSubscription, ...] = ()
        self.deliveries: tuple[Delivery, ...] = ()
        self.groups: tuple[SharedGroup, ...] = ()
        self.plain_3: tuple[Session, ...] = ()
        """3.1.1 sessions that get a QoS 0 packet exactly like everybody else."""
        self.plain_5: tuple[Session, ...] = ()
        self.special: tuple[Delivery, ...] = ()
        """Sessions whose QoS 0 packets differ: a subscription identifier, no-local."""


class Router:
    """Subscriptions, retained messages and the way between publishers and subscribers."""

    def __init__(
        self, limits: Limits, clock: Clock, defer: Defer, reserved: Callable[[str], bool] = lambda topic: False
    ) -> None:
        """`reserved` are topics that clients may not publish to."""
        self.retained = RetainedMessages(limits)
        self.counters = Counters()
        self.sparing = Sparing(clock)
        self.flusher = Flusher(defer)
        self.routes: dict[bytes, Route] = {}
        """What a client may publish along without a further question; grants with rules are kept from it."""
        self._reserved = reserved
        self._index: SubscriptionIndex[Subscription | LocalSubscription] = SubscriptionIndex()
        self._clock = clock
        self._defer = defer
        self._dispatching = False
        self._deferred: list[Message] = []
        self._turns = count(1)

    @property
    def subscription_count(self) -> int:
        """Subscriptions of all sessions and of the hub itself."""
        return len(self._index)

    # ------------------------------------------------------------ subscriptions

    def add(self, subscription: Subscription | LocalSubscription) -> bool:
        """Add or replace a subscription; True when it is new."""
        new = self._index.add(subscription)
        self.forget_routes(subscription.filter)
        return new

    def remove(self, subscription: Subscription | LocalSubscription) -> None:
        """Remove a subscription, if it is there."""
        self._index.remove(subscription)
        self.forget_routes(subscription.filter)

    def forget_routes(self, filter_: str | None = None) -> None:
        """Work out again what matches `filter_` (everything when None) at its next message."""
        if filter_ is None or is_wildcard(filter_):
            self.routes.clear()
        else:
            self.routes.pop(filter_.encode(), None)

    def route(self, topic: str) -> Route:
        """Where messages of `topic` go; the topic must be valid."""
        key = topic.encode()
        route = self.routes.get(key)
        if route is None:
            route = self._build(topic)
            if len(self.routes) >= _MAX_ROUTES:
                self.routes.clear()
            if len(key) <= _MAX_ROUTE_TOPIC and not self._reserved(topic):
                self.routes[key] = route
        return route

    def _build(self, topic: str) -> Route:
        route = Route(topic)
        local: list[LocalSubscription] = []
        sessions: dict[Session, list[Subscription]] = {}
        groups: dict[tuple[str, str], list[Subscription]] = {}
        for item in self._index.match(topic):
            if isinstance(item, LocalSubscription):
                local.append(item)
            elif not item.session.grant.may_receive(topic):
                continue
            elif item.share:
                groups.setdefault((item.share, item.filter), []).append(item)
            else:
                sessions.setdefault(item.session, []).append(item)
        route.locals = tuple(local)
        route.groups = tuple(SharedGroup(members) for members in groups.values())
        route.deliveries = tuple(Delivery(session, items) for session, items in sessions.items())
        route.special = tuple(item for item in route.deliveries if item.identifiers or item.no_local)
        plain = [item.session for item in route.deliveries if not (item.identifiers or item.no_local)]
        route.plain_3 = tuple(session for session in plain if not session.five)
        route.plain_5 = tuple(session for session in plain if session.five)
        return route

    # ------------------------------------------------------------ messages

    def publish(self, message: Message) -> bool:
        """Keep the message when it is to be retained and deliver it; False when nobody wanted it.

        The topic must be valid. A message that a local subscriber publishes from within its callback is
        delivered in the next loop iteration, so that everybody sees messages in the same order.
        """
        if self._dispatching:
            if not self._deferred:
                self._defer(self._publish_deferred)
            self._deferred.append(message)
            return True
        self.counters.messages_received += 1
        if message.retain and not self.retained.set(message):
            self._log_not_retained(message.topic)
        route = self.route(message.topic)
        for delivery in route.deliveries:
            self._deliver(delivery, message)
        if route.groups:
            self.deliver_groups(route, message)
        if route.locals:
            self.call_locals(message.topic, route.locals, message.payload, message.qos, False)
        return bool(route.deliveries or route.groups or route.locals)

    def deliver_special(self, route: Route, message: Message) -> None:
        """The part of a route that a plain QoS 0 packet does not cover."""
        for delivery in route.special:
            self._deliver(delivery, message)
        if route.groups:
            self.deliver_groups(route, message)

    def _deliver(self, delivery: Delivery, message: Message) -> None:
        if delivery.no_local and message.publisher == delivery.session.client_id:
            others = [item for item in delivery.subscriptions if not item.no_local]
            if not others:
                return
            delivery = Delivery(delivery.session, others)
        retain = message.retain and delivery.retain_as_published
        delivery.session.deliver(message, min(message.qos, delivery.qos), retain, delivery.identifiers)

    def deliver_groups(self, route: Route, message: Message) -> None:
        """One member of each shared subscription gets the message."""
        for group in route.groups:
            member = group.choose(message.qos, next(self._turns))
            if member is not None:
                identifiers = (member.identifier,) if member.identifier else ()
                retain = message.retain and member.retain_as_published
                member.session.deliver(message, min(message.qos, member.qos), retain, identifiers)

    def call_locals(
        self, topic: str, subscriptions: tuple[LocalSubscription, ...], payload: bytes, qos: int, retain: bool
    ) -> None:
        """Call subscribers inside the hub; an exception of one is logged and stops nobody."""
        self._dispatching = True
        try:
            for subscription in subscriptions:
                try:
                    subscription.callback(topic, payload, qos, retain)
                except Exception:
                    LOGGER.exception("A subscriber of %s failed on topic %s", subscription.filter, topic)
        finally:
            self._dispatching = False

    def _publish_deferred(self) -> None:
        # Only what was there now: a subscriber that answers itself for ever must not stop the loop.
        waiting, self._deferred = self._deferred, []
        for message in waiting:
            self.publish(message)

    def replay_local(self, subscription: LocalSubscription) -> None:
        """Hand the retained messages that match a new local subscription to it."""
        now = self._clock.now()
        for topic in self.retained.topics(subscription.filter):
            message = self.retained.get(topic)
            if message is None or message.expired(now):
                continue
            try:
                subscription.callback(topic, message.payload, message.qos, True)
            except Exception:
                LOGGER.exception("A subscriber of %s failed on retained topic %s", subscription.filter, topic)

    def _log_not_retained(self, topic: str) -> None:
        self.counters.messages_dropped += 1
        LOGGER.log(
            self.sparing.level("retained"),
            "The store of retained messages is full (%d topics): the one of %s was delivered but not kept. "
            "Clear topics that are no longer used by publishing an empty retained message.",
            len(self.retained),
            topic,
        )
