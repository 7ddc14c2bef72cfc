"""The parser that turns YAML text into events: libyaml's, or PyYAML's own where that was built without it."""

from __future__ import annotations

from typing import Any

try:
    from yaml.cyaml import CParser as _Parser  # type: ignore[attr-defined]  # the stubs do not know it
except ImportError:
    from yaml import SafeLoader as _Parser  # type: ignore[assignment]


def parser(text: str) -> Any:
    """Return a parser with `get_event` and `dispose`; both calls and this one raise yaml.YAMLError."""
    return _Parser(text)
