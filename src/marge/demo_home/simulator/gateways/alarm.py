"""The alarm panel. It announces nothing: `configuration.yaml` lists it under `mqtt:`, as Alarmo's users do."""

from __future__ import annotations

from typing import Any, Final

from marge.demo_home.simulator.mqtt import Message
from marge.demo_home.simulator.station import BIRTH_TOPIC, Station, Surroundings, Thing

STATE: Final = "alarmo/state"
COMMAND: Final = "alarmo/command"
AVAILABILITY: Final = "alarmo/availability"
EXIT_SECONDS: Final = 30.0

ARMED: Final = {"ARM_AWAY": "armed_away", "ARM_HOME": "armed_home", "ARM_NIGHT": "armed_night"}


class AlarmPanel(Station):
    """Arms at once by night and at home, after an exit delay when everybody leaves."""

    name = "Alarm Panel"
    client_id = "alarmo"
    will = Message(AVAILABILITY, b"offline", 1, True)
    filters = (COMMAND,)

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.state = "disarmed"
        self._change = 0

    @property
    def things(self) -> list[Thing]:
        """See `Station.things`."""
        return [self]

    def announce(self) -> None:
        """See `Station.announce`."""
        self.publish(AVAILABILITY, "online", retain=True)
        self._tell()

    def on_message(self, topic: str, payload: bytes) -> None:
        """See `Station.on_message`."""
        if topic != BIRTH_TOPIC:
            command = payload.decode(errors="replace").upper()
            self.soon(lambda: self._obey(command))

    def act(self, action: str, value: Any = None) -> None:
        """`command` at the keypad; see `Thing.act`."""
        if action != "command":
            raise ValueError(f"{self.name} cannot {action}")
        self._obey(str(value))

    def _obey(self, command: str) -> None:
        self._change += 1
        change = self._change
        if command == "DISARM":
            self.state = "disarmed"
        elif command == "TRIGGER":
            self.state = "triggered"
        elif command == "ARM_AWAY":
            self.state = "arming"
            self.later(EXIT_SECONDS, lambda: self._arm(change))
        elif command in ARMED:
            self.state = ARMED[command]
        self._tell()

    def _arm(self, change: int) -> None:
        if change == self._change:
            self.state = "armed_away"
            self._tell()

    def _tell(self) -> None:
        self.publish(STATE, self.state, retain=True)
