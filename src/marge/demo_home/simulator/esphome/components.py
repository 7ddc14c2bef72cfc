"""The kinds of components: what each announces, tells and obeys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from marge.demo_home.simulator.esphome.node import Component, Node
from marge.demo_home.simulator.station import loads


class Sensor(Component):
    """A measured value, every `seconds`."""

    component = "sensor"
    has_command = False

    def __init__(
        self,
        node: Node,
        label: str,
        read: Callable[[], float],
        *,
        unit: str,
        device_class: str = "",
        digits: int = 1,
        seconds: float = 60.0,
    ) -> None:
        super().__init__(node, label)
        self.read = read
        self.unit = unit
        self.device_class = device_class
        self.digits = digits
        self.seconds = seconds

    def config(self) -> dict[str, Any]:
        """See `Component.config`."""
        config = {"dev_cla": self.device_class} if self.device_class else {}
        return config | {"unit_of_meas": self.unit, "stat_cla": "measurement"}

    def start(self) -> None:
        """See `Component.start`."""
        self.node.every(self.seconds, self.tell)

    def tell(self) -> None:
        """See `Component.tell`."""
        self.send(f"{self.read():.{self.digits}f}")


class BinarySensor(Component):
    """Something on or off: `on`, `off`, and `pulse` for a moment."""

    component = "binary_sensor"
    has_command = False

    def __init__(self, node: Node, label: str, device_class: str = "") -> None:
        super().__init__(node, label)
        self.device_class = device_class
        self.on = False

    def config(self) -> dict[str, Any]:
        """See `Component.config`."""
        return {"dev_cla": self.device_class} if self.device_class else {}

    def tell(self) -> None:
        """See `Component.tell`."""
        self.send("ON" if self.on else "OFF")

    def change(self, on: bool) -> None:
        """Take over a new value."""
        self.on = on
        self.tell()

    def act(self, action: str, value: Any = None) -> None:
        """See the class."""
        if action not in ("on", "off", "pulse"):
            super().act(action, value)
        self.change(action != "off")
        if action == "pulse":
            self.node.later(1.0, lambda: self.change(False))


class Switch(Component):
    """A switch."""

    component = "switch"
    on = False

    def tell(self) -> None:
        """See `Component.tell`."""
        self.send("ON" if self.on else "OFF")

    def command(self, part: str, payload: str) -> None:
        """See `Component.command`."""
        if payload.upper() in ("ON", "OFF", "TOGGLE"):
            self.on = not self.on if payload.upper() == "TOGGLE" else payload.upper() == "ON"
            self.tell()


class Button(Component):
    """A button that the node obeys."""

    component = "button"
    has_state = False

    def config(self) -> dict[str, Any]:
        """See `Component.config`."""
        return {"dev_cla": "restart"}

    def tell(self) -> None:
        """A button has no state."""

    def command(self, part: str, payload: str) -> None:
        """A restart: the node is away for a moment."""
        if payload == "PRESS":
            self.node.publish(f"{self.node.node_name}/status", "offline", retain=True)
            self.node.later(4.0, self.node.announce)


class RgbLight(Component):
    """An RGB strip with effects."""

    component = "light"
    effects: Sequence[str] = ("Rainbow", "Flicker", "Random")

    def __init__(self, node: Node, label: str) -> None:
        super().__init__(node, label)
        self.on = False
        self.brightness = 255
        self.color = {"r": 255, "g": 255, "b": 255}
        self.effect = "None"

    def config(self) -> dict[str, Any]:
        """See `Component.config`."""
        return {
            "schema": "json",
            "clrm": True,
            "supported_color_modes": ["rgb"],
            "brightness": True,
            "effect": True,
            "fx_list": [*self.effects, "None"],
        }

    def tell(self) -> None:
        """See `Component.tell`."""
        state: dict[str, Any] = {"effect": self.effect, "color_mode": "rgb", "state": "ON" if self.on else "OFF"}
        self.send(state | {"brightness": self.brightness, "color": self.color})

    def command(self, part: str, payload: str) -> None:
        """See `Component.command`."""
        values = loads(payload.encode())
        if not isinstance(values, dict):
            return
        if isinstance(state := values.get("state"), str):
            self.on = state.upper() == "ON"
        if isinstance(brightness := values.get("brightness"), int | float):
            self.brightness = int(brightness)
        if isinstance(color := values.get("color"), dict):
            self.color = {key: int(color.get(key, 0)) for key in "rgb"}
        if isinstance(effect := values.get("effect"), str):
            self.effect = effect
        self.tell()


class Fan(Component):
    """A fan with three speeds that can swing."""

    component = "fan"
    speeds = 3

    def __init__(self, node: Node, label: str) -> None:
        super().__init__(node, label)
        self.on = False
        self.speed = 1
        self.swings = False

    def config(self) -> dict[str, Any]:
        """See `Component.config`."""
        return {
            "osc_cmd_t": f"{self.base}/oscillation/command",
            "osc_stat_t": f"{self.base}/oscillation/state",
            "pct_cmd_t": f"{self.base}/speed_level/command",
            "pct_stat_t": f"{self.base}/speed_level/state",
            "spd_rng_max": self.speeds,
        }

    def tell(self) -> None:
        """See `Component.tell`."""
        self.send("ON" if self.on else "OFF")
        self.send("oscillate_on" if self.swings else "oscillate_off", "oscillation/state")
        self.send(str(self.speed), "speed_level/state")

    def command(self, part: str, payload: str) -> None:
        """See `Component.command`."""
        if part == "speed_level" and payload.isdigit():
            self.speed = min(self.speeds, int(payload)) or self.speed
        elif part == "oscillation":
            self.swings = payload.lower() == "oscillate_on"
        elif not part:
            self.on = payload.upper() == "ON"
        self.tell()


class Cover(Component):
    """A door on rails; the whole way takes `seconds`. `move` moves it by hand."""

    component = "cover"

    def __init__(self, node: Node, label: str, device_class: str, seconds: float = 14.0) -> None:
        super().__init__(node, label)
        self.device_class = device_class
        self.seconds = seconds
        self.position = 0
        self._target = 0
        self._way = 0

    def config(self) -> dict[str, Any]:
        """See `Component.config`."""
        return {
            "dev_cla": self.device_class,
            "pos_t": f"{self.base}/position/state",
            "set_pos_t": f"{self.base}/position/command",
        }

    def tell(self) -> None:
        """See `Component.tell`."""
        if self.position == self._target:
            state = "open" if self.position else "closed"
        else:
            state = "opening" if self._target > self.position else "closing"
        self.send(str(self.position), "position/state")
        self.send(state)

    def command(self, part: str, payload: str) -> None:
        """See `Component.command`."""
        if part == "position":
            try:
                self.move(int(float(payload)))
            except ValueError:
                return
        else:
            targets = {"OPEN": 100, "CLOSE": 0, "STOP": self.position}
            if payload.upper() in targets:
                self.move(targets[payload.upper()])

    def move(self, target: int) -> None:
        """Go there."""
        self._target = max(0, min(100, target))
        self._way += 1
        self.tell()
        way = self._way
        self.node.later(self.seconds / 4, lambda: self._step(way))

    def _step(self, way: int) -> None:
        if way == self._way and self.position != self._target:
            self.position += max(-25, min(25, self._target - self.position))
            self.tell()
            self.node.later(self.seconds / 4, lambda: self._step(way))

    def act(self, action: str, value: Any = None) -> None:
        """See the class."""
        if action != "move":
            super().act(action, value)
        self.move(int(value))


class Valve(Component):
    """A valve that knows its position."""

    component = "valve"
    open = False

    def config(self) -> dict[str, Any]:
        """See `Component.config`."""
        return {"dev_cla": "water"}

    def tell(self) -> None:
        """See `Component.tell`."""
        self.send("open" if self.open else "closed")

    def command(self, part: str, payload: str) -> None:
        """See `Component.command`."""
        if payload.upper() in ("OPEN", "CLOSE"):
            self.open = payload.upper() == "OPEN"
            self.node.soon(self.tell, 0.5, 1.5)


class Number(Component):
    """A number that the node keeps."""

    component = "number"

    def __init__(self, node: Node, label: str, value: float, least: float, most: float, step: float, unit: str) -> None:
        super().__init__(node, label)
        self.value = value
        self.range = least, most, step
        self.unit = unit

    def config(self) -> dict[str, Any]:
        """See `Component.config`."""
        least, most, step = self.range
        return {"min": least, "max": most, "step": step, "unit_of_meas": self.unit, "mode": "slider"}

    def tell(self) -> None:
        """See `Component.tell`."""
        self.send(f"{self.value:g}")

    def command(self, part: str, payload: str) -> None:
        """See `Component.command`."""
        try:
            self.value = min(self.range[1], max(self.range[0], float(payload)))
        except ValueError:
            return
        self.tell()


class Select(Component):
    """A choice that the node keeps."""

    component = "select"

    def __init__(self, node: Node, label: str, options: Sequence[str]) -> None:
        super().__init__(node, label)
        self.options = list(options)
        self.value = self.options[0]

    def config(self) -> dict[str, Any]:
        """See `Component.config`."""
        return {"ops": self.options}

    def tell(self) -> None:
        """See `Component.tell`."""
        self.send(self.value)

    def command(self, part: str, payload: str) -> None:
        """See `Component.command`."""
        if payload in self.options:
            self.value = payload
            self.tell()


class Text(Component):
    """A text that the node shows."""

    component = "text"
    value = "Welcome home"

    def config(self) -> dict[str, Any]:
        """See `Component.config`."""
        return {"mode": "text"}

    def tell(self) -> None:
        """See `Component.tell`."""
        self.send(self.value)

    def command(self, part: str, payload: str) -> None:
        """See `Component.command`."""
        self.value = payload
        self.tell()


class Presses(Component):
    """A push button on the node: `press` in one of its ways."""

    component = "event"
    has_command = False
    kinds = ("single_press", "double_press", "long_press")

    def config(self) -> dict[str, Any]:
        """See `Component.config`."""
        return {"evt_typ": list(self.kinds), "dev_cla": "doorbell"}

    def tell(self) -> None:
        """Nothing to tell while nobody presses."""

    def act(self, action: str, value: Any = None) -> None:
        """See the class."""
        if action != "press":
            super().act(action, value)
        self.node.publish(f"{self.base}/state", {"event_type": str(value or self.kinds[0])})


class Thermostat(Component):
    """Heats when it is colder than wanted; speaks Celsius, whatever the house does."""

    component = "climate"
    has_state = False
    has_command = False
    modes = ("off", "heat")

    def __init__(self, node: Node, label: str) -> None:
        super().__init__(node, label)
        self.mode = "heat"
        self.target = 18.9
        self.preset = "home"
        self.room = node.world.room_temperature(0)

    def config(self) -> dict[str, Any]:
        """See `Component.config`."""
        return {
            "curr_temp_t": f"{self.base}/current_temperature/state",
            "mode_cmd_t": f"{self.base}/mode/command",
            "mode_stat_t": f"{self.base}/mode/state",
            "modes": list(self.modes),
            "temp_cmd_t": f"{self.base}/target_temperature/command",
            "temp_stat_t": f"{self.base}/target_temperature/state",
            "min_temp": 7,
            "max_temp": 35,
            "temp_step": 0.1,
            "temp_unit": "C",
            "pr_mode_cmd_t": f"{self.base}/preset/command",
            "pr_mode_stat_t": f"{self.base}/preset/state",
            "pr_modes": ["home", "away", "sleep"],
            "act_t": f"{self.base}/action/state",
        }

    def start(self) -> None:
        """See `Component.start`."""
        self.node.every(60, self._measure)

    def _measure(self) -> None:
        self.room = self.node.world.room_temperature(0) + self.node.rng.gauss(0, 0.05)
        self.tell()

    @property
    def action(self) -> str:
        """What the boiler does."""
        if self.mode == "off":
            return "off"
        return "heating" if self.room < self.target - 0.2 else "idle"

    def tell(self) -> None:
        """See `Component.tell`."""
        self.node.world.heating = self.action == "heating"
        self.send(self.mode, "mode/state")
        self.send(f"{self.room:.1f}", "current_temperature/state")
        self.send(f"{self.target:.1f}", "target_temperature/state")
        self.send(self.preset, "preset/state")
        self.send(self.action, "action/state")

    def command(self, part: str, payload: str) -> None:
        """See `Component.command`."""
        if part == "mode" and payload in self.modes:
            self.mode = payload
        elif part == "preset":
            self.preset = payload
        elif part == "target_temperature":
            try:
                self.target = max(7.0, min(35.0, float(payload)))
            except ValueError:
                return
        self.tell()
