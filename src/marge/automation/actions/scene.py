"""Action `scene:`: activates a scene."""

from __future__ import annotations

from msgspec import Struct

from marge.automation.run import Run
from marge.util.schema import EntityId


class SceneAction(Struct, frozen=True, forbid_unknown_fields=True):
    """Calls `scene.turn_on` for `scene`."""

    scene: EntityId

    def __post_init__(self) -> None:
        if not self.scene.startswith("scene."):
            raise ValueError(f"'scene': expected a scene, got '{self.scene}'")

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        run.doing("activate scene")
        run.note(scene=self.scene)
        await run.house.hub.services.call("scene", "turn_on", target={"entity_id": self.scene}, context=run.context)
