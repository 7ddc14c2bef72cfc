"""Where the files ask for entities of a platform: the items with `platform: …` under the domains of entities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from marge.config.house import HouseConfig
from marge.config.locate import locate
from marge.config.nodes import NodeDict, Place
from marge.config.yaml_sections import ENTITY_DOMAINS
from marge.core.errors import InvalidConfig
from marge.helpers.mistakes import Report
from marge.util.schema import Invalid


def platform_items(
    config: HouseConfig, platform: str, domains: Iterable[str] = ENTITY_DOMAINS
) -> Iterator[tuple[str, NodeDict]]:
    """Domain and content of each item of a platform, in the order of the domains' names."""
    for domain in sorted(domains):
        for item in config.items(domain):
            if item.get("platform") == platform:
                yield domain, item


def uses_platform(config: HouseConfig, platform: str, domains: Iterable[str] = ENTITY_DOMAINS) -> bool:
    """Whether there is an item of a platform."""
    return any(True for _ in platform_items(config, platform, domains))


def tell(report: Report, what: str, invalid: Invalid, item: object, place: Place, known: Iterable[str] = ()) -> None:
    """Report what is wrong with an item, with file and line; `place` is where it begins, `known` are its keys."""
    error = locate(invalid, item, known=known)
    if error.line is None:  # the item is no mapping
        error.path, error.line = place
    name = item.get("name") if isinstance(item, NodeDict) else None
    report(f"{what} '{name}'" if name is not None else what, error)


def say(report: Report, message: str, place: Place, hint: str | None = None) -> None:
    """Report a mistake in words of its own."""
    report("", InvalidConfig(message, place.file, place.line, hint))
