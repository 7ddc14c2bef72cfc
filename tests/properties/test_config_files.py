"""Any bytes in a configuration file are read or refused with InvalidConfig; a value that is written is read back."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marge.config import YamlLoader, load
from marge.config.edit import EditableFile
from marge.config.toml_config import load_toml
from marge.core.errors import InvalidConfig

FRAGMENTS = st.sampled_from(
    [
        "a", "b: ", "- ", "? ", ": ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ",", "&x ", "*x", "<<: ", "!include ",
        "!secret ", "!env_var ", "!input ", "!include_dir_list .", "!!int ", "!!binary ", "!!python/object:os.system ",
        "'", '"', "\\", "|\n", ">-\n", "#", "---", "...", "%YAML 1.1\n", "\t", "\x00", "\ufeff", "\u2028", "=", "~",
        "2024-02-30", "1:99", "0x", "0b", ".inf", "1e999", "yes", "{{ x }}", "a.yaml", "secrets.yaml", "..",
        "é", "\x85",
        "homeassistant:", "packages:", "automation:", "sensor:", "platform: template", "mqtt:", "[marge]", "[http]",
        "port = ", "name = ", "'''", '"""', "\r\n", "1", "99999999999999999999", "true", "x.y", "customize_glob:", "[[",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(FRAGMENTS, max_size=40).map("".join).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
)


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS)
def test_any_yaml_is_read_or_refused(main: bytes, other: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "configuration.yaml")
        path.write_bytes(main)
        Path(folder, "a.yaml").write_bytes(other)
        Path(folder, "secrets.yaml").write_bytes(other)
        try:
            YamlLoader(Path(folder), env={}).load(path)
        except InvalidConfig as error:
            assert error.path
            assert str(error)


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS)
def test_any_configuration_is_a_house_with_problems(yaml: bytes, toml: bytes) -> None:
    with TemporaryDirectory() as folder:
        Path(folder, "configuration.yaml").write_bytes(yaml)
        Path(folder, "a.yaml").write_bytes(yaml)
        Path(folder, "configuration.toml").write_bytes(toml)
        house = load(Path(folder), env={})
        assert all(problem.message and problem.path for problem in house.problems)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_any_toml_is_read_or_refused(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        Path(folder, "configuration.toml").write_bytes(data)
        config = load_toml(Path(folder), YamlLoader(Path(folder)).secrets)
        assert all(problem.path == "configuration.toml" and problem.fatal for problem in config.problems)
        config.settings()


WORDS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["on", "no", "12:30:00", "2024-01-01", "1e3", "0x1f", "~", "", "a: b", "# x", "a\nb\n", "=", "<<"]),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(WORDS, VALUES, max_size=4), st.dictionaries(WORDS, VALUES, max_size=4))
def test_an_item_that_is_put_is_read_back(first: dict[str, Any], second: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "automations.yaml")
        path.write_text("# head\n- id: before\n  x: 1  # note\n")
        editable = EditableFile(path, "list")
        for value in (first, second):
            value = {**value, "id": "item"}
            editable.put("item", value)
            assert editable.get("item") == value
        assert path.read_text().startswith("# head\n- id: before\n  x: 1  # note\n")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("configuration.yaml", "a: " + "1:" * 2_000_000 + "1"),
        ("configuration.yaml", "a: !!int " + "1:" * 2_000_000 + "1"),
        ("configuration.yaml", "a: 1\n" * 300_000),
        ("configuration.yaml", "".join(f"k{n}:\n" for n in range(100_000))),
        ("configuration.yaml", "homeassistant:\n" + "".join(f"  k{n}: 1\n" for n in range(50_000))),
        ("configuration.yaml", "sensor:\n" + "  - {platfrom: x}\n" * 100_000),
        (
            "configuration.yaml",
            "x0: &x0 {a: 1}\n" + "".join(f"x{n}: &x{n} {{<<: *x{n - 1}, k{n}: 1}}\n" for n in range(1, 3000)),
        ),
        ("configuration.toml", "a" + ".a" * 100_000 + " = 1"),
        ("configuration.toml", "".join(f"k{n} = 1\n" for n in range(20_000))),
        ("configuration.toml", "[http]\n" + "".join(f"k{n} = 1\n" for n in range(20_000))),
        ("configuration.toml", "[http]\nhost = " + '"\\"' * 80_000),
        ("configuration.toml", "[integrations.x]\na = [" + "1," * 100_000 + "]"),
    ],
)
def test_a_malicious_file_costs_seconds_at_most(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    begin = time.process_time()
    load(tmp_path, env={})
    assert time.process_time() - begin < 10
