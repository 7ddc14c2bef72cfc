"""Where the directories are when nobody says."""

from __future__ import annotations

from pathlib import Path

from marge.config.paths import Kind, config_folder, default_directory, directory

HOME = Path("/home/lisa")


def where(kind: Kind, env: dict[str, str], *, system: bool = False) -> str:
    return str(directory(kind, env, system=system, home=HOME))


def test_system_users_have_system_folders() -> None:
    assert where("config", {}, system=True) == "/etc/marge"
    assert where("data", {}, system=True) == "/var/lib/marge"
    assert where("log", {}, system=True) == "/var/log/marge"


def test_others_have_xdg_folders() -> None:
    assert where("config", {}) == "/home/lisa/.config/marge"
    assert where("data", {}) == "/home/lisa/.local/share/marge"
    assert where("log", {}) == "/home/lisa/.local/state/marge/log"
    assert where("config", {"XDG_CONFIG_HOME": "/c"}) == "/c/marge"
    assert where("config", {"XDG_CONFIG_HOME": "relative"}) == "/home/lisa/.config/marge"


def test_the_environment_comes_first() -> None:
    assert where("data", {"MARGE_DATA": "/d"}, system=True) == "/d"
    assert where("log", {"MARGE_LOG_DIR": "/l", "XDG_STATE_HOME": "/x"}) == "/l"


def test_the_folder_of_this_user_is_absolute() -> None:
    assert default_directory("config").is_absolute()


def test_a_file_stands_for_its_folder() -> None:
    assert config_folder(Path("/etc/marge/configuration.toml")) == Path("/etc/marge")
    assert config_folder(Path("/etc/marge")) == Path("/etc/marge")
