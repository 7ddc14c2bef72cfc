"""Versioned data: ordered steps, all or nothing, forward only; data newer than the program is refused.

A step is a module `NNNN_name.py` in a package of its own with a function `migrate(target)`; NNNN is the version that
the data has afterwards.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

import msgspec

from marge.core.errors import MargeError

_NAME: Final = re.compile(r"^(\d{4})_([a-z0-9_]+)$")


class NewerData(MargeError):
    """Data written by a newer release; this one leaves it alone."""

    def __init__(self, what: str, found: int, known: int) -> None:
        super().__init__(
            f"{what} has version {found}, but this release of Marge knows versions up to {known}. "
            "Install the newer release again, or restore a backup made before the update."
        )
        self.found = found
        self.known = known


class Step(msgspec.Struct, frozen=True):
    """One migration: `module` is imported only when the step is needed."""

    version: int
    name: str
    module: str

    def load(self) -> Callable[[Any], None]:
        """The function that migrates."""
        migrate: Callable[[Any], None] = importlib.import_module(self.module).migrate
        return migrate


def steps_in(package: ModuleType) -> list[Step]:
    """The steps of a package, by version; raises ValueError when two have the same version."""
    found: dict[int, Step] = {}
    for module in pkgutil.iter_modules(package.__path__):
        if match := _NAME.match(module.name):
            step = Step(int(match[1]), match[2], f"{package.__name__}.{module.name}")
            if step.version in found:
                raise ValueError(f"{step.module} and {found[step.version].module} have the same version")
            found[step.version] = step
    return [found[version] for version in sorted(found)]


def pending(steps: list[Step], version: int, what: str) -> list[Step]:
    """The steps that data of `version` needs; raises NewerData when it is newer than all of them."""
    known = steps[-1].version if steps else 0
    if version > known:
        raise NewerData(what, version, known)
    return [step for step in steps if step.version > version]
