"""All derived entities of a house; an unchanged one stays when the files are read again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from marge.config.house import HouseConfig
from marge.entities.base import Entity
from marge.helpers.derived.memory import forget_old
from marge.helpers.derived.platforms import AskedDerived, platform_of
from marge.helpers.derived.reading import asked_of, kinds_in, make
from marge.helpers.ports import House
from marge.helpers.standing import Standing

AT_ONCE: Final = 20
"""Entities that are brought in before others get a turn."""


class DerivedEntities:
    """Those that stand, by kind."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._kinds: dict[str, Standing[AskedDerived, Entity]] = {}
        self._lock = asyncio.Lock()

    async def load(self, config: HouseConfig) -> list[str]:
        """Bring in everything that the files ask for; returns the kinds."""
        kinds = kinds_in(config.sections)
        for kind in kinds:
            await self.load_kind(kind, config)
        forget_old(self._house.hub, [entity for each in self._kinds.values() for entity in each.entities()])
        return kinds

    async def load_kind(self, kind: str, config: HouseConfig) -> None:
        """Bring in what is new of a kind, let go what is gone; others run in between."""
        async with self._lock:
            standing = self._kinds.get(kind) or self._introduce(kind)
            fresh = standing.exchange(list(asked_of(config, kind)))
            prepare = platform_of(kind).prepare
            if prepare is not None and fresh:
                await asyncio.to_thread(_prepare_all, prepare, [asked.item for asked in fresh])
            for number, asked in enumerate(fresh, 1):
                standing.add(asked, make(self._house, asked))
                if number % AT_ONCE == 0:
                    await asyncio.sleep(0)

    def _introduce(self, kind: str) -> Standing[AskedDerived, Entity]:
        platform, hub = platform_of(kind), self._house.hub
        standing: Standing[AskedDerived, Entity] = Standing(self._house.place)
        self._kinds[kind] = standing
        hub.load_component(kind)
        for service in platform.services(self._house) if platform.services is not None else ():
            hub.services.register(service)
        return standing

    def stop(self) -> None:
        """Stop following the house."""
        for standing in self._kinds.values():
            standing.stop()


def _prepare_all(prepare: Callable[[Any], object], items: list[Any]) -> None:
    for item in items:
        with suppress(Exception):
            prepare(item)
