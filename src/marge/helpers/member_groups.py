"""The groups that `platform: group` asks for in the files."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from marge.config.house import HouseConfig
from marge.config.nodes import NodeDict
from marge.helpers.member_group import GROUPS, GroupItem, MemberGroup
from marge.helpers.mistakes import Report, log
from marge.helpers.platform_items import platform_items, say, tell
from marge.helpers.ports import House
from marge.helpers.standing import Standing
from marge.util.schema import Invalid, convert

if TYPE_CHECKING:
    from marge.helpers.notify_groups import NotifyGroups


class AskedGroup(NamedTuple):
    """A group that the files ask for."""

    domain: str
    kind: type[MemberGroup]
    item: GroupItem

    @property
    def words(self) -> tuple[Any, ...]:
        """See `Asked.words`."""
        return self.domain, self.item


class MemberGroups:
    """All of them; an unchanged one stays when the files are read again."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._groups: Standing[AskedGroup, MemberGroup] = Standing(house.place)
        self._notify: NotifyGroups | None = None

    def load(self, config: HouseConfig) -> None:
        """Bring in what is new, let go what is gone."""
        self._load_notify([each for each in config.items("notify") if passes_on(each)])
        items = (each for each in platform_items(config, "group") if each[0] != "notify" or not passes_on(each[1]))
        read = (read_group(domain, item) for domain, item in items)
        for asked in self._groups.exchange(list(filter(None, read))):
            group = asked.kind()
            group.configure(asked.item)
            self._groups.add(asked, [group])

    def _load_notify(self, items: list[NodeDict]) -> None:
        from marge.helpers.notify_groups import NotifyGroups

        if items and self._notify is None:
            self._notify = NotifyGroups(self._house.hub)
        if self._notify is not None:
            self._notify.load(items)


def passes_on(item: NodeDict) -> bool:
    """Whether an item of `notify:` makes an action, and no entity."""
    return item.get("platform") == "group" and "entities" not in item


def read_group(domain: str, item: NodeDict, report: Report = log) -> AskedGroup | None:
    """What an item with `platform: group` asks for; None, with a report, when it is wrong."""
    if domain not in GROUPS:
        message = f"groups of the domain '{domain}' are not supported by this release and are left out"
        say(report, message, item.place_of("platform"))
        return None
    module, _, name = GROUPS[domain].partition(":")
    kind: type[MemberGroup] = getattr(import_module(f"marge.helpers.{module}"), name)
    try:
        content = convert(item, kind.ITEM)
        for index, entity_id in enumerate(content.entities):
            if entity_id.partition(".")[0] not in (kind.ITEM.DOMAINS or (domain,)):
                raise Invalid(f"{entity_id} is no {domain}", ("entities", index))
    except Invalid as invalid:
        tell(report, f"{domain} group", invalid, item, item.place, kind.ITEM.__struct_encode_fields__)
        return None
    return AskedGroup(domain, kind, content)
