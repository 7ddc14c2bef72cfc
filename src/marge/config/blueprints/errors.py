"""What can be wrong with a blueprint or with what uses one."""

from __future__ import annotations

from marge.config.locate import locate
from marge.config.nodes import Place
from marge.core.errors import InvalidConfig, Refused
from marge.util.schema import Invalid


class BlueprintError(InvalidConfig):
    """A mistake in a blueprint or its use. `said` is the sentence without place and remedy, as the API gives it."""

    def __init__(self, said: str, place: Place, *, remedy: str = "", hint: str | None = None) -> None:
        super().__init__(f"{said}: {remedy}" if remedy else said, place.file, place.line or None, hint)
        self.said = said


class NoBlueprint(BlueprintError):
    """A file that is not there or cannot be read."""


class InvalidBlueprint(BlueprintError):
    """A file that is read, and is no blueprint or a wrong one."""


class AlreadyExists(Refused):
    """A file of that name is there, and is not to be overwritten."""

    def __init__(self) -> None:
        super().__init__("File already exists")


def invalid_blueprint(error: Invalid, node: object, file: str) -> InvalidBlueprint:
    """The mistake that `error` is in the blueprint `node`."""
    located = locate(error, node)
    wrong = InvalidBlueprint(f"Invalid blueprint: {error}", Place(file, located.line or 1), hint=located.hint)
    wrong.message = f"Invalid blueprint: {located.message}"
    return wrong
