"""The entities that a hub knows, read from its database without a hub."""

from __future__ import annotations

from pathlib import Path
from typing import Final

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


def known_entities(house: HouseConfig, data: Path) -> set[str] | None:
    """Entity ids of the registry, of the last run's states, and of what the files define.

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
        finally:
            connection.close()
    except sqlite3.Error:
        return None
    for (value,) in rows:
        try:
            known.add(jsonx.loads(value)["entity_id"])
        except (ValueError, KeyError, TypeError):
            continue
    for section in _KEYED:
        known.update(f"{section}.{key}" for key in house.mapping(section))
    return known
