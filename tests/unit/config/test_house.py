"""A whole configuration directory: settings, sections, and everything wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from marge.config import HouseConfig, NodeDict, NodeList, Place, load
from marge.config.init import write_default


def house(folder: Path, **files: str) -> HouseConfig:
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + (".toml" if name == "toml" else ".yaml"))
        path = folder / "configuration.toml" if name == "toml" else path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load(folder, env={})


def problems(config: HouseConfig) -> list[str]:
    return [str(problem) for problem in config.problems]


def test_an_empty_folder_is_a_house_with_defaults(tmp_path: Path) -> None:
    config = load(tmp_path)
    assert (config.problems, config.sections, config.files) == ((), {}, ())
    assert config.hub.name == "Home"
    assert config.items("automation") == []
    assert config.mapping("script") == {}


def test_the_default_configuration_has_no_problems(tmp_path: Path) -> None:
    write_default(tmp_path)
    assert load(tmp_path).problems == ()


def test_without_configuration_yaml_the_editable_files_are_used(tmp_path: Path) -> None:
    config = house(tmp_path, automations="- alias: a\n", scripts="s:\n  sequence: []\n")
    assert config.problems == ()
    assert config.items("automation") == [{"alias": "a"}]
    assert config.mapping("script") == {"s": {"sequence": []}}
    assert config.items("automation").place_of(0) == Place("automations.yaml", 1)


def test_an_editable_file_that_nothing_includes_is_warned_of(tmp_path: Path) -> None:
    config = house(tmp_path, configuration="script: !include scripts.yaml\n", automations="- alias: a", scripts="")
    assert problems(config) == [
        "automations.yaml is not used: 'automation: !include automations.yaml' is missing in configuration.yaml "
        "at automations.yaml:1"
    ]


def test_files_without_configuration_yaml_are_named_in_their_mistakes(tmp_path: Path) -> None:
    config = house(tmp_path, automations="just text", scenes="- a: [\n")
    assert [(problem.path, problem.line) for problem in config.problems] == [
        ("scenes.yaml", 2),
        ("automations.yaml", 1),
    ]
    assert config.fatal == ()


def test_a_relative_folder_is_the_same_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house(tmp_path / "c", configuration="script: !include ../c/sub/s.yaml\n", sub__s="s: !secret x", secrets="x: {}")
    monkeypatch.chdir(tmp_path)
    config = load(Path("./other/../c"))
    assert config.problems == ()
    assert config.config_dir == tmp_path / "c"
    assert config.mapping("script").place_of("s") == Place("sub/s.yaml", 1)


def test_a_file_that_cannot_be_looked_at_is_a_mistake_and_not_missing(tmp_path: Path) -> None:
    (tmp_path / "configuration.yaml").symlink_to(tmp_path / "configuration.yaml")
    config = load(tmp_path)
    assert [problem.message for problem in config.fatal] == [
        "'configuration.yaml' cannot be read: Too many levels of symbolic links"
    ]


def test_labelled_sections_become_one(tmp_path: Path) -> None:
    config = house(
        tmp_path,
        configuration="automation ui: !include automations.yaml\nautomation manual:\n  alias: b\n"
        "automation:\ninput_boolean:\n  a:\ninput_boolean more:\n  b: {name: B}\n",
        automations="- alias: a\n",
    )
    assert config.problems == ()
    assert config.items("automation") == [{"alias": "a"}, {"alias": "b"}]
    assert config.mapping("input_boolean") == {"a": None, "b": {"name": "B"}}


def test_an_unknown_section_is_a_warning_and_the_rest_works(tmp_path: Path) -> None:
    config = house(tmp_path, configuration="zha:\n  x: 1\ninput_boolen:\n  a:\nhttp:\n  port: 1\ntimer:\n  t:\n")
    assert problems(config) == [
        "section 'zha' is not known to Marge and is left out at configuration.yaml:1",
        "section 'input_boolen' is not known to Marge and is left out at configuration.yaml:3, "
        "did you mean 'input_boolean'?",
        "'http' is not used: set it in [http] of configuration.toml at configuration.yaml:5",
    ]
    assert {problem.severity for problem in config.problems} == {"warning"}
    assert config.fatal == ()
    assert set(config.sections) == {"timer"}


def test_home_assistants_default_configuration_is_accepted(tmp_path: Path) -> None:
    config = house(
        tmp_path,
        configuration="default_config:\nfrontend:\n  themes: !include_dir_merge_named themes\n"
        "automation: !include automations.yaml\nscript: !include scripts.yaml\nscene: !include scenes.yaml\n",
        automations="[]", scripts="", scenes="",
    )  # fmt: skip
    assert problems(config) == ["included folder 'themes' does not exist at configuration.yaml:3"]
    assert config.problems[0].severity == "warning"


def test_a_section_of_the_wrong_shape_is_an_error_and_empty(tmp_path: Path) -> None:
    config = house(tmp_path, configuration="automation: 5\nscript: [1]\nlight: x\n")
    assert problems(config) == [
        "'automation' must be a list at configuration.yaml:1",
        "'script' must be a mapping at configuration.yaml:2",
        "'light' must be a list at configuration.yaml:3",
    ]
    assert config.sections == {}


def test_items_that_are_no_mappings_are_named_and_left_out(tmp_path: Path) -> None:
    config = house(
        tmp_path,
        configuration="automation: !include_dir_list automations\nmqtt:\n  - text\n  - sensor: {name: A}\n  - 5\n",
        automations__a="- alias: a\n",
    )
    assert problems(config) == [
        "an item of 'automation' is a list: if a folder is included, !include_dir_merge_list is meant "
        "at automations/a.yaml:1",
        "an item of 'mqtt' must be a mapping at configuration.yaml:3",
        "an item of 'mqtt' must be a mapping at configuration.yaml:5",
    ]
    assert config.items("mqtt") == [{"sensor": {"name": "A"}}]


def test_object_ids_are_text(tmp_path: Path) -> None:
    config = house(tmp_path, configuration="timer:\n  5:\n  on:\n  ~:\n  t:\n")
    assert config.mapping("timer") == {"5": None, "t": None}
    assert config.mapping("timer").place_of("5") == Place("configuration.yaml", 2)
    assert problems(config) == [
        "'True' in 'timer' is not text: put the key in quotes at configuration.yaml:3",
        "'None' in 'timer' is not text: put the key in quotes at configuration.yaml:4",
    ]


def test_platform_items_are_kept_or_named(tmp_path: Path) -> None:
    config = house(
        tmp_path,
        configuration="sensor:\n  - platform: template\n    sensors: {}\n  - platfrom: template\n  - platform: rest\n"
        "  - {x: 1}\n  - text\n",
    )
    assert config.items("sensor") == [{"platform": "template", "sensors": {}}]
    assert problems(config) == [
        "an item of 'sensor' must be a mapping at configuration.yaml:7",
        "unknown key 'platfrom' at configuration.yaml:4, did you mean 'platform'?",
        "platform 'rest' of 'sensor' is not known to Marge and is left out at configuration.yaml:5",
        "an item of 'sensor' has no 'platform' at configuration.yaml:6",
    ]


def test_the_homeassistant_block_fills_what_the_toml_does_not_set(tmp_path: Path) -> None:
    config = house(
        tmp_path,
        toml="[marge]\nname = 'Casa'\n",
        configuration="homeassistant:\n  name: Yaml\n  latitude: '52.1'\n  unit_system: imperial\n  radius: 50\n"
        "  time_zone: Europe/Amsterdam\n  external_url: https://x.org\n  debug: true\n",
    )
    hub = config.hub
    assert (hub.name, hub.latitude, hub.unit_system, hub.radius) == ("Casa", 52.1, "us_customary", 50)
    assert (hub.time_zone, hub.external_url) == ("Europe/Amsterdam", "https://x.org")
    assert config.settings.marge.latitude == 52.1
    assert config.configured == {"name", "latitude", "unit_system", "radius", "time_zone", "external_url"}
    assert problems(config) == ["'debug' in 'homeassistant' is not used by Marge at configuration.yaml:8"]


def test_a_mistake_in_the_homeassistant_block_is_fatal(tmp_path: Path) -> None:
    config = house(tmp_path, configuration="homeassistant:\n  latitude: 100\n  nmae: x\n")
    assert [str(problem) for problem in config.fatal] == [
        "'latitude' in 'homeassistant': expected float <= 90.0 at configuration.yaml:2",
        "unknown key 'nmae' in 'homeassistant' at configuration.yaml:3, did you mean 'name'?",
    ]


def test_yaml_fills_recorder_logger_and_mqtt_settings(tmp_path: Path) -> None:
    config = house(
        tmp_path,
        toml="[recorder]\npurge_keep_days = 3\n",
        configuration="recorder:\n  purge_keep_days: 30\n  auto_purge: true\n  exclude:\n    domains: sun\n"
        "logger:\n  default: warning\n  logs:\n    marge.mqtt: debug\n"
        "mqtt:\n  broker: broker.lan\n  username: u\n  sensor:\n    - state_topic: t\n",
    )
    settings = config.settings
    assert (settings.recorder.purge_keep_days, settings.recorder.exclude.domains) == (3, ["sun"])
    assert (settings.logger.default, settings.logger.levels) == ("warn", {"marge.mqtt": "debug"})
    assert (settings.mqtt.broker, settings.mqtt.host, settings.mqtt.username) == ("external", "broker.lan", "u")
    assert config.items("mqtt") == [{"sensor": [{"state_topic": "t"}]}]
    assert problems(config) == ["'auto_purge' in 'recorder' is not used by Marge at configuration.yaml:3"]


def test_a_wrong_entry_of_the_recorder_s_filter_costs_that_entry(tmp_path: Path) -> None:
    config = house(
        tmp_path,
        configuration="recorder:\n  exclude:\n    domains: sun\n    entities:\n      - light.a\n      - sensor.*_rssi\n"
        "      - Light.B\n    entity_goobs: x\n  include:\n    entities: sensor.a, person, sensor.b\n",
    )
    excluded, included = config.settings.recorder.exclude, config.settings.recorder.include
    assert (excluded.domains, excluded.entities) == (["sun"], ["light.a", "light.b"])
    assert included.entities == ["sensor.a", "sensor.b"]
    assert problems(config) == [
        "'entities' in 'include' in 'recorder': 'person' is not an entity id; put domains under 'domains' "
        "at configuration.yaml:10",
        "'entities' in 'exclude' in 'recorder': 'sensor.*_rssi' is not an entity id; put patterns under "
        "'entity_globs' at configuration.yaml:6",
        "unknown key 'entity_goobs' in 'exclude' in 'recorder' at configuration.yaml:8, did you mean 'entity_globs'?",
    ]
    assert not config.fatal


def test_another_kind_of_database_keeps_the_hub_from_starting(tmp_path: Path) -> None:
    config = house(tmp_path, configuration="recorder:\n  db_url: mysql://host/db\n  commit_interval: soon\n")
    assert [(problem.line, problem.fatal) for problem in config.problems] == [(2, True), (3, False)]


def test_customize_of_the_main_file_and_of_packages(tmp_path: Path) -> None:
    config = house(
        tmp_path,
        configuration="homeassistant:\n  packages: !include_dir_named packages\n  customize:\n"
        "    light.a: {friendly_name: A}\n    nonsense: {x: 1}\n  customize_domain:\n    light: {icon: d, order: 1}\n",
        packages__p="homeassistant:\n  customize_glob:\n    'light.*': {icon: g}\n"
        "  customize:\n    light.b: {icon: b}\n",
    )
    customize = config.customize
    assert customize.attributes("light.a") == {"icon": "g", "order": 1, "friendly_name": "A"}
    assert customize.attributes("light.b") == {"icon": "b", "order": 1}
    assert customize.attributes("switch.a") == {}
    assert problems(config) == [
        "'nonsense' in 'customize' is not an entity id (domain.object_id) at configuration.yaml:5"
    ]


def test_a_broken_automations_file_costs_only_the_automations(tmp_path: Path) -> None:
    config = house(
        tmp_path,
        configuration="automation: !include automations.yaml\ninput_boolean:\n  a:\n",
        automations="- alias: a\n\t- x\n",
    )
    assert problems(config) == ["invalid YAML: a tab is used here: indent with spaces at automations.yaml:2"]
    assert config.fatal == ()
    assert config.mapping("input_boolean") == {"a": None}


def test_a_broken_configuration_yaml_is_fatal_and_the_toml_still_counts(tmp_path: Path) -> None:
    config = house(tmp_path, toml="[http]\nport = 8124\n", configuration="a: [\n")
    assert [problem.path for problem in config.fatal] == ["configuration.yaml"]
    assert config.settings.http.port == 8124
    text = house(tmp_path, configuration="just text")
    assert problems(text) == [
        "configuration.yaml must be a mapping of sections such as 'automation:' at configuration.yaml:1"
    ]


def test_sections_keep_their_nodes(tmp_path: Path) -> None:
    config = house(tmp_path, configuration="automation:\n  - alias: a\nscript:\n  s:\n    sequence: []\n")
    assert isinstance(config.items("automation"), NodeList)
    assert isinstance(config.mapping("script"), NodeDict)
    assert config.mapping("script").place_of("s") == Place("configuration.yaml", 4)


def test_what_is_always_on_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "configuration.yaml").write_text("auth:\nonboarding:\nsystem_log:\ntag:\nsearch:\n")
    assert load(tmp_path, env={}).problems == ()
    (tmp_path / "configuration.yaml").write_text("auth:\n  providers: [x]\n")
    [problem] = load(tmp_path, env={}).problems
    assert problem.message == "what 'auth' contains is not used by Marge"
