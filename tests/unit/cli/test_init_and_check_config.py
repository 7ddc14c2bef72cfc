"""The offline commands: what they print and their exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest
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
    result = CliRunner().invoke(check_config.command, ["--config", str(tmp_path)])
    assert result.exit_code == 2
    assert "`marge init` writes a first configuration" in result.output


@pytest.mark.parametrize("command", [[], ["demo"], ["check-config"]], ids=["marge", "demo", "check-config"])
def test_a_configuration_folder_that_is_not_there_is_refused_with_the_remedy(
    tmp_path: Path, command: list[str]
) -> None:
    result = CliRunner().invoke(main, ["--config", str(tmp_path / "none"), "--data", str(tmp_path / "d"), *command])
    assert result.exit_code == 2
    assert (
        f"there is no configuration folder '{tmp_path}/none'. `marge init --config {tmp_path}/none` writes"
        in result.output
    )
    assert not (tmp_path / "d").exists()


def test_the_default_configuration_folder_is_no_exception(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--data", str(tmp_path / "d")], env={"MARGE_CONFIG": str(tmp_path / "none")})
    assert result.exit_code == 2
    assert "`marge init` writes a first configuration there" in result.output


def test_a_file_in_place_of_the_configuration_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(main, ["--config", str(tmp_path / "file"), "--data", str(tmp_path / "d")])
    assert result.exit_code == 2
    assert "is not a folder" in result.output


def test_the_folder_may_stand_before_the_command(tmp_path: Path) -> None:
    first = CliRunner().invoke(main, ["--config", str(tmp_path / "c"), "init"])
    assert first.output.startswith(f"Written to {tmp_path}/c:\n")
    second = CliRunner().invoke(main, ["--config", str(tmp_path), "check-config", "--config", str(tmp_path / "c")])
    assert second.exit_code == 0
    assert second.output.endswith("Result: 0 errors, 0 warnings\n")


def test_the_environment_names_the_folder(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["init"], env={"MARGE_CONFIG": str(tmp_path / "c")})
    assert result.output.startswith(f"Written to {tmp_path}/c:\n")


@pytest.mark.parametrize("certificate", ["garbage", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"])
def test_check_config_tries_the_certificate(tmp_path: Path, certificate: str) -> None:
    pem = tmp_path / "cert.pem"
    toml = '[http]\ntls_certificate = "cert.pem"\ntls_key = "cert.pem"\n'
    (tmp_path / "configuration.toml").write_text(toml)
    pem.write_text(certificate)
    result = CliRunner().invoke(check_config.command, ["--config", str(tmp_path)])
    assert result.exit_code == 1
    assert f"error on line 2:\n    the certificate {pem} with the key {pem} cannot be used: " in result.output

    pem.unlink()
    result = CliRunner().invoke(check_config.command, ["--config", str(tmp_path)])
    assert result.output.count("does not exist") == 2  # the certificate, and the key
    assert "cannot be used" not in result.output

    pem.write_bytes((Path(__file__).parents[2] / "data/self_signed.pem").read_bytes())
    assert CliRunner().invoke(check_config.command, ["--config", str(tmp_path)]).exit_code == 0
