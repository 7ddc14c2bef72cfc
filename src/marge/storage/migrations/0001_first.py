"""The first schema. Times are integers, microseconds since 1970 UTC; days are days since 1970 UTC.

`items` (registries, users, documents) and `states_last` (what to restore) stand apart from history, which may be
dropped without touching them. States are clustered by entity and time: reading one entity's day touches a few pages
that lie side by side, and no second index has to be kept. Context ids are 16 bytes where they are ULIDs or
hexadecimal ids, text otherwise.
"""

from __future__ import annotations

import sqlite3

STATEMENTS = (
    """
    CREATE TABLE items (
        collection TEXT NOT NULL,
        key TEXT NOT NULL,
        value BLOB NOT NULL,
        PRIMARY KEY (collection, key)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE states_last (
        entity_id TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        attributes TEXT NOT NULL,
        changed INTEGER NOT NULL,
        updated INTEGER NOT NULL,
        context_id,
        context_parent_id,
        context_user_id
    ) WITHOUT ROWID
    """,
    "CREATE TABLE entities (id INTEGER PRIMARY KEY, entity_id TEXT NOT NULL UNIQUE)",
    # `used` is the last day on which a state was written with these attributes: what is older than all history goes.
    """
    CREATE TABLE attributes (
        id INTEGER PRIMARY KEY,
        hash INTEGER NOT NULL,
        used INTEGER NOT NULL,
        json TEXT NOT NULL
    )
    """,
    "CREATE INDEX attributes_hash ON attributes (hash)",
    # `state` is NULL when the entity was removed; `changed` is NULL when it equals `time`; `is_new` is 1 when there
    # was no state before.
    """
    CREATE TABLE states (
        entity INTEGER NOT NULL,
        time INTEGER NOT NULL,
        state TEXT,
        changed INTEGER,
        attributes INTEGER,
        is_new INTEGER NOT NULL,
        context_id,
        context_parent_id,
        context_user_id,
        PRIMARY KEY (entity, time)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE event_types (id INTEGER PRIMARY KEY, event_type TEXT NOT NULL UNIQUE)",
    """
    CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        type INTEGER NOT NULL,
        time INTEGER NOT NULL,
        data TEXT NOT NULL,
        context_id,
        context_parent_id,
        context_user_id
    )
    """,
    "CREATE INDEX events_type_time ON events (type, time)",
)


def migrate(connection: sqlite3.Connection) -> None:
    """Create the tables."""
    for statement in STATEMENTS:
        connection.execute(statement)
