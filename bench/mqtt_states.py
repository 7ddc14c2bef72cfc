"""MQTT state messages: 3,000 announced sensors, then their states, through the real broker over a real socket.

Devices speak all the time: the time from a message to `state_changed` bounds what a house may do at once.
"""

from __future__ import annotations

import asyncio
import json
import socket
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.startup import rss_mb, running, write_config
from marge.app.app import App
from marge.config.house import load

SENSORS = 3000


def publish_packet(topic: str, payload: bytes, retain: bool = False) -> bytes:
    """A QoS 0 PUBLISH of MQTT 3.1.1."""
    body = len(topic).to_bytes(2, "big") + topic.encode() + payload
    length, remaining = len(body), b""
    while True:
        length, digit = divmod(length, 128)
        remaining += bytes([digit | 128 if length else digit])
        if not length:
            return bytes([0x31 if retain else 0x30]) + remaining + body


def announcement(number: int) -> bytes:
    """A discovery message as Zigbee2MQTT publishes it."""
    device = f"0x00158d{number:010x}"
    config = {
        "availability": [{"topic": "zigbee2mqtt/bridge/state", "value_template": "{{ value_json.state }}"}],
        "device": {
            "identifiers": [f"zigbee2mqtt_{device}"],
            "manufacturer": "Aqara",
            "model": "Temperature and humidity sensor (WSDCGQ11LM)",
            "name": f"sensor {number}",
            "sw_version": "20161129",
        },
        "device_class": "temperature",
        "enabled_by_default": True,
        "object_id": f"sensor_{number}_temperature",
        "origin": {"name": "Zigbee2MQTT", "sw": "1.40.2", "url": "https://www.zigbee2mqtt.io"},
        "state_class": "measurement",
        "state_topic": f"zigbee2mqtt/sensor {number}",
        "unique_id": f"{device}_temperature_zigbee2mqtt",
        "unit_of_measurement": "°C",
        "value_template": "{{ value_json.temperature }}",
    }
    return publish_packet(f"homeassistant/sensor/{device}/temperature/config", json.dumps(config).encode(), True)


def connect(port: int) -> socket.socket:
    """A client with an accepted connection."""
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x00\x00\x04test")
    client.recv(4)
    client.sendall(publish_packet("zigbee2mqtt/bridge/state", b'{"state":"online"}', True))
    return client


def discover() -> dict[str, float]:
    """Announce sensors to a hub process of its own; seconds until all are there, and its memory once idle."""
    with tempfile.TemporaryDirectory() as folder:
        config, data = Path(folder) / "config", Path(folder) / "data"
        write_config(config)
        with running(config, data) as (process, _):
            runtime = json.loads((data / "runtime.json").read_bytes())
            client = connect(runtime["mqtt_port"])
            announcements = b"".join(announcement(number) for number in range(SENSORS))
            health = f"http://127.0.0.1:{runtime['http_port']}/api/health"
            started = time.perf_counter()
            client.sendall(announcements)
            while json.loads(urllib.request.urlopen(health).read())["core"]["state_machine"]["entity_count"] < SENSORS:
                time.sleep(0.01)
            took = time.perf_counter() - started
            time.sleep(5)
            client.close()
            return {"discovery": took, "discovery_rss": rss_mb(process.pid)}


async def state_messages(messages: int) -> float:
    """State messages a second, from a socket to `state_changed`, with the sensors announced before."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config"
        write_config(config)
        app = App(load(config), Path(folder) / "data")
        await app.start()
        assert app.mqtt.port
        reader, writer = await asyncio.open_connection("127.0.0.1", app.mqtt.port)
        writer.write(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x00\x00\x04test")
        await reader.readexactly(4)
        writer.write(publish_packet("zigbee2mqtt/bridge/state", b'{"state":"online"}', True))
        writer.write(b"".join(announcement(number) for number in range(SENSORS)))
        while app.hub.states.count("sensor") < SENSORS:
            await asyncio.sleep(0.01)
        seen = 0

        def count(_event: object) -> None:
            nonlocal seen
            seen += 1

        app.hub.bus.listen("state_changed", count)
        packets = [
            publish_packet(
                f"zigbee2mqtt/sensor {number % SENSORS}",
                b'{"battery":91,"humidity":48.2,"linkquality":120,"temperature":%.2f,"voltage":2995}'
                % (20 + (number // SENSORS) * 0.01),
            )
            for number in range(messages)
        ]
        started = time.perf_counter()
        for start in range(0, messages, 200):
            writer.write(b"".join(packets[start : start + 200]))
            await asyncio.sleep(0)
        while seen < messages:
            await asyncio.sleep(0.005)
        took = time.perf_counter() - started
        writer.close()
        await app.stop()
        return messages / took


def budget() -> dict[str, float]:
    """The rows of the table that this module measures."""
    return {**discover(), "mqtt_state": asyncio.run(state_messages(60_000))}


if __name__ == "__main__":
    print(budget())
