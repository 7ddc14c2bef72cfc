"""`!secret`: names looked up in secrets.yaml beside the file that asks, then in the folders above it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from marge.config.nodes import NodeDict, Place
from marge.core.errors import InvalidConfig
from marge.util.suggest import nearest

SECRETS_FILE = "secrets.yaml"


class SecretStore:
    """The secrets of one configuration directory; each file is read once, when first asked for."""

    def __init__(self, config_dir: Path, read: Callable[[Path], Any]) -> None:
        self._config_dir = config_dir
        self._read = read
        self._files: dict[Path, NodeDict] = {}

    def get(self, name: str, directory: Path, asked_at: Place) -> Any:
        """Return secret `name` for a file in `directory`; raises InvalidConfig at `asked_at` when there is none."""
        known: list[str] = []
        for folder in (directory, *directory.parents):
            if not folder.is_relative_to(self._config_dir):
                break
            secrets = self._of(folder)
            if name in secrets:
                return secrets[name]
            known.extend(secrets)
        raise InvalidConfig(
            f"secret '{name}' is not in {SECRETS_FILE}", asked_at.file, asked_at.line, nearest(name, known)
        )

    def _of(self, folder: Path) -> NodeDict:
        if folder not in self._files:
            path = folder / SECRETS_FILE
            content = self._read(path)
            if content is None:
                content = NodeDict()
            if not isinstance(content, NodeDict):
                raise InvalidConfig(
                    f"{SECRETS_FILE} must have one 'name: value' per line",
                    path.relative_to(self._config_dir).as_posix(),
                    1,
                )
            self._files[folder] = content
        return self._files[folder]
