"""What sensor and number have in common: a value in a native unit, shown in another one where it converts."""

from __future__ import annotations

from typing import Any

from marge.entities.base import Overrides
from marge.entities.complaints import ComplainingEntity


class MeasuredEntity(ComplainingEntity):
    """Shows `unit_of_measurement` as the domain worked it out, which may not be what the registry's options ask for.

    What the domain works out of the description, the unit among it, is kept until the description changes.
    """

    native_unit_of_measurement: str | None = None

    _prepared: Any = None

    def set_overrides(self, overrides: Overrides) -> None:
        """See `Entity.set_overrides`."""
        self._prepared = None
        super().set_overrides(overrides)

    def description_changed(self) -> None:
        """See `Entity.description_changed`; to be called too when limits or the hub's unit system change."""
        self._prepared = None
        super().description_changed()

    def registry_unit(self) -> str | None:
        """See `Entity.registry_unit`."""
        if self._prepared is None:
            self._prepare()
        return self.unit_of_measurement

    def _prepare(self) -> Any:
        """Domain: work out `unit_of_measurement` and what else follows from the description; set `_prepared`."""
        raise NotImplementedError

    def _build_common(self) -> dict[str, Any]:
        if self._prepared is None:
            self._prepare()
        common = super()._build_common()
        asked = self.overrides.options.get("unit_of_measurement")
        if asked is not None and common.get("unit_of_measurement") == asked != self.unit_of_measurement:
            # The value does not convert to what was asked for: it is still in its own unit.
            del common["unit_of_measurement"]
            if self.unit_of_measurement is not None:
                common["unit_of_measurement"] = self.unit_of_measurement
        return common
