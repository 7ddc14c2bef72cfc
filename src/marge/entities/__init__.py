"""What a light, a cover, a sensor is: states, attributes, features and services, one module per domain.

Front door: `Entity`, `DeviceInfo`, `Domain`, `EntityService`, `EntityIndex` and the `DOMAINS` table.
"""

from marge.entities.base import DeviceInfo, Entity, Overrides
from marge.entities.domain import Domain, EntityService
from marge.entities.index import DOMAINS, EntityIndex

__all__ = ["DOMAINS", "DeviceInfo", "Domain", "Entity", "EntityIndex", "EntityService", "Overrides"]
