"""The database file: who opens it, writes it, and keeps registries and documents in it.

Needs a path and a clock; offers `Database` (the port `SqlDatabase`) and `SqlStore` (the port `Store`). History lives in
the same file, written by `marge.recorder` through the port.
"""

from __future__ import annotations

from marge.storage.database import Database
from marge.storage.store import SqlStore
from marge.storage.url import database_path

__all__ = ["Database", "SqlStore", "database_path"]
