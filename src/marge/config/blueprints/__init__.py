"""Blueprints: automations, scripts and template entities with gaps that their user fills.

`blueprint` reads a file, `instance` fills its gaps, `resolve` does so for the sections of a whole configuration, and
`folder` lists, saves and deletes the files. Nothing of it is loaded while no item says `use_blueprint`.
"""

from __future__ import annotations

from typing import Final

DOMAINS: Final = ("automation", "script", "template")
"""What there are blueprints of; each has a folder of its name below `blueprints/`."""
FOLDER: Final = "blueprints"
USE: Final = "use_blueprint"
"""The key by which an item says that it is made from a blueprint."""
