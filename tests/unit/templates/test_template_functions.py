"""Functions that need more of a house than the recorded cases have: dice, languages, units, macros, registries."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from marge.core.errors import TemplateError
from marge.core.state import State
from marge.templates import TemplateEngine
from marge.templates.custom import read_custom_templates
from marge.templates.nobody import NoRegistries
from marge.templates.ports import Entity, RegistryLookup
from marge.testing import FakeClock, make_hub
from marge.testing.memory_lookup import MemoryEntity, MemoryLookup


def test_dice_come_from_the_hub_and_differ_between_renders() -> None:
    def throws() -> list[Any]:
        engine = TemplateEngine(make_hub(seed=7))
        template = engine.template("{{ range(1000) | random }}")
        return [template.render() for _ in range(5)]

    assert throws() == throws()
    assert len(set(throws())) > 1


def test_shuffle_with_a_seed_is_the_same_in_every_render() -> None:
    template = TemplateEngine(make_hub()).template("{{ shuffle(range(20), seed='x') == shuffle(range(20), 'x') }}")
    assert template.render() is True


def test_states_are_translated_where_there_is_a_translation() -> None:
    lookup = MemoryLookup()
    lookup.add(MemoryEntity("light.desk", translation_key="lamp"))
    seen: list[tuple[str, str | None]] = []

    def translate(state: State, entity: Entity | None) -> str | None:
        seen.append((state.entity_id, None if entity is None else entity.translation_key))
        return {"on": "an"}.get(state.state)

    engine = TemplateEngine(make_hub(), lookup, translate=translate)
    engine.hub.states.set("light.desk", "on")
    engine.hub.states.set("light.hall", "strange")
    assert engine.template("{{ state_translated('light.desk') }}").render() == "an"
    assert engine.template("{{ state_translated('light.hall') }}").render() == "strange"
    assert seen == [("light.desk", "lamp"), ("light.hall", None)]


def test_distances_are_in_the_unit_of_the_house() -> None:
    metric = TemplateEngine(make_hub(latitude=52.52, longitude=13.405))
    imperial = TemplateEngine(make_hub(latitude=52.52, longitude=13.405, unit_system="us_customary"))
    text = "{{ distance(52.4, 13.2) | round(3) }}"
    assert metric.template(text).render() == 19.299
    assert imperial.template(text).render() == 11.992


def test_ages_count_seconds_and_not_the_clock_on_the_wall() -> None:
    # 2026-10-25 02:30 comes twice in Berlin: half an hour after the change the day is 25 hours long.
    clock = FakeClock(1_792_890_000.0)
    engine = TemplateEngine(make_hub(clock=clock, time_zone="Europe/Berlin"))
    text = "{{ time_since(as_local(as_datetime(start)), 2) }}"
    assert engine.template(text).render({"start": clock.now() - 3600}) == "1 hour"


def test_a_naive_time_is_one_of_the_house() -> None:
    engine = TemplateEngine(make_hub(time_zone="Europe/Berlin"))
    assert engine.template("{{ as_timestamp('2026-01-01 01:00:00') }}").render() == 1767225600.0


def test_the_zone_follows_the_configuration() -> None:
    hub = make_hub(time_zone="Europe/Berlin")
    template = TemplateEngine(hub).template("{{ now().utcoffset() }}")
    assert template.render() == "1:00:00"
    hub.update_config(make_hub(time_zone="America/New_York").config)
    assert template.render() == "-1 day, 19:00:00"


def test_macros_of_the_house_are_imported_and_reloaded(tmp_path: Path) -> None:
    folder = tmp_path / "custom_templates"
    (folder / "deep").mkdir(parents=True)
    (folder / "tools.jinja").write_text("{% macro hello(name) %}hello {{ name }}{% endmacro %}")
    (folder / "deep" / "light.jinja").write_text("{% macro on() %}{{ states('light.desk') }}{% endmacro %}")
    (folder / "readme.txt").write_text("no template")
    engine = TemplateEngine(make_hub(), custom_templates=folder)
    engine.hub.states.set("light.desk", "on")
    engine.load_custom_templates()
    hello = engine.template("{% from 'tools.jinja' import hello %}{{ hello('Ann') }}")
    assert hello.render() == "hello Ann"
    info = engine.template("{% import 'deep/light.jinja' as light %}{{ light.on() }}").render_to_info()
    assert (info.result(), info.entities) == ("on", {"light.desk"})
    (folder / "tools.jinja").write_text("{% macro hello(name) %}bye {{ name }}{% endmacro %}")
    assert hello.render() == "hello Ann"
    engine.load_custom_templates()
    assert hello.render() == "bye Ann"
    with pytest.raises(TemplateError, match=r"TemplateNotFound: readme\.txt"):
        engine.template("{% import 'readme.txt' as x %}").render()


async def test_macros_are_reloaded_in_a_thread(tmp_path: Path) -> None:
    engine = TemplateEngine(make_hub(), custom_templates=tmp_path)
    (tmp_path / "a.jinja").write_text("text of a")
    await engine.reload_custom_templates()
    assert engine.template("{% include 'a.jinja' %}").render() == "text of a"


def test_a_macro_file_that_cannot_be_used_is_left_out_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "bad.jinja").write_bytes(b"\xff\xfe")
    (tmp_path / "big.jinja").write_bytes(b"x" * (5 * 1024 * 1024 + 1))
    (tmp_path / "good.jinja").write_text("good")
    with caplog.at_level(logging.WARNING):
        assert read_custom_templates(tmp_path) == {"good.jinja": "good"}
    assert "bad.jinja" in caplog.text
    assert "big.jinja" in caplog.text
    assert read_custom_templates(tmp_path / "none") == {}


def test_a_file_that_imports_itself_is_an_error_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "a.jinja").write_text("{% include 'a.jinja' %}")
    engine = TemplateEngine(make_hub(), custom_templates=tmp_path)
    engine.load_custom_templates()
    with pytest.raises(TemplateError, match="RecursionError"):
        engine.template("{% include 'a.jinja' %}").render()


def test_this_is_the_state_whenever_it_is_read() -> None:
    engine = TemplateEngine(make_hub())
    this = engine.this("sensor.a")
    template = engine.template("{{ this.state }} {{ this.entity_id }} {{ this.attributes.x }}")
    assert template.render({"this": this}) == "unknown sensor.a"
    engine.hub.states.set("sensor.a", "5", {"x": 1})
    assert template.render({"this": this}) == "5 sensor.a 1"


def test_a_view_shows_a_state_of_the_past_and_makes_nothing_depend_on_it() -> None:
    engine = TemplateEngine(make_hub(time_zone="Europe/Berlin"))
    state = engine.hub.states.set("sensor.a", "5", {"unit_of_measurement": "W"})
    engine.hub.states.set("sensor.a", "6")
    text = "{{ s.state }} {{ s.state_with_unit }} {{ s.last_changed.year }} {{ s.as_dict().state }}"
    info = engine.template(text).render_to_info({"s": engine.view(state)})
    assert info.result() == "5 5 W 2026 5"
    assert info.entities == set()


def test_groups_that_contain_each_other_are_expanded_once() -> None:
    engine = TemplateEngine(make_hub())
    engine.hub.states.set("group.a", "on", {"entity_id": ["group.b", "light.x"]})
    engine.hub.states.set("group.b", "on", {"entity_id": ["group.a", "light.y"]})
    engine.hub.states.set("light.x", "on")
    engine.hub.states.set("light.y", "on")
    text = "{{ expand('group.a') | map(attribute='entity_id') | sort }}"
    assert engine.template(text).render() == ["light.x", "light.y"]


def test_an_entity_of_the_group_integration_is_expanded_too() -> None:
    lookup = MemoryLookup()
    lookup.add(MemoryEntity("light.all", platform="group"))
    engine = TemplateEngine(make_hub(), lookup)
    engine.hub.states.set("light.all", "on", {"entity_id": ["light.x"]})
    engine.hub.states.set("light.x", "on")
    assert engine.template("{{ expand('light.all') | map(attribute='entity_id') | list }}").render() == ["light.x"]


def test_open_repairs_are_listed() -> None:
    lookup = MemoryLookup()
    lookup.issue_table[("mqtt", "x")] = {"severity": "warning"}
    engine = TemplateEngine(make_hub(), lookup)
    assert engine.template("{{ issue('mqtt', 'x').severity }} {{ issues() | count }}").render() == "warning 1"


@pytest.mark.parametrize("registries", [NoRegistries(), MemoryLookup()])
def test_every_registry_function_answers_in_an_empty_house(registries: RegistryLookup) -> None:
    engine = TemplateEngine(make_hub(), registries)
    names = [
        name
        for name in engine.environment().globals
        if name.startswith(("area_", "floor_", "label_", "device_", "config_entry_id", "integration_"))
        and name not in ("device_attr",)
    ]
    assert len(names) > 12
    for name in names:
        assert engine.template(f"{{{{ {name}('x') }}}}").render() in (None, []), name
    for name in ("areas", "floors", "labels"):
        assert engine.template(f"{{{{ {name}() }}}}").render() == []
    assert engine.template("{{ issues() }}").render() == {}
    assert (
        engine.template("{{ device_attr('x', 'name') }} {{ config_entry_attr('x', 'title') }}").render() == "None None"
    )


def test_pack_and_unpack_say_what_does_not_fit(caplog: pytest.LogCaptureFixture) -> None:
    engine = TemplateEngine(make_hub())
    with caplog.at_level(logging.WARNING):
        assert engine.template("{{ pack('x', '>H') is none and unpack(pack(1, 'B'), '>H') is none }}").render() is True
    assert "pack cannot write 'x' (str) in the format '>H'" in caplog.text


def test_json_has_the_form_of_home_assistants_encoder() -> None:
    engine = TemplateEngine(make_hub())
    value = {"a": float("nan"), "b": (1, 2), 5: None, None: True, False: 1.5}
    assert engine.template("{{ v | to_json }}").render({"v": value}, parse_result=False) == (
        '{"a":null,"b":[1,2],"5":null,"null":true,"false":1.5}'
    )
