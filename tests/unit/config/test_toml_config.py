"""configuration.toml: defaults, types, secrets, and the line of every mistake."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from marge.config.settings import SECTIONS, Settings
from marge.config.toml_config import TomlConfig, load_toml
from marge.config.toml_lines import key_lines
from marge.config.yaml_loader import YamlLoader


def read(folder: Path, text: str) -> TomlConfig:
    (folder / "configuration.toml").write_text(text, encoding="utf-8")
    return load_toml(folder, YamlLoader(folder).secrets)


def problems(folder: Path, text: str) -> list[str]:
    config = read(folder, text)
    config.settings()
    assert all(problem.fatal and problem.severity == "error" for problem in config.problems)
    return [str(problem) for problem in config.problems]


def test_no_file_and_an_empty_file_mean_the_defaults(tmp_path: Path) -> None:
    missing = load_toml(tmp_path, YamlLoader(tmp_path).secrets)
    assert (missing.exists, missing.problems, missing.settings()) == (False, [], Settings())
    assert read(tmp_path, "").settings() == Settings()


def test_every_section_is_read(tmp_path: Path) -> None:
    for name in ("c.pem", "k.pem"):
        (tmp_path / name).write_text("")
    config = read(
        tmp_path,
        """
[marge]
name = "Casa"
latitude = 40.3916
longitude = -111.85
elevation = 1400
unit_system = "imperial"
time_zone = "America/Denver"
currency = "USD"
country = "US"
language = "en"
[http]
host = "127.0.0.1"
port = 0
tls_certificate = "c.pem"
tls_key = "k.pem"
cors_allowed_origins = ["https://example.org"]
trusted_proxies = ["10.0.0.7", "192.168.1.0/24"]
[mqtt]
broker = "external"
host = "broker.lan"
port = 8883
websocket_port = 9001
username = "u"
password = "p"
discovery_prefix = "ha"
[recorder]
db_url = "sqlite:////x.db"
purge_keep_days = 30
commit_interval = 0.5
[recorder.include]
domains = ["light"]
[recorder.exclude]
entity_globs = ["sensor.*_rssi"]
[logger]
default = "warning"
file = "/var/log/marge/marge.log"
max_size = "10MB"
max_files = 3
format = "json"
[logger.levels]
"marge::core" = "debug"
[watchdog]
enabled = false
core_timeout = 30
[backup]
time = "04:30"
weekly = false
[auth]
trusted_networks = ["192.168.1.0/24"]
mfa = false
[integrations.zwave]
device = "/dev/ttyUSB0"
""",
    )
    assert config.problems == []
    settings = config.settings()
    assert settings.marge.unit_system == "us_customary"
    assert settings.http.trusted_proxies == ["10.0.0.7/32", "192.168.1.0/24"]
    assert (settings.mqtt.broker, settings.mqtt.host, settings.mqtt.websocket_port) == ("external", "broker.lan", 9001)
    assert settings.recorder.include.domains == ["light"]
    assert settings.recorder.exclude.entity_globs == ["sensor.*_rssi"]
    assert settings.logger.default == "warn"
    assert settings.logger.max_size == 10 * 1024 * 1024
    assert settings.logger.levels == {"marge::core": "debug"}
    assert settings.watchdog.core_timeout == 30.0
    assert (settings.backup.time, settings.backup.weekly) == ("04:30:00", False)
    assert settings.integrations == {"zwave": {"device": "/dev/ttyUSB0"}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[marge]\nlatitud = 1.0",
            "unknown key 'latitud' in [marge] at configuration.toml:2, did you mean 'latitude'?",
        ),
        ("\n[mqqt]\nport = 1", "unknown section 'mqqt' at configuration.toml:2, did you mean 'mqtt'?"),
        ("name = 'x'", "unknown key 'name' at configuration.toml:1"),
        (
            "[mqtt]\nbroker = 'internal'",
            "'broker' in [mqtt]: value must be one of ['embedded', 'external'], got 'internal' at configuration.toml:2",
        ),
        ("http = 8123", "'http' must be a section: [http] at configuration.toml:1"),
        ("[http]\n# x\nport = 99999", "'port' in [http]: expected int <= 65535 at configuration.toml:3"),
        ("[http]\nport = true", "'port' in [http]: expected int, got bool at configuration.toml:2"),
        ("[marge]\nlatitude = 90.5", "'latitude' in [marge]: expected float <= 90.0 at configuration.toml:2"),
        (
            "[marge]\ntime_zone = 'Europe/Amsterdm'",
            "'time_zone' in [marge]: unknown time zone 'Europe/Amsterdm' at configuration.toml:2, "
            "did you mean 'Europe/Amsterdam'?",
        ),
        (
            "[marge]\ncurrency = 'euro'",
            "'currency' in [marge]: expected a currency code of three capital letters (ISO 4217) such as 'EUR', "
            "got 'euro' at configuration.toml:2",
        ),
        (
            "[marge]\ncurrency = 'DEM'\ncountry = 'ZZ'",
            "'country' in [marge]: expected a country code of two capital letters (ISO 3166) such as 'NL', got 'ZZ' "
            "at configuration.toml:3",
        ),
        (
            "[marge]\ncountry = 'nl'",
            "'country' in [marge]: expected a country code of two capital letters (ISO 3166) such as 'NL', got 'nl' "
            "at configuration.toml:2",
        ),
        (
            "[marge]\nlanguage = 'English'",
            "'language' in [marge]: expected a language code such as 'en' or 'pt-BR', got 'English' "
            "at configuration.toml:2",
        ),
        (
            "[marge]\nunit_system = 'feet'",
            "'unit_system' in [marge]: expected 'metric' or 'us_customary', got 'feet' at configuration.toml:2",
        ),
        (
            "[http]\ntrusted_proxies = [\n  'proxy',\n]",
            "'trusted_proxies' in [http]: expected an address or network such as '192.168.1.0/24', got 'proxy' "
            "at configuration.toml:2",
        ),
        (
            "[recorder]\n[recorder.include]\ndomans = []",
            "unknown key 'domans' in 'include' in [recorder] at configuration.toml:3, did you mean 'domains'?",
        ),
        (
            "[recorder.exclude]\nentities = ['sun.sun', 'sensor.*_battery']",
            "'entities' in 'exclude' in [recorder]: 'sensor.*_battery' is not an entity id; put patterns under "
            "'entity_globs' at configuration.toml:2",
        ),
        (
            "[recorder.include]\nentities = 'person'",
            "'entities' in 'include' in [recorder]: 'person' is not an entity id; put domains under 'domains' "
            "at configuration.toml:2",
        ),
        (
            "[recorder.include]\nentities = [7]",
            "'entities' in 'include' in [recorder]: '7' is not an entity id; write it as domain.object_id "
            "at configuration.toml:2",
        ),
        (
            "[recorder]\ndb_url = 'mysql://ada:secret@host/db'",
            "'db_url' in [recorder]: 'mysql' is not supported; use sqlite:///<path>, or leave it out to keep "
            "everything in marge.db in the data directory at configuration.toml:2",
        ),
        (
            "[recorder]\ndb_url = 'sqlite:///'",
            "'db_url' in [recorder]: it needs the path of a file; a database in memory would forget everything "
            "at configuration.toml:2",
        ),
        (
            "[logger.levels]\n'a' = 'info'\n'b' = 'loud'",
            "'levels' in [logger]: expected one of error, warn, info, debug, trace, got 'loud' at configuration.toml:3",
        ),
        (
            "[logger]\nmax_size = 'big'",
            "'max_size' in [logger]: expected a size such as '50MB', got 'big' at configuration.toml:2",
        ),
        (
            "[backup]\ntime = 'noon'",
            "'time' in [backup]: expected a time such as '03:00', got 'noon' at configuration.toml:2",
        ),
        (
            "[http]\ntls_key = '/dev/null'",
            "'tls_key' in [http] needs 'tls_certificate' beside it at configuration.toml:2",
        ),
        (
            "[mqtt]\nbroker = 'external'",
            "'broker = \"external\"' in [mqtt] needs 'host': where the broker is at configuration.toml:2",
        ),
        (
            "[mqtt]\nport = 0\nusername = 'a'",
            "'username' in [mqtt] needs 'password' beside it: without one the name alone would open the broker "
            "at configuration.toml:3",
        ),
        (
            "[mqtt]\npassword = ''\nusername = 'a'",
            "'username' in [mqtt] needs 'password' beside it: without one the name alone would open the broker "
            "at configuration.toml:3",
        ),
        (
            "[mqtt]\nrules = [{topic = 'a'}, {topic = 'secret/#/x', access = 'deny'}]",
            "'rules' in [mqtt]: 'secret/#/x' is not a topic filter: # must be the last level at configuration.toml:2",
        ),
        (
            "[[mqtt.users]]\nname = 'a'\npassword = 'x'\n[[mqtt.users]]\nname = 'b'\npassword = 'x'\n"
            "[[mqtt.users.rules]]\ntopic = 'a/#'\n[[mqtt.users.rules]]\ntopic = 'a#'",
            "'users' in [mqtt]: 'a#' is not a topic filter: a wildcard must be a whole level at configuration.toml:10",
        ),
        (
            "[[mqtt.users]]\nname = 'a'\npassword = 'x'\n[[mqtt.users]]\nname = 'a'\npassword = 'y'",
            "'users' in [mqtt]: there is another 'a'; give each user a name of its own at configuration.toml:4",
        ),
        (
            "[mqtt]\nusername = 'a'\npassword = 'x'\n[[mqtt.users]]\nname = 'a'\npassword = 'y'",
            "'users' in [mqtt]: there is another 'a'; give each user a name of its own at configuration.toml:4",
        ),
        (
            "[[mqtt.users]]\nname = 'a'\npassword = 'x'\n[[mqtt.users]]\nname = 'b'",
            "key 'password' is missing in 'users' in [mqtt] at configuration.toml:4",
        ),
        (
            "[[mqtt.users]]\nname = 'a'\npassword = ''",
            "'users' in [mqtt]: expected str of length >= 1 at configuration.toml:3",
        ),
        ("[mqtt]\npassword = 'x'", "'password' in [mqtt] needs 'username' beside it at configuration.toml:2"),
        (
            "[watchdog]\ndisk_warn_percent = 99",
            "'disk_warn_percent' in [watchdog] must not be above 'disk_critical_percent' at configuration.toml:2",
        ),
        ("[integrations]\nzwave = 1", "'zwave' must be a section: [integrations.zwave] at configuration.toml:2"),
        (
            "[http]\nport = 1\nport = 2",
            "'port' is in [http] twice, first on line 2: remove one of them at configuration.toml:3",
        ),
        (
            "[http]\nport = 1\n[mqtt]\n[http]\nhost = 'x'",
            "'http' is there twice, first on line 1: put both together at configuration.toml:4",
        ),
        (
            "[[mqtt.users]]\nname = 'a'\n[[mqtt.users]]\nname = 'b'\nname = 'c'",
            "'name' is in [mqtt.users] twice, first on line 4: remove one of them at configuration.toml:5",
        ),
        ("[http]\nport = ", "invalid TOML: invalid value at configuration.toml:2"),
        ("[http\nport = 1", "invalid TOML: expected ']' at the end of a table declaration at configuration.toml:1"),
    ],
)
def test_a_mistake_names_key_line_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    assert problems(tmp_path, text) == [message]


def test_a_mistake_costs_only_its_own_key(tmp_path: Path) -> None:
    config = read(tmp_path, "[http]\nport = 'x'\nhost = '::1'\n[marge]\nname = 'Casa'")
    settings = config.settings()
    assert (settings.http.port, settings.http.host, settings.marge.name) == (8123, "::1", "Casa")
    assert len(config.problems) == 1


def test_deep_nesting_is_read_or_refused(tmp_path: Path) -> None:
    for levels in range(50, 1000, 50):
        text = "[integrations.x]\na = " + "[" * levels + "]" * levels
        assert {problem.message[:12] for problem in read(tmp_path, text).problems} <= {"invalid TOML"}
    text = "[integrations.x]\na = " + "[" * 100_000
    assert [problem.message[:12] for problem in read(tmp_path, text).problems] == ["invalid TOML"]


def test_a_contradiction_may_be_solved_by_values_from_elsewhere(tmp_path: Path) -> None:
    config = read(tmp_path, "[mqtt]\npassword = 'x'")
    config.settings({"mqtt": {"username": "u"}})
    assert config.problems == []


def test_secrets_are_resolved_and_may_be_numbers_in_quotes(tmp_path: Path) -> None:
    (tmp_path / "secrets.yaml").write_text('mqtt_password: hunter2\nlatitude: "40.3916"\n')
    config = read(
        tmp_path,
        '[marge]\nlatitude = "!secret latitude"\n[mqtt]\nusername = "u"\npassword = "!secret mqtt_password"\n'
        '[integrations.hue]\nkeys = ["!secret mqtt_password"]\n',
    )
    assert config.problems == []
    settings = config.settings()
    assert settings.marge.latitude == 40.3916
    assert settings.mqtt.password == "hunter2"
    assert settings.integrations == {"hue": {"keys": ["hunter2"]}}


def test_a_missing_secret_names_line_and_nearest(tmp_path: Path) -> None:
    (tmp_path / "secrets.yaml").write_text("mqtt_password: x\n")
    assert problems(tmp_path, '[mqtt]\nusername = "u"\npassword = "!secret mqtt_pasword"') == [
        "secret 'mqtt_pasword' is not in secrets.yaml at configuration.toml:3, did you mean 'mqtt_password'?"
    ]


def test_values_from_elsewhere_fill_what_the_file_does_not_set(tmp_path: Path) -> None:
    settings = read(tmp_path, "[marge]\nname = 'Toml'").settings({"marge": {"name": "Yaml", "elevation": 5}})
    assert (settings.marge.name, settings.marge.elevation) == ("Toml", 5)


def test_lines_of_keys_see_through_strings_arrays_and_comments() -> None:
    text = '''# [no]
a = 1
[one]   # [two]
b = """
[three]
c = 1
"""
d = [
  "x = 1", # ]
  {e = 2},
]
'f g'.h = \'\'\'
i = 1\'\'\'
[[four]]
j = 1
[five . "six.seven"]
k = 'a = "b" # c'
'''
    assert key_lines(text) == {
        ("a",): 2,
        ("one",): 3,
        ("one", "b"): 4,
        ("one", "d"): 8,
        ("one", "f g"): 12,
        ("one", "f g", "h"): 12,
        ("four",): 14,
        ("four", "0"): 14,
        ("four", "0", "j"): 15,
        ("five",): 16,
        ("five", "six.seven"): 16,
        ("five", "six.seven", "k"): 17,
    }


def test_every_key_has_its_line_in_the_reference() -> None:
    reference = (Path(__file__).parents[3] / "docs/reference/configuration.md").read_text(encoding="utf-8")
    sections = {part.split("`", 1)[0]: part for part in reference.split("\n### `")}
    missing = [
        f"[{name}] {field.encode_name}"
        for name, kind in SECTIONS.items()
        for field in msgspec.structs.fields(kind)
        if f"\n| `{field.encode_name}` |" not in sections.get(f"[{name}]", "")
    ]
    assert missing == []


def test_tls_files_are_meant_from_the_configuration_directory(tmp_path: Path) -> None:
    (tmp_path / "tls").mkdir()
    (tmp_path / "tls" / "c.pem").write_text("")
    (tmp_path / "k.pem").write_text("")
    text = f"[http]\ntls_certificate = 'tls/c.pem'\ntls_key = '{tmp_path}/k.pem'\n"
    config = read(tmp_path, text)
    assert config.problems == []
    http = config.settings().http
    assert (http.tls_certificate, http.tls_key) == (str(tmp_path / "tls" / "c.pem"), str(tmp_path / "k.pem"))


def test_a_tls_file_that_does_not_exist_is_a_mistake(tmp_path: Path) -> None:
    assert problems(tmp_path, "[http]\ntls_certificate = 'c.pem'\ntls_key = '/none/k.pem'\n") == [
        f"'tls_certificate' in [http]: file '{tmp_path}/c.pem' does not exist at configuration.toml:2",
        "'tls_key' in [http]: file '/none/k.pem' does not exist at configuration.toml:3",
    ]
