"""SUBSCRIBE and UNSUBSCRIBE: what a client asks for, checked and answered filter by filter."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from marge.core.clock import Clock
from marge.mqtt import packets, reasons
from marge.mqtt import properties as p
from marge.mqtt.connection import Connection
from marge.mqtt.errors import InvalidTopic, ProtocolError
from marge.mqtt.limits import Limits
from marge.mqtt.message import Message
from marge.mqtt.packets import SubAck, Subscribe, SubscribeItem, Unsubscribe
from marge.mqtt.properties import NONE, Properties
from marge.mqtt.router import Router
from marge.mqtt.session import Session, Subscription
from marge.mqtt.topics import check_filter, split_share

LOGGER = logging.getLogger("marge.mqtt.broker")


class Subscriptions:
    """Adds and removes the subscriptions of sessions."""

    def __init__(self, router: Router, limits: Limits, clock: Clock) -> None:
        self._router = router
        self._limits = limits
        self._clock = clock

    def subscribe(self, connection: Connection, session: Session, packet: Subscribe) -> None:
        """Answer a SUBSCRIBE, then send the retained messages it asks for."""
        identifiers = packet.properties.subscription_identifiers
        codes = []
        refused = ""
        replays = []
        for item in packet.items:
            try:
                share, filter_ = split_share(item.filter)
                check_filter(filter_)
            except InvalidTopic as err:
                codes.append(err.reason)
                refused = str(err)
                continue
            if share and item.no_local:
                raise ProtocolError(reasons.PROTOCOL_ERROR, "no local on a shared subscription")
            if not session.grant.may_subscribe(filter_):
                # 0x80 rather than 0x87: what else exists is not the business of who may not read it.
                codes.append(reasons.UNSPECIFIED_ERROR)
                refused = f"the access rules do not allow to read {item.filter}"
                level = self._router.sparing.level(session.client_id)
                LOGGER.log(level, "%s may not subscribe to %s", connection.name, item.filter)
                continue
            new = item.filter not in session.subscriptions
            if new and len(session.subscriptions) >= self._limits.subscriptions:
                codes.append(reasons.QUOTA_EXCEEDED)
                refused = f"a client may have {self._limits.subscriptions} subscriptions"
                level = self._router.sparing.level(session.client_id)
                LOGGER.log(level, "%s has too many subscriptions; %s refused", connection.name, item.filter)
                continue
            self._add(session, item, filter_, share, identifiers[0] if identifiers else 0)
            codes.append(item.qos)
            if not share and (item.retain_handling == 0 or (item.retain_handling == 1 and new)):
                replays.append((item.filter, filter_))
        session.touch()
        properties = NONE
        if not connection.outbox.five:
            codes = [min(code, reasons.UNSPECIFIED_ERROR) for code in codes]
        elif refused and connection.request_problem_information:
            properties = Properties(reason_string=refused)
        answer = SubAck(p.SUBACK, packet.packet_id, tuple(codes), properties)
        connection.outbox.send(packets.encode(answer, connection.version))
        for name, filter_ in replays:
            session.replay(name, self._retained(session, filter_))

    def _add(self, session: Session, item: SubscribeItem, filter_: str, share: str, identifier: int) -> None:
        subscription = Subscription(
            session, filter_, item.qos, item.no_local, item.retain_as_published, identifier, share
        )
        session.subscriptions[item.filter] = subscription
        self._router.add(subscription)

    def _retained(self, session: Session, filter_: str) -> Iterator[Message]:
        """What is retained under `filter_`, looked up only when its turn comes."""
        for topic in self._router.retained.topics(filter_):
            message = self._router.retained.get(topic)
            if message is None or not session.grant.may_receive(topic):
                continue
            if message.expired(self._clock.now()):
                self._router.retained.remove(topic)
                continue
            yield message

    def unsubscribe(self, connection: Connection, session: Session, packet: Unsubscribe) -> None:
        """Answer an UNSUBSCRIBE."""
        codes = []
        for name in packet.filters:
            subscription = session.subscriptions.pop(name, None)
            if subscription is None:
                codes.append(reasons.NO_SUBSCRIPTION_EXISTED)
                continue
            self._router.remove(subscription)
            session.stop_replay(name)
            codes.append(reasons.SUCCESS)
        session.touch()
        answer = SubAck(p.UNSUBACK, packet.packet_id, tuple(codes) if connection.outbox.five else ())
        connection.outbox.send(packets.encode(answer, connection.version))

    def restore(self, session: Session, subscriptions: list[Subscription]) -> None:
        """Put the subscriptions of a stored session back in place."""
        for subscription in subscriptions:
            session.subscriptions[subscription.name] = subscription
            self._router.add(subscription)

    def drop(self, session: Session) -> None:
        """Remove all subscriptions of a session that ends."""
        for subscription in session.subscriptions.values():
            self._router.remove(subscription)
        session.subscriptions.clear()
