"""Whatever a device automation is written like, it is read or refused with its place; nothing else happens."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from marge.automation.actions import parse_action
from marge.automation.conditions import parse_condition
from marge.automation.devices import Section
from marge.automation.devices.reading import kinds_of, noting
from marge.automation.triggers import parse_triggers
from marge.util.schema import Invalid

SECTIONS: tuple[Section, ...] = ("trigger", "condition", "action")
PAIRS = sorted(
    (section, domain, type) for section in SECTIONS for domain, kinds in kinds_of(section).items() for type in kinds
)
FIELDS = sorted(
    {
        field.name
        for section in SECTIONS
        for kinds in kinds_of(section).values()
        for kind in kinds.values()
        for field in kind.fields
    }
)
PARSE = {"trigger": parse_triggers, "condition": parse_condition, "action": parse_action}

values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-200, 200),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["light.a", "zone.home", "heat", "short", "{{ x }}", "00:01:00", "0" * 32]),
    st.lists(st.integers(0, 3), max_size=2),
    st.dictionaries(st.sampled_from(["minutes", "hours", "x"]), st.integers(-1, 5), max_size=2),
)


@given(
    st.sampled_from(PAIRS),
    st.dictionaries(st.sampled_from([*FIELDS, "entity_id", "device_id", "domain", "type", "metadata", "x"]), values),
    st.booleans(),
)
def test_is_read_or_refused(which: tuple[Section, str, str], more: dict[str, Any], whole: bool) -> None:
    section, domain, type = which
    known = {"device_id": "d", "domain": domain, "type": type, "entity_id": f"{domain}.a"}
    config = {**known, **more} if not whole else {**more, **known}
    if section != "action":
        config[section] = "device"
    with noting() as noted:
        try:
            PARSE[section](config)
        except Invalid as error:
            assert error.message
        else:
            assert [about.section for about in noted] == [section]
