"""How the kind that a trigger or a condition names leads to the Struct that reads it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from marge.util.schema import Invalid


def find_kind(what: str, kind: Any, known: Mapping[str, str]) -> Any:
    """The Struct of a kind of `what`, imported now; raises Invalid with the nearest of the `known` kinds."""
    try:
        module, _, name = known[kind].partition(":")
    except (KeyError, TypeError):
        from difflib import get_close_matches

        close = get_close_matches(str(kind), known, 1)
        raise Invalid(f"invalid {what} type '{kind}'", (what,), close[0] if close else None) from None
    return getattr(import_module(module), name)
