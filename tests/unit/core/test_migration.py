"""Migration steps: found by number, run forward only."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from marge.core.migration import NewerData, Step, pending, steps_in


def package(path: Path, *names: str) -> ModuleType:
    for name in names:
        (path / f"{name}.py").write_text("def migrate(target): target.append(__name__)")
    module = ModuleType("somewhere")
    module.__path__ = [str(path)]
    return module


def test_steps_are_ordered_by_number_and_other_modules_are_ignored(tmp_path: Path) -> None:
    found = steps_in(package(tmp_path, "0010_last", "0002_second", "helper", "__init__"))
    assert [(step.version, step.name, step.module) for step in found] == [
        (2, "second", "somewhere.0002_second"),
        (10, "last", "somewhere.0010_last"),
    ]


def test_two_steps_with_one_number_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="same version"):
        steps_in(package(tmp_path, "0002_one", "0002_other"))


def test_only_the_steps_beyond_the_version_are_pending() -> None:
    steps = [Step(version, "", "") for version in (1, 2, 3)]
    assert [step.version for step in pending(steps, 1, "it")] == [2, 3]
    assert pending(steps, 3, "it") == []


def test_newer_data_is_refused_with_a_sentence_that_says_what_to_do() -> None:
    with pytest.raises(NewerData, match=r"it has version 4.*up to 3.*Install the newer release again"):
        pending([Step(3, "", "")], 4, "it")
