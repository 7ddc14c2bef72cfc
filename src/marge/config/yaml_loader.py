"""YAML files to nodes, with what they include.

Whatever a file contains, it is read or refused with InvalidConfig; size, depth and what aliases and includes multiply
are bounded.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from marge.config.nodes import Place
from marge.config.problem import Problem
from marge.config.secret_store import SecretStore
from marge.config.yaml_build import Builder, Source
from marge.config.yaml_errors import explain
from marge.core.errors import InvalidConfig

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_VALUES: Final = 1_000_000
MAX_WARNINGS: Final = 200
MAX_INCLUDES: Final = 20
_COST_OF_A_FILE: Final = 100


class YamlLoader:
    """Reads the files of one configuration directory; keeps what it met on the way.

    With `on_broken_include` a file that is included and cannot be read counts as empty and its mistake is handed over;
    without it the mistake is raised. With `keep_tags` a tag stays text, such as `!secret name`, and reads nothing.
    With `keep_missing` a secret that is not there, or a value with an unknown tag, becomes a `Missing` for
    `drop_missing` to find, and an `!input` too, which has a meaning in blueprints alone. `refused` are tags that may
    not be used, each with the reason.
    """

    def __init__(
        self,
        config_dir: Path,
        *,
        env: Mapping[str, str] | None = None,
        on_broken_include: Callable[[InvalidConfig], None] | None = None,
        keep_tags: bool = False,
        keep_missing: bool = False,
        refused: Mapping[str, str] | None = None,
    ) -> None:
        self.config_dir = absolute(config_dir)
        self.env = os.environ if env is None else env
        self.on_broken_include = on_broken_include
        self.keep_tags = keep_tags
        self.keep_missing = keep_missing
        self.refused = refused or {}
        self.warnings: list[Problem] = []
        self.files: list[str] = []
        self.secrets = SecretStore(self.config_dir, self._load_secrets)
        self._values = 0

    def load(self, path: Path) -> Any:
        """Return the content of `path` (None when it is empty); raises InvalidConfig."""
        return self.load_nested(absolute(path), (), 0)

    def parse(self, text: str, path: Path) -> Any:
        """Return the content of `text`, which stands for the file `path`; raises InvalidConfig."""
        path = absolute(path)
        return self._parse(text, Source(path, self.name_of(path), (path,)), 0)

    def load_nested(self, path: Path, trail: tuple[Path, ...], depth: int) -> Any:
        """Return the content of a file that the files of `trail` led to."""
        name = self.name_of(path)
        if path in trail:
            chain = " → ".join(self.name_of(step) for step in (*trail[trail.index(path) :], path))
            raise InvalidConfig(f"files include each other in a circle: {chain}", self.name_of(trail[-1]))
        if len(trail) > MAX_INCLUDES:
            raise InvalidConfig(f"more than {MAX_INCLUDES} files include each other", self.name_of(trail[-1]))
        text = read_text(path, name)
        if name not in self.files:
            self.files.append(name)
        self.count(_COST_OF_A_FILE, Place(name, 1))
        return self._parse(text, Source(path, name, (*trail, path)), depth)

    def name_of(self, path: Path) -> str:
        """How messages call `path`: relative to the configuration directory where it is inside."""
        try:
            return path.relative_to(self.config_dir).as_posix()
        except ValueError:
            return str(path)

    def _load_secrets(self, path: Path) -> Any:
        if not exists(path):
            return None
        name = self.name_of(path)
        text = read_text(path, name)
        if name not in self.files:
            self.files.append(name)
        return self._parse(text, Source(path, name, (path,)), 0)

    def _parse(self, text: str, source: Source, depth: int) -> Any:
        try:
            return Builder(self, source, text).document(depth)
        except yaml.YAMLError as error:
            raise explain(error, text, source.name) from None
        except (ValueError, RecursionError, OverflowError) as error:
            raise InvalidConfig(f"this file cannot be read: {error}", source.name) from None

    def warn(self, problem: Problem) -> None:
        """Keep a remark, up to a number that a person would still read."""
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(problem)

    def count(self, values: int, place: Place) -> int:
        """Add `values` to what was read so far and return the sum; raises InvalidConfig above the limit."""
        self._values += values
        if self._values > MAX_VALUES:
            raise InvalidConfig(
                f"the configuration has more than {MAX_VALUES:,} values, counting what aliases and includes repeat",
                place.file,
                place.line,
            )
        return self._values


def absolute(path: Path) -> Path:
    """Return `path` from the root and without `..`; symbolic links stay, for a file belongs where its link is."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links


def exists(path: Path) -> bool:
    """Whether there is something at `path`; also true when it cannot be looked at, so that reading it says why."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        return True
    return True


def read_text(path: Path, name: str) -> str:
    """Return the text of a file; raises InvalidConfig when it is missing, no file, too large or not UTF-8."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise InvalidConfig(f"'{name}' is not a file", name)
        if found.st_size > MAX_BYTES:
            raise InvalidConfig(f"'{name}' is larger than {MAX_BYTES // (1024 * 1024)} MB", name)
        data = path.read_bytes()
    except FileNotFoundError:
        raise InvalidConfig(f"file '{name}' does not exist", name) from None
    except (OSError, ValueError) as error:
        raise InvalidConfig(f"'{name}' cannot be read: {getattr(error, 'strerror', None) or error}", name) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidConfig("this file is not UTF-8 text: save it as UTF-8", name, line) from None
