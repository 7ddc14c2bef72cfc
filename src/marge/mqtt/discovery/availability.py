"""Whether a device is there: one or several topics, and how they are put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marge.mqtt.discovery.config import Availability, EntityConfig


class AvailabilityTracker:
    """Remembers what each topic said last; a topic that said nothing yet counts as not available."""

    def __init__(self) -> None:
        self.topics: dict[str, Availability] = {}
        self._said: dict[str, bool] = {}
        self._latest = False
        self._mode = "latest"

    def configure(self, config: EntityConfig) -> None:
        """Take over a configuration; what a topic said before is kept."""
        self.topics = {each.topic: each for each in config.availabilities()}
        self._said = {topic: self._said.get(topic, False) for topic in self.topics}
        self._mode = config.availability_mode

    def receive(self, topic: str, payload: str) -> None:
        """Take a message of a topic; a payload that is neither of the two is passed over."""
        availability = self.topics[topic]
        if payload == availability.payload_available:
            self._said[topic] = self._latest = True
        elif payload == availability.payload_not_available:
            self._said[topic] = self._latest = False

    @property
    def available(self) -> bool:
        """Whether the device counts as there: always, without topics; else by the mode all, any or latest."""
        if not self.topics:
            return True
        if self._mode == "all":
            return all(self._said.values())
        if self._mode == "any":
            return any(self._said.values())
        return self._latest
