"""Replays recorded exchanges: fills in what earlier answers said, compares what comes back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

NAME = re.compile(r"<([a-z_0-9]+)>")
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)$")

DIFFERENCES = {
    "the installation type is public at first": "any text will do",
    "a handler that is no pair": "the schema's words",
    "who am I": "no MFA modules yet",
    "bob himself": "no MFA modules yet",
    "sign /api/x y?q=a b&e=1%262&p=c+d&n=": "Marge percent-encodes the path it returns, so that it is a valid URL",
}
"""Exchanges whose answers differ on purpose; the request is still sent, and must not fail."""

OWN_WORDS = {"message"}
"""Keys whose text is for people: Marge uses its own words where Home Assistant's are not part of the contract."""


class Story:
    """The values that the exchanges of one run name."""

    def __init__(self, **values: str) -> None:
        self.values = values

    def fill(self, value: Any) -> Any:
        """`value` with every `<name>` replaced by what it stands for."""
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, str):
            return NAME.sub(lambda match: self.values.get(match[1], match[0]), value)
        return value

    def compare(self, recorded: Any, actual: Any, where: str = "response") -> list[str]:
        """What differs between a recorded answer and an actual one; names seen for the first time are learned."""
        if isinstance(recorded, dict) and isinstance(actual, dict):
            problems = [f"{where}.{key} is missing" for key in recorded if key not in actual]
            problems += [f"{where}.{key} is too much" for key in actual if key not in recorded]
            for key in recorded.keys() & actual.keys():
                if key in OWN_WORDS and "translation_key" in recorded:
                    continue
                if key == "message" and recorded.get("code") == "unknown_error":
                    continue
                problems += self.compare(recorded[key], actual[key], f"{where}.{key}")
            return problems
        if isinstance(recorded, list) and isinstance(actual, list):
            if len(recorded) != len(actual):
                return [f"{where} has {len(actual)} items instead of {len(recorded)}"]
            pairs = enumerate(zip(recorded, actual, strict=True))
            return [problem for n, (a, b) in pairs for problem in self.compare(a, b, f"{where}[{n}]")]
        if isinstance(recorded, str) and isinstance(actual, str):
            return self._compare_text(recorded, actual, where)
        return (
            [] if recorded == actual and type(recorded) is type(actual) else [f"{where}: {actual!r}, not {recorded!r}"]
        )

    def _compare_text(self, recorded: str, actual: str, where: str) -> list[str]:
        if recorded == "<time>":
            return [] if TIME.match(actual) else [f"{where} is no time: {actual!r}"]
        pattern, unknown = "", []
        for part in re.split(r"(<[a-z_0-9]+>)", recorded):
            name = part[1:-1]
            if not NAME.fullmatch(part):
                pattern += re.escape(part)
            elif name in self.values and f"(?P<{name}>" not in pattern:
                pattern += re.escape(self.values[name])
            else:
                pattern += f"(?P<{name}>.+)"
                unknown.append(name)
        match = re.fullmatch(pattern, actual)
        if match is None:
            return [f"{where}: {actual!r}, not {self.fill(recorded)!r}"]
        self.values.update({name: match[name] for name in unknown})
        return []


def load(directory: Path) -> list[tuple[str, dict[str, Any]]]:
    """All exchanges of a directory in order, each with `file: name` to tell it by."""
    return [
        (f"{path.stem}: {exchange['name']}", exchange)
        for path in sorted(directory.glob("*.json"))
        for exchange in json.loads(path.read_text())["exchanges"]
    ]
