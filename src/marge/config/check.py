"""`marge check-config`: the whole configuration looked at without starting anything, as a report per file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from marge.config.house import HouseConfig, load
from marge.config.listening import unusable_hosts
from marge.config.nodes import NodeDict, NodeList, Place
from marge.config.problem import Problem
from marge.config.secret_store import SECRETS_FILE
from marge.config.toml_config import TOML_FILE
from marge.config.toml_lines import key_lines, line_of
from marge.config.yaml_loader import YamlLoader, exists, read_text
from marge.config.yaml_sections import HELPERS
from marge.core.errors import InvalidConfig, MargeError

Validator = Callable[[Any], list[Problem]]
"""Looks at the content of one YAML section; returns what is wrong with it."""

_NOUNS: Final = {
    "automation": ("automation", "automations"),
    "script": ("script", "scripts"),
    "scene": ("scene", "scenes"),
    "zone": ("zone", "zones"),
    "person": ("person", "persons"),
} | dict.fromkeys(HELPERS, ("helper", "helpers"))


class FileReport(Struct, frozen=True):
    """One file: how many of what it holds, by plural noun, and what is wrong with it."""

    path: str
    counts: dict[tuple[str, str], int]
    problems: list[Problem]
    checked: bool = True


class Report(Struct, frozen=True):
    """The outcome of a check."""

    files: list[FileReport]

    @property
    def errors(self) -> int:
        """How many mistakes there are."""
        return self._count("error")

    @property
    def warnings(self) -> int:
        """How many remarks there are."""
        return self._count("warning")

    def _count(self, severity: str) -> int:
        return sum(problem.severity == severity for file in self.files for problem in file.problems)

    def text(self) -> str:
        """The report as people read it: a line per file, details indented, the result last."""
        lines = [line for file in self.files for line in _lines(file)]
        result = f"Result: {_number(self.errors, 'error')}, {_number(self.warnings, 'warning')}"
        return "\n".join([*lines, "", result])


def check(
    config_dir: Path,
    validators: Mapping[str, Validator],
    env: Mapping[str, str] | None = None,
    *,
    try_tls: Callable[[str, str | None], object] | None = None,
) -> Report:
    """Read the configuration of `config_dir` and hand each section to the validator of its name.

    `try_tls` loads the certificate and key of [http], and raises MargeError when the start could not.
    """
    house = load(config_dir, env)
    problems = list(house.problems)
    certificate, key = house.settings.http.tls_certificate, house.settings.http.tls_key
    # A file that is not there has been told of.
    if try_tls is not None and certificate and key and exists(Path(certificate)) and exists(Path(key)):
        try:
            try_tls(certificate, key)
        except MargeError as error:
            lines = key_lines(read_text(config_dir / TOML_FILE, TOML_FILE))
            problems.append(Problem(str(error), TOML_FILE, line_of(lines, ("http", "tls_certificate")), fatal=True))
    files = list(house.files)
    if SECRETS_FILE not in files and exists(config_dir / SECRETS_FILE):
        files.append(SECRETS_FILE)
        try:
            YamlLoader(config_dir).load(config_dir / SECRETS_FILE)
        except InvalidConfig as error:
            problems.append(Problem.of(error))
    for section, validator in validators.items():
        if section in house.sections:
            try:
                # What a validator finds costs the item that it is in; a whole file is lost before.
                problems.extend(replace(found, item=True) for found in validator(house.sections[section]))
            except InvalidConfig as error:
                problems.append(Problem.of(error))
    problems.extend(unusable_hosts(house.settings, config_dir))
    return Report(_by_file(house, files, problems))


def _by_file(house: HouseConfig, files: list[str], problems: list[Problem]) -> list[FileReport]:
    names = list(dict.fromkeys([*files, *(problem.path for problem in problems)]))
    counts: dict[str, dict[tuple[str, str], int]] = {name: {} for name in names}
    for section, content in house.sections.items():
        if (noun := _NOUNS.get(section)) is not None:
            for place in _places(content):
                of_file = counts.setdefault(place.file, {})
                of_file[noun] = of_file.get(noun, 0) + 1
    return [
        FileReport(
            name,
            counts[name],
            sorted((p for p in problems if p.path == name), key=lambda p: (p.severity, p.line or 0)),
            name not in house.unchecked,
        )
        for name in names
    ]


def _places(content: NodeDict | NodeList) -> Iterator[Place]:
    if isinstance(content, NodeList):
        return (content.place_of(index) for index in range(len(content)))
    return (content.place_of(key) for key in content)


def _lines(file: FileReport) -> Iterator[str]:
    name = file.path or "configuration"
    if not file.checked:
        yield f"- {name}: not checked, because the file that includes it cannot be read"
    elif not any(problem.severity == "error" for problem in file.problems):
        counts = ", ".join(_number(count, *noun) for noun, count in file.counts.items())
        yield f"✓ {name}: valid" + (f" ({counts})" if counts else "")
    for problem in file.problems:
        mark = "✗" if problem.severity == "error" else "⚠"
        where = f" on line {problem.line}" if problem.line else ""
        yield f"{mark} {name}: {problem.severity}{where}:"
        for part in problem.message.splitlines():
            yield f"    {part}"
        if problem.hint:
            yield f'    (did you mean "{problem.hint}"?)'


def _number(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
