"""What `GET /api/config` and `get_config` say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marge.util.ha_version import HA_VERSION

if TYPE_CHECKING:
    from marge.api.context import ApiContext


def config_info(api: ApiContext) -> dict[str, Any]:
    """The hub's configuration in Home Assistant's keys."""
    hub = api.hub
    config = hub.config
    return {
        "allowlist_external_dirs": [],
        "allowlist_external_urls": [],
        "components": sorted(hub.components),
        "config_dir": api.config_dir,
        "config_source": "storage",
        "country": config.country,
        "currency": config.currency,
        "debug": False,
        "elevation": config.elevation,
        "external_url": config.external_url,
        "internal_url": config.internal_url,
        "language": config.language,
        "latitude": config.latitude,
        "location_name": config.name,
        "longitude": config.longitude,
        "radius": config.radius,
        "recovery_mode": False,
        "safe_mode": False,
        "state": hub.lifecycle.state.value,
        "time_zone": config.time_zone,
        "unit_system": config.units.as_dict(),
        "version": HA_VERSION,
        "whitelist_external_dirs": [],
    }
