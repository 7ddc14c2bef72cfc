"""What is wrong with an automation, script or scene, with file, line and the nearest right word."""

from __future__ import annotations

from typing import Any, Final

from marge.config import Place, find_place, locate
from marge.config.blueprints.instance import about, key_place
from marge.config.locate import UNKNOWN_KEY
from marge.core.errors import InvalidConfig
from marge.util.schema import Invalid

# These sentences name the value themselves.
_WHOLE: Final = (
    *("invalid trigger type", "invalid condition type", "unknown action", "no action is known"),
    *("device trigger ", "device condition ", "device action ", "there is no device ", "this release knows no "),
)


def explain(error: Invalid, node: Any, place: Place) -> InvalidConfig:
    """`error` in `node` (which begins at `place`) as a mistake of the file."""
    located = locate(error, node)
    if error.message.startswith(_WHOLE) or error.message.endswith("in this release"):
        located.message = error.message
    if error.message == UNKNOWN_KEY and (where := key_place(node, error.path)) is not None:
        # The key is the blueprint's mistake, whatever its user gave as the value.
        return InvalidConfig(located.message, where.file, where.line or None, located.hint)
    where = find_place(node, error.path, place)
    message = f"{located.message}{about(node, error.path)}"
    return InvalidConfig(message, where.file, where.line or None, located.hint)


def sentence(kind: str, name: str, error: InvalidConfig) -> str:
    """The line for the log: `Automation 'x' failed to load: …`."""
    hint = f" (did you mean '{error.hint}'?)" if error.hint else ""
    where = f" at {error.path}:{error.line}" if error.path and error.line else ""
    return f"{kind} '{name}' failed to load: {error.message}{hint}{where}"
