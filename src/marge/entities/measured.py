"""What sensor and number have in common: a value in a native unit, shown in another one where it converts."""

from __future__ import annotations

from typing import Any

from marge.entities.complaints import ComplainingEntity


class MeasuredEntity(ComplainingEntity):
    """Shows `unit_of_measurement` as the domain worked it out, which may not be what the registry's options ask for."""

    native_unit_of_measurement: str | None = None

    def _build_common(self) -> dict[str, Any]:
        common = super()._build_common()
        asked = self.overrides.options.get("unit_of_measurement")
        if asked is not None and common.get("unit_of_measurement") == asked != self.unit_of_measurement:
            # The value does not convert to what was asked for: it is still in its own unit.
            del common["unit_of_measurement"]
            if self.unit_of_measurement is not None:
                common["unit_of_measurement"] = self.unit_of_measurement
        return common
