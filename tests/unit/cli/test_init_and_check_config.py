"""The offline commands: what they print and their exit codes."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from marge.cli.commands import check_config, init
from marge.cli.main import main


def test_init_lists_what_it_wrote_and_a_second_one_writes_nothing(tmp_path: Path) -> None:
    first = CliRunner().invoke(init.command, ["--config", str(tmp_path / "c" / "configuration.toml")])
    assert first.exit_code == 0
    assert first.output.startswith(f"Written to {tmp_path}/c:\n  configuration.toml\n  configuration.yaml\n")
    second = CliRunner().invoke(init.command, ["--config", str(tmp_path / "c")])
    assert (second.exit_code, second.output) == (0, f"{tmp_path}/c is complete already: nothing written\n")


def test_init_fails_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(init.command, ["--config", str(tmp_path / "file" / "x")])
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")


def test_check_config_of_a_fresh_configuration_succeeds(tmp_path: Path) -> None:
    CliRunner().invoke(init.command, ["--config", str(tmp_path)])
    result = CliRunner().invoke(check_config.command, ["--config", str(tmp_path)])
    assert result.exit_code == 0
    assert result.output.endswith("✓ secrets.yaml: valid\n\nResult: 0 errors, 0 warnings\n")


def test_check_config_with_errors_exits_with_1(tmp_path: Path) -> None:
    (tmp_path / "configuration.toml").write_text("[http]\nprot = 1\n")
    result = CliRunner().invoke(check_config.command, ["--config", str(tmp_path / "configuration.toml")])
    assert result.exit_code == 1
    assert "✗ configuration.toml: error on line 2:\n    unknown key 'prot' in [http]\n" in result.output


def test_check_config_of_no_configuration_is_wrong_usage(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        result = CliRunner().invoke(check_config.command, ["--config", str(folder)])
        assert result.exit_code == 2
        assert "`marge init` writes a first configuration" in result.output


def test_the_folder_may_stand_before_the_command(tmp_path: Path) -> None:
    first = CliRunner().invoke(main, ["--config", str(tmp_path / "c"), "init"])
    assert first.output.startswith(f"Written to {tmp_path}/c:\n")
    second = CliRunner().invoke(main, ["--config", str(tmp_path), "check-config", "--config", str(tmp_path / "c")])
    assert second.exit_code == 0
    assert second.output.endswith("Result: 0 errors, 0 warnings\n")


def test_the_environment_names_the_folder(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["init"], env={"MARGE_CONFIG": str(tmp_path / "c")})
    assert result.output.startswith(f"Written to {tmp_path}/c:\n")
