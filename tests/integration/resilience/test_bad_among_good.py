"""One bad automation, script, scene, template or helper among good ones: it is named and left out, the others work."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import pytest
from child_hub import ChildHub

GOOD = {
    "configuration.yaml": """
input_boolean:
  good:
    name: Good
  heard:
    name: Heard
input_number:
  good:
    min: 0
    max: 10
automation: !include automations.yaml
script: !include scripts.yaml
scene: !include scenes.yaml
""",
    "automations.yaml": """
- id: good
  alias: Good one
  triggers:
    - trigger: event
      event_type: go
  actions:
    - action: input_boolean.turn_on
      target:
        entity_id: input_boolean.heard
""",
    "scripts.yaml": """
good:
  sequence:
    - event: go
""",
    "scenes.yaml": """
- id: good
  name: Good scene
  entities:
    input_boolean.good: "on"
""",
}

BAD = {
    "configuration.yaml": GOOD["configuration.yaml"]
    .replace("  heard:", "  bad:\n    nmae: Bad\n  heard:")
    .replace("automation:", "  upside_down:\n    min: 10\n    max: 0\nautomation:"),
    "automations.yaml": """
- id: no_such_trigger
  alias: No such trigger
  triggers:
    - trigger: stat
      entity_id: light.a
  actions:
    - event: x
- id: bad_template
  alias: Bad template
  triggers:
    - trigger: template
      value_template: "{{ states('light.a' }}"
  actions:
    - event: x
- id: bad_action
  alias: Bad action
  triggers:
    - trigger: event
      event_type: go
  actions:
    - acton: light.turn_on
- just a word
"""
    + GOOD["automations.yaml"],
    "scripts.yaml": """
bad:
  sequence:
    - wait_for: ever
"""
    + GOOD["scripts.yaml"],
    "scenes.yaml": """
- id: bad
  name: Bad scene
  entitties:
    light.a: "on"
"""
    + GOOD["scenes.yaml"],
}


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChildHub]:
    """A hub whose configuration has a mistake of every kind."""
    child = ChildHub(tmp_path_factory.mktemp("bad"), BAD)
    asyncio.run(child.start())
    yield child
    child.clear()


def line_of(name: str, text: str) -> int:
    """The line of the bad configuration file `name` that `text` stands on."""
    return BAD[name][: BAD[name].index(text)].count("\n") + 1


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("configuration.yaml", "nmae: Bad", "did you mean 'name'?"),
        ("configuration.yaml", "upside_down:", "upside_down"),
        ("automations.yaml", "trigger: stat", "did you mean 'state'?"),
        ("automations.yaml", "acton:", "did you mean 'action'?"),
        ("automations.yaml", "- just a word", ""),
        ("scripts.yaml", "wait_for:", ""),
        ("scenes.yaml", "entitties:", "did you mean 'entities'?"),
    ],
)
def test_each_mistake_is_named_with_its_file_and_line(child: ChildHub, file: str, text: str, words: str) -> None:
    place = re.compile(rf"\b{re.escape(file)}:{line_of(file, text)}\b")
    found = [line for line in child.log.splitlines() if place.search(line)]
    assert found, f"nothing about {file}:{line_of(file, text)} in\n{child.log}"
    assert any(words in line for line in found), found
    assert all(" WARNING " in line or " ERROR " in line for line in found)


def test_a_template_that_cannot_be_read_is_named_with_its_automation(child: ChildHub) -> None:
    [line] = [line for line in child.log.splitlines() if "TemplateSyntaxError" in line]
    assert (
        "marge.automation: Automation 'bad_template' failed to load: the template of 'value_template' is wrong" in line
    )
    assert " at automations.yaml:" in line


async def test_the_others_work(child: ChildHub) -> None:
    await child.becomes("input_boolean.heard", "off")
    await child.call("script.good")
    await child.becomes("input_boolean.heard", "on")
    await child.call("scene.turn_on", entity_id="scene.good_scene")
    await child.becomes("input_boolean.good", "on")
    await child.call("input_number.set_value", entity_id="input_number.good", value=3)
    await child.becomes("input_number.good", "3.0")
    child.assert_no_failures()


async def test_a_reload_leaves_out_a_bad_item_and_keeps_the_others(child: ChildHub) -> None:
    before = len(child.log)
    for domain in ("automation", "script", "scene", "input_boolean", "input_number"):
        await child.call(f"{domain}.reload")
    assert f"automations.yaml:{line_of('automations.yaml', '- just a word')}" in child.log[before:]
    await child.call("input_boolean.turn_off", entity_id="input_boolean.heard")
    assert (await child.post("/api/events/go")).status == 200
    await child.becomes("input_boolean.heard", "on")


async def test_a_file_that_is_no_yaml_keeps_what_is_loaded(child: ChildHub) -> None:
    before = len(child.log)
    child.write({"automations.yaml": "- id: x\n  alias: [\n"})
    try:
        answer = await child.post("/api/services/automation/reload", {})
        await child.call("input_boolean.turn_off", entity_id="input_boolean.heard")
        assert "automations.yaml:" in child.log[before:] or "automations.yaml:" in answer.text
        assert (await child.post("/api/events/go")).status == 200
        await child.becomes("input_boolean.heard", "on")
    finally:
        child.write({"automations.yaml": BAD["automations.yaml"]})
    child.assert_no_failures()


async def test_what_was_mended_works_after_a_reload(child: ChildHub) -> None:
    child.write({"automations.yaml": BAD["automations.yaml"].replace("trigger: stat\n", "trigger: state\n")})
    await child.call("automation.reload")
    await child.becomes("automation.no_such_trigger", "on")
    child.assert_no_failures()


async def test_a_bad_announcement_touches_no_other(child: ChildHub) -> None:
    before = len(child.log)
    async with child.mqtt() as device:
        for payload in ("{", "[]", '{"state_topic": 7}', '{"name": "x"}', '{"state_topic": "a/#"}', "\x00", "null"):
            await device.publish("homeassistant/sensor/bad/config", payload, qos=1, retain=True)
            await device.publish("homeassistant/sensr/bad/config", payload, qos=1)
        await child.announce(device, "sensor", "good", name="Good", state_topic="good/state")
        await device.publish("good/state", "5")
        await child.becomes("sensor.good", "5")
    assert "homeassistant/sensor/bad/config" in child.log[before:]
    child.assert_no_failures()
