"""The report of check-config: its counts, its order and its text."""

from __future__ import annotations

from pathlib import Path

from marge.config import NodeList, Problem, find_place
from marge.config.check import check
from marge.core.errors import InvalidConfig


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


MAIN = "automation: !include automations.yaml\nscene: !include scenes.yaml\nscript: !include scripts.yaml\n"


def test_the_report_has_the_form_of_the_specification(tmp_path: Path) -> None:
    (tmp_path / "configuration.toml").write_text("[marge]\nname = 'Casa'\n")
    write(
        tmp_path,
        configuration=MAIN,
        automations="".join(f"- alias: a{n}\n" for n in range(34)),
        scenes="- name: Evening\n  entities:\n    light.livng_room: 'on'\n",
        scripts="".join(f"s{n}:\n  sequence: []\n" for n in range(8)),
    )

    def scenes(section: NodeList) -> list[Problem]:
        place = find_place(section, (0, "entities", "light.livng_room"))
        message = 'entity_id "light.livng_room" does not match any known entity'
        return [Problem(message, place.file, place.line, "light.living_room")]

    report = check(tmp_path, {"scene": scenes, "timer": scenes})
    assert report.text() == (
        "✓ configuration.toml: valid\n"
        "✓ configuration.yaml: valid\n"
        "✓ automations.yaml: valid (34 automations)\n"
        "✗ scenes.yaml: error on line 3:\n"
        '    entity_id "light.livng_room" does not match any known entity\n'
        '    (did you mean "light.living_room"?)\n'
        "✓ scripts.yaml: valid (8 scripts)\n"
        "\n"
        "Result: 1 error, 0 warnings"
    )
    assert (report.errors, report.warnings) == (1, 0)


def test_counts_belong_to_the_file_that_holds_the_items(tmp_path: Path) -> None:
    write(
        tmp_path,
        configuration="automation ui: !include automations.yaml\nautomation more:\n  - alias: b\ntimer:\n  t:\n"
        "input_boolean:\n  a:\n  b:\n",
        automations="- alias: a\n",
    )
    text = check(tmp_path, {}).text()
    assert "✓ configuration.yaml: valid (1 automation, 3 helpers)" in text
    assert "✓ automations.yaml: valid (1 automation)" in text


def test_warnings_leave_a_file_valid(tmp_path: Path) -> None:
    write(tmp_path, configuration="zha:\n")
    assert check(tmp_path, {}).text() == (
        "✓ configuration.yaml: valid\n"
        "⚠ configuration.yaml: warning on line 1:\n"
        "    section 'zha' is not known to Marge and is left out\n"
        "\n"
        "Result: 0 errors, 1 warning"
    )


def test_a_file_that_cannot_be_read_has_its_own_lines(tmp_path: Path) -> None:
    write(tmp_path, configuration=MAIN, automations="a: [\n", scripts="", scenes="", secrets="- x")
    text = check(tmp_path, {}).text()
    assert "✗ automations.yaml: error on line " in text
    assert "✓ scripts.yaml: valid\n" in text


def test_secrets_are_looked_at_even_when_nothing_uses_them(tmp_path: Path) -> None:
    write(tmp_path, configuration="timer:\n", secrets="a: 'x\n")
    assert "✗ secrets.yaml: error on line 1:\n    invalid YAML: a quote" in check(tmp_path, {}).text()


def test_a_validator_that_raises_for_bad_configuration_is_reported(tmp_path: Path) -> None:
    write(tmp_path, configuration="timer:\n  t: 5\n")

    def refuse(section: object) -> list[Problem]:
        raise InvalidConfig("'t' must be a mapping", "configuration.yaml", 2)

    report = check(tmp_path, {"timer": refuse})
    assert report.errors == 1
    assert "    't' must be a mapping\n" in report.text()


def test_with_a_broken_main_file_the_others_are_checked_or_said_not_to_be(tmp_path: Path) -> None:
    write(
        tmp_path,
        configuration="automation: !include automations.yaml\ntimer: !include timers.yaml\nx: [\n",
        automations="- alias: a\n",
        timers="t:\n",
        scenes="- name: s\n",
    )

    def automations(section: NodeList) -> list[Problem]:
        return [Problem("wrong", *section.place_of(0))]

    report = check(tmp_path, {"automation": automations})
    text = report.text()
    assert "✗ automations.yaml: error on line 1:\n    wrong\n" in text
    assert "✓ scenes.yaml: valid (1 scene)\n" in text
    assert "- timers.yaml: not checked, because the file that includes it cannot be read\n" in text
    assert "✗ configuration.yaml: error on line" in text
    assert report.errors == 2


def test_with_a_broken_toml_file_the_others_are_checked(tmp_path: Path) -> None:
    (tmp_path / "configuration.toml").write_text("[http\n")
    write(tmp_path, configuration=MAIN, automations="- alias: a\n", scenes="", scripts="")
    report = check(tmp_path, {"automation": lambda section: [Problem("wrong", *section.place_of(0))]})
    assert "✗ automations.yaml: error on line 1:\n    wrong\n" in report.text()


def test_a_host_that_this_machine_cannot_listen_on(tmp_path: Path) -> None:
    toml = "[http]\nport = 1\nhost = 'nosuch.invalid'\n[mqtt]\nhost = '192.0.2.1'\n"
    (tmp_path / "configuration.toml").write_text(toml)
    found = [problem for file in check(tmp_path, {}).files for problem in file.problems]
    assert [(problem.line, problem.fatal) for problem in found] == [(3, True), (5, True)]
    assert "'host' in [http]: this machine cannot listen on 'nosuch.invalid' (" in found[0].message
    (tmp_path / "configuration.toml").write_text(
        "[http]\nhost = 'localhost'\n[mqtt]\nbroker = 'external'\nhost = 'nosuch.invalid'\n"
    )
    assert check(tmp_path, {}).errors == 0
