"""The macros of the house: `custom_templates/*.jinja` in the config directory, importable by every template."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

MAX_FILE: Final = 5 * 1024 * 1024

_LOGGER = logging.getLogger("marge.templates")


class CustomTemplates:
    """The sources by name; `generation` counts the reloads."""

    def __init__(self) -> None:
        self.sources: dict[str, str] = {}
        self.generation = 0

    def replace(self, sources: dict[str, str]) -> None:
        """Use these from the next render on."""
        self.sources = sources
        self.generation += 1


def read_custom_templates(directory: Path) -> dict[str, str]:
    """Read every `.jinja` file below `directory`; names are paths relative to it. Blocks; call it in a thread.

    A file over 5 MiB or that cannot be read is left out, and logged. A directory that is not there gives nothing.
    """
    sources: dict[str, str] = {}
    for path in sorted(directory.rglob("*.jinja")):
        try:
            if not path.is_file():
                continue
            if path.stat().st_size > MAX_FILE:
                _LOGGER.warning("%s is larger than 5 MiB and is not available to templates", path)
                continue
            sources[path.relative_to(directory).as_posix()] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            _LOGGER.warning("%s is not available to templates: %s", path, error)
    return sources
