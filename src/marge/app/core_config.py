"""What the user changed of the house's configuration over the API: laid over what the files say, and kept."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import msgspec

from marge.core.hub import Hub
from marge.core.hubconfig import HubConfig
from marge.util import jsonx
from marge.util.schema import Invalid, convert

_COLLECTION: Final = "core_config"
_KEY: Final = "changes"


class CoreConfig:
    """Loads and saves the changes; `update` is durable when it returns."""

    def __init__(self, hub: Hub, configured: Collection[str] = ()) -> None:
        """`configured` are the fields that files set: for those the files have the last word at every start."""
        self._hub = hub
        self._configured = configured
        self._changes: dict[str, Any] = {}

    def load(self) -> None:
        """Lay the changes of earlier runs over the configuration of the files."""
        stored = self._hub.store.load(_COLLECTION).get(_KEY)
        if stored is None:
            return
        self._changes = jsonx.loads(stored)
        changes = {field: value for field, value in self._changes.items() if field not in self._configured}
        self._hub.config = self._with(changes)

    def reload(self, config: HubConfig, configured: Collection[str]) -> None:
        """Take over what the files say now; the changes stay over what no file sets."""
        self._configured = configured
        changes = {field: value for field, value in self._changes.items() if field not in configured}
        fields = {**msgspec.structs.asdict(config), **changes}
        self._hub.update_config(convert(fields, HubConfig))

    async def update(self, changes: dict[str, Any]) -> None:
        """Change fields of the configuration; raises Invalid for a field or value that does not fit."""
        config = self._with(changes)
        self._changes.update(changes)
        self._hub.store.put(_COLLECTION, _KEY, jsonx.dumps(self._changes))
        await self._hub.store.flush()
        self._hub.update_config(config)

    def _with(self, changes: dict[str, Any]) -> HubConfig:
        fields = {**msgspec.structs.asdict(self._hub.config), **changes}
        unknown = fields.keys() - set(HubConfig.__struct_fields__)
        if unknown:
            raise Invalid("extra keys not allowed", (min(unknown),))
        return convert(fields, HubConfig)
