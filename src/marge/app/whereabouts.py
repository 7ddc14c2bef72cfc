"""Tells the command line where the hub is and what it may log in with, as soon as the disk takes it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from marge.app.cli_token import write_cli_token
from marge.app.runtime_file import Runtime, RuntimeFile
from marge.auth import AuthManager
from marge.core.clock import Cancel, Clock

_LOGGER = logging.getLogger("marge.app")

AGAIN_SECONDS: Final = 10.0


class Whereabouts:
    """Writes both files; a disk that refuses is tried again, because the house must not wait for it."""

    def __init__(self, clock: Clock, auth: AuthManager, data: Path, file: RuntimeFile, runtime: Runtime) -> None:
        self._clock = clock
        self._auth = auth
        self._data = data
        self._file = file
        self._runtime = runtime
        self._again: Cancel | None = None
        self._complained = False

    def tell(self) -> None:
        """Write them now, or in a while."""
        self._again = None
        try:
            write_cli_token(self._auth, self._data)
            self._file.write(self._runtime)
        except OSError as error:
            if not self._complained:
                self._complained = True
                _LOGGER.error(
                    "Nothing can be written to %s: %s. Until it can, the command line does not find this hub.",
                    self._data,
                    error.strerror or error,
                )
            self._again = self._clock.call_later(AGAIN_SECONDS, self.tell)

    def stop(self) -> None:
        """Try no more."""
        if self._again is not None:
            self._again()
