"""The groups that `platform: group` asks for in the files."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from marge.config.house import HouseConfig
from marge.config.locate import locate
from marge.config.nodes import NodeDict
from marge.config.yaml_sections import ENTITY_DOMAINS
from marge.core.errors import InvalidConfig
from marge.helpers.member_group import GROUPS, GroupItem, MemberGroup
from marge.helpers.mistakes import Report, log
from marge.helpers.ports import House
from marge.util.schema import Invalid, convert

if TYPE_CHECKING:
    from marge.helpers.notify_groups import NotifyGroups


class MemberGroups:
    """All of them; an unchanged one stays when the files are read again."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._groups: list[tuple[str, MemberGroup]] = []
        self._notify: NotifyGroups | None = None

    def load(self, config: HouseConfig) -> None:
        """Bring in what is new, let go what is gone."""
        left = list(self._groups)
        kept: list[tuple[str, MemberGroup]] = []
        fresh: list[tuple[str, type[MemberGroup], GroupItem]] = []
        self._load_notify([each for each in config.items("notify") if passes_on(each)])
        for domain in sorted(ENTITY_DOMAINS):
            for item in config.items(domain):
                if item.get("platform") != "group" or (domain == "notify" and passes_on(item)):
                    continue
                if (read := read_group(domain, item)) is not None:
                    kind, content = read
                    found = next((each for each in left if each[0] == domain and each[1].item == content), None)
                    if found is None:
                        fresh.append((domain, kind, content))
                    else:
                        left.remove(found)
                        kept.append(found)
        for _, group in left:
            self._house.place.remove(group)
        self._groups = kept
        for domain, kind, content in fresh:
            group = kind()
            group.configure(content)
            if self._house.place.add(group):
                self._groups.append((domain, group))

    def _load_notify(self, items: list[NodeDict]) -> None:
        from marge.helpers.notify_groups import NotifyGroups

        if items and self._notify is None:
            self._notify = NotifyGroups(self._house.hub)
        if self._notify is not None:
            self._notify.load(items)


def passes_on(item: NodeDict) -> bool:
    """Whether an item of `notify:` makes an action, and no entity."""
    return item.get("platform") == "group" and "entities" not in item


def read_group(domain: str, item: NodeDict, report: Report = log) -> tuple[type[MemberGroup], Any] | None:
    """The kind and content of an item with `platform: group`; None, with a report, when it is wrong."""
    if domain not in GROUPS:
        place = item.place_of("platform")
        message = f"groups of the domain '{domain}' are not supported by this release and are left out"
        report("", InvalidConfig(message, place.file, place.line))
        return None
    module, _, name = GROUPS[domain].partition(":")
    kind: type[MemberGroup] = getattr(import_module(f"marge.helpers.{module}"), name)
    try:
        content = convert(item, kind.ITEM)
        for index, entity_id in enumerate(content.entities):
            if entity_id.partition(".")[0] not in (kind.ITEM.DOMAINS or (domain,)):
                raise Invalid(f"{entity_id} is no {domain}", ("entities", index))
    except Invalid as invalid:
        known = kind.ITEM.__struct_encode_fields__
        named = f" '{item['name']}'" if "name" in item else ""
        report(f"{domain} group{named}", locate(invalid, item, known=known))
        return None
    return kind, content
