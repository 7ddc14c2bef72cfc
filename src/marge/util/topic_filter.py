"""What makes a text an MQTT topic filter (MQTT 5 section 4.7)."""

from __future__ import annotations


def mistake_in(topic_filter: str) -> str | None:
    """What is wrong with the filter, as a rule that it breaks; None when nothing is."""
    if not topic_filter:
        return "a topic filter may not be empty"
    if "\0" in topic_filter:
        return "a topic may not contain U+0000"
    levels = topic_filter.split("/")
    if any(len(level) > 1 and ("#" in level or "+" in level) for level in levels):
        return "a wildcard must be a whole level"
    if "#" in levels[:-1]:
        return "# must be the last level"
    return None
