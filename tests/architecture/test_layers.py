"""Imports point one way: a package may import only what stands to its left in the order of the layers."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "marge"

# Each package with the packages it may import. Edges meet in the core and never import each other.
DOMAIN_ORDER = ("config", "entities", "registries", "templates", "helpers", "automation")
EDGES = ("storage", "recorder", "mqtt", "api")
ALLOWED: dict[str, set[str]] = {
    "util": set(),
    "core": {"util"},
    "auth": {"util", "core"},
    **{package: {"util", "core", *DOMAIN_ORDER[: DOMAIN_ORDER.index(package)]} for package in DOMAIN_ORDER},
    **{edge: {"util", "core", "auth", *DOMAIN_ORDER} for edge in EDGES},
    # The program itself: what puts the parts together may import them all.
    "app": {"util", "core", "auth", *DOMAIN_ORDER, *EDGES},
    # Devices know nothing of the hub: they share its clock and meet it over MQTT only.
    "demo_home": {"util", "core"},
    "cli": {"util", "core", "auth", *DOMAIN_ORDER, *EDGES, "app", "demo_home"},
    "testing": {"util", "core", "auth", *DOMAIN_ORDER, *EDGES, "app", "demo_home"},
}


def imports(path: Path) -> list[tuple[int, str]]:
    """Line and dotted name of every import of Marge's own modules, those inside functions included."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "marge" else [node.module]
            found += [(node.lineno, name) for name in names]
    return [(line, name) for line, name in found if name.startswith("marge.")]


def layer_of(path: Path) -> str:
    """The package, or top-level module, that a file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


FILES = sorted(path for path in SOURCE.rglob("*.py") if layer_of(path) not in ("__init__", "__main__"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_one_way(path: Path) -> None:
    own = layer_of(path)
    assert own in ALLOWED, f"{own} has no place in the order of the layers: give it one in {Path(__file__).name}"
    wrong = [
        f"{path.relative_to(SOURCE)}:{line} imports {name}"
        for line, name in imports(path)
        if (layer := name.split(".")[1]) != own and layer not in ALLOWED[own] and not name.startswith("marge.__")
    ]
    assert not wrong, "; ".join(wrong) + f" — {own} reaches it through a port in core/ports.py, handed in by app.py"
