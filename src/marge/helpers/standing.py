"""Entities that the files ask for: those asked for again in the same words stay when the files are read again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, Protocol, TypeVar

from marge.entities.base import Entity
from marge.registries import EntityHost


class Asked(Protocol):
    """One thing that the files ask for; it may come to several entities."""

    @property
    def words(self) -> tuple[Any, ...]:
        """All that is said of it, without the place where it is said: two with the same words are the same."""


A = TypeVar("A", bound=Asked)
E = TypeVar("E", bound=Entity)


class Standing(Generic[A, E]):
    """What is there now, each with what asked for it when the files were read last."""

    def __init__(self, place: EntityHost) -> None:
        self._place = place
        self._all: list[tuple[A, list[E]]] = []

    def exchange(self, asked: Iterable[A]) -> list[A]:
        """Let go what is asked for no longer; returns what is new, which the caller makes and hands to `add`."""
        known: dict[str, list[tuple[A, list[E]]]] = {}
        for each in self._all:
            known.setdefault(repr(each[0].words), []).append(each)
        kept: list[tuple[A, list[E]]] = []
        fresh: list[A] = []
        for one in asked:
            alike = known.get(repr(one.words)) if known else None
            if alike:
                kept.append((one, alike.pop(0)[1]))
            else:
                fresh.append(one)
        for gone in known.values():
            for _, entities in gone:
                for entity in entities:
                    self._place.remove(entity)
        self._all = kept
        return fresh

    def add(self, asked: A, entities: Sequence[E]) -> list[E]:
        """Bring in what was made of something asked for; returns those that were taken, see `EntityHost.add`."""
        taken = [entity for entity in entities if self._place.add(entity)]
        if taken:
            self._all.append((asked, taken))
        return taken

    def pairs(self) -> Iterator[tuple[E, A]]:
        """All entities, each with what asked for it."""
        for asked, entities in self._all:
            for entity in entities:
                yield entity, asked

    def entities(self) -> Iterator[E]:
        """All entities."""
        for entity, _ in self.pairs():
            yield entity

    def stop(self) -> None:
        """Let all of them end what follows the clock and the house."""
        for entity in self.entities():
            if entity.is_added:
                entity.removed()
