"""The entities and devices that a hub knows, read from its database without a hub."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from marge.config.house import HouseConfig
from marge.util import jsonx

# YAML sections whose keys are object ids.
_KEYED: Final = (
    "counter",
    "group",
    "input_boolean",
    "input_button",
    "input_datetime",
    "input_number",
    "input_select",
    "input_text",
    "schedule",
    "script",
    "timer",
)


class Known(NamedTuple):
    """What there is: `entities` are entity ids and ids of the entity registry, `devices` ids of devices."""

    entities: set[str]
    devices: set[str]


def known_entities(house: HouseConfig, data: Path) -> Known | None:
    """The registries' entities and devices, and the entities of the last run's states and of what the files define.

    None when there is no database yet: then nobody can say which entities there are.
    """
    database = data / "marge.db"
    if not database.is_file():
        return None
    import sqlite3

    try:
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)
        try:
            known = {row[0] for row in connection.execute("SELECT entity_id FROM states_last")}
            rows = connection.execute("SELECT value FROM items WHERE collection = 'entity_registry'").fetchall()
            devices = connection.execute("SELECT key FROM items WHERE collection = 'device_registry'").fetchall()
        finally:
            connection.close()
    except sqlite3.Error:
        return None
    for (value,) in rows:
        try:
            entry = jsonx.loads(value)
            known.update((entry["entity_id"], entry["id"]))
        except (ValueError, KeyError, TypeError):
            continue
    for section in _KEYED:
        known.update(f"{section}.{key}" for key in house.mapping(section))
    return Known(known, {key for (key,) in devices})
