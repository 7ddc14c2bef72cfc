"""What the files say of template entities: the `template:` section, and the old form `platform: template`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from marge.config.blueprints.instance import blueprint_of, mistake_of
from marge.config.house import HouseConfig
from marge.config.locate import UNKNOWN_KEY
from marge.config.nodes import NodeDict, NodeList, Place
from marge.helpers.kind import given
from marge.helpers.mistakes import Report, log
from marge.helpers.platform_items import platform_items, say, tell
from marge.helpers.template_config import ITEMS, TRIGGERED, TemplateItem
from marge.helpers.template_platforms import PLATFORM_ITEMS, PLATFORMS, new_key, old_keys
from marge.helpers.words import is_object_id
from marge.util.schema import Invalid, convert
from marge.util.suggest import nearest

_TRIGGER: Final = ("triggers", "trigger")
BLOCK: Final = frozenset({*_TRIGGER, "condition", "conditions", "action", "actions", "variables"})
"""The keys of a section that say when its entities are rendered."""
_OLD_KEYS: Final = {"sensors": "sensor", "binary_sensors": "binary_sensor"}
"""Where a section may have items of the old form."""
_OTHER_KINDS: Final = ("alarm_control_panel", "cover", "fan", "light", "lock", "vacuum")


class Wanted(NamedTuple):
    """An entity that the files ask for; `object_id` is given by the old form alone."""

    domain: str
    item: TemplateItem
    unique_id: str | None
    object_id: str | None
    place: Place
    blueprint: str | None = None
    """The path of the blueprint that it is made from."""

    @property
    def words(self) -> tuple[Any, ...]:
        """See `Asked.words`."""
        return self[:4]


class WantedBlock(NamedTuple):
    """Triggers, and the entities that they are for; `block` is the section without the entities."""

    block: NodeDict
    entities: list[Wanted]

    def is_like(self, other: WantedBlock) -> bool:
        """Whether it says the same, be it elsewhere in the file."""
        return self.block == other.block and [each.words for each in self.entities] == [
            each.words for each in other.entities
        ]


def wanted_entities(config: HouseConfig) -> Iterator[Wanted]:
    """The entities of a configuration that have no triggers; what is wrong is logged with file and line."""
    yield from section_entities(config.items("template"), log)
    for domain, item in platform_items(config, "template"):
        yield from platform_entities(domain, item, log)


def section_entities(sections: NodeList, report: Report) -> Iterator[Wanted]:
    """The entities without triggers of the `template:` section."""
    for section in sections:
        if (mistake := mistake_of(section)) is not None:
            report("template entity from a blueprint", mistake)
        elif (key := next((key for key in section if key in BLOCK), None)) is None:
            yield from _of_item(section, section, report)
        elif not any(key in section for key in _TRIGGER):
            say(report, f"template entities with '{key}' need 'triggers' and are left out", section.place_of(key))


def platform_entities(domain: str, item: NodeDict, report: Report) -> Iterator[Wanted]:
    """The entities of an item of the old form under an entity domain."""
    if domain in PLATFORMS:
        yield from _of_platform(domain, item, report)
    else:
        message = f"template entities of the kind '{domain}' are not supported by this release and are left out"
        say(report, message, item.place_of("platform"))


def wanted_blocks(sections: NodeList, report: Report = log) -> Iterator[WantedBlock]:
    """The parts of the `template:` section with triggers."""
    for section in sections:
        if not any(key in section for key in _TRIGGER):
            continue
        block = NodeDict(section.file, section.line)
        rest = NodeDict(section.file, section.line)
        for key, value in section.items():
            if key in BLOCK:
                block.put(key, value, section.place_of(key))
            elif key in ITEMS and key not in TRIGGERED:
                message = f"template entities of the kind '{key}' have no triggers and are left out"
                say(report, message, section.place_of(key))
            else:
                rest.put(key, value, section.place_of(key))
        yield WantedBlock(block, list(_of_item(section, rest, report)))


def _of_item(item: NodeDict, section: NodeDict, report: Report) -> Iterator[Wanted]:
    """The entities of a section that `item` of the file, perhaps with a blueprint, has made."""
    blueprint = blueprint_of(item)
    if blueprint is None:
        yield from _of_section(section, report)
        return
    named = f"of the blueprint {blueprint}"
    for wanted in _of_section(section, lambda what, error: report(f"{what} {named}".strip(), error)):
        yield wanted._replace(blueprint=blueprint)


def _of_section(section: NodeDict, report: Report) -> Iterator[Wanted]:
    prefix = section.get("unique_id")
    for key, content in section.items():
        place = section.place_of(key)
        if key == "unique_id":
            continue
        if key in _OLD_KEYS and isinstance(content, NodeDict):
            for wanted in _old_items(_OLD_KEYS[key], content, report):
                yield wanted._replace(unique_id=_prefixed(prefix, wanted.unique_id))
        elif key in _OTHER_KINDS:
            message = f"template entities of the kind '{key}' are not supported by this release and are left out"
            say(report, message, place)
        elif key not in ITEMS:
            say(
                report,
                f"unknown key '{key}' in 'template'",
                place,
                nearest(key, (*ITEMS, *_OTHER_KINDS, "triggers", "unique_id")),
            )
        else:
            items = content if isinstance(content, NodeList) else [content]
            for index, item in enumerate(items):
                where = content.place_of(index) if isinstance(content, NodeList) else place
                if (read := _read(key, item, where, ITEMS[key], report)) is not None:
                    yield Wanted(key, read, _prefixed(prefix, given(read.unique_id)), None, where)


def _prefixed(prefix: Any, unique_id: str | None) -> str | None:
    return unique_id if unique_id is None or prefix is None else f"{prefix}-{unique_id}"


def _of_platform(domain: str, platform: NodeDict, report: Report) -> Iterator[Wanted]:
    key = PLATFORMS[domain]
    if key is None:
        if (read := _read_old(domain, platform, report)) is not None:
            yield Wanted(domain, read, given(read.unique_id), None, platform.place)
        return
    items = platform.get(key)
    if not isinstance(items, NodeDict):
        say(report, f"the template platform of '{domain}' has no '{key}'", platform.place)
        return
    yield from _old_items(domain, items, report)


def _old_items(domain: str, items: NodeDict, report: Report) -> Iterator[Wanted]:
    for object_id, content in items.items():
        place = items.place_of(object_id)
        if not isinstance(object_id, str) or not is_object_id(object_id) or not isinstance(content, NodeDict):
            say(report, f"'{object_id}' is no template {domain}", place)
        elif (read := _read_old(domain, content, report, object_id)) is not None:
            yield Wanted(domain, read, given(read.unique_id), object_id, place)


def _read_old(domain: str, content: NodeDict, report: Report, name: str | None = None) -> TemplateItem | None:
    """Read an item of the old form; without a name of its own it gets `name`."""
    renamed = NodeDict(content.file, content.line)
    for key, value in content.items():
        if key not in ("entity_id", "platform"):
            renamed.put(new_key(domain, key), value, content.place_of(key))
    if "name" not in renamed and name is not None:
        renamed.put("name", name, content.place)
    return _read(domain, renamed, content.place, PLATFORM_ITEMS[domain], report, old_keys(domain))


def _read(
    domain: str, item: Any, where: Place, kind: type[TemplateItem], report: Report, known: Iterable[str] = ()
) -> TemplateItem | None:
    """Read an item; `known` are the keys to suggest, when they are not those of `kind`."""
    try:
        return convert(item, kind)
    except Invalid as invalid:
        if known and invalid.message == UNKNOWN_KEY:
            invalid.hint = None
        tell(report, f"template {domain}", invalid, item, where, known)
        return None
