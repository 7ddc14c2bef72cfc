"""What an external broker says of the hub: here while it runs, gone when it is killed, here again after an outage."""

from __future__ import annotations

from pathlib import Path

from child_hub import ChildHub, until
from mqtt_net import running_broker

from marge.mqtt import BrokerServer

TOML = '[http]\nhost = "127.0.0.1"\nport = 0\n[mqtt]\nbroker = "external"\nhost = "127.0.0.1"\nport = {port}\n'
TOPIC = "marge/system/status"


async def becomes(broker: BrokerServer, payload: bytes) -> None:
    def said() -> bool:
        message = broker.broker.router.retained.get(TOPIC)
        return message is not None and message.payload == payload

    await until(said, what=f"{TOPIC} {payload!r}")


async def test_both_wills_of_a_killed_hub_are_published(tmp_path: Path) -> None:
    async with running_broker() as broker:
        births: list[bytes] = []
        broker.client.subscribe("homeassistant/status", lambda _topic, payload, _qos, _retain: births.append(payload))
        async with ChildHub(tmp_path, {"configuration.toml": TOML.format(port=broker.port)}).running() as child:
            await becomes(broker, b"online")
            await child.kill()
            await becomes(broker, b"offline")
            await until(lambda: births[-1:] == [b"offline"])
            await child.start()
            await becomes(broker, b"online")
            await child.end()
            await becomes(broker, b"offline")


async def test_the_status_is_said_again_when_it_was_lost_or_denied(tmp_path: Path) -> None:
    async with (
        running_broker() as broker,
        ChildHub(tmp_path, {"configuration.toml": TOML.format(port=broker.port)}).running() as child,
    ):
        await becomes(broker, b"online")
        # The will of the run before, which a broker may publish only now.
        broker.client.publish(TOPIC, "offline", 0, True)
        await becomes(broker, b"online")
        broker.client.publish(TOPIC, "", 0, True)
        for connection in list(broker.broker.connections.values()):
            if connection.session is not None:
                connection.session.will = None
            broker.broker.close(connection)
        await becomes(broker, b"online")
        assert child.log.count("is lost") == 1
