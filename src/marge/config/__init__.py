"""What a household wrote: configuration.toml and Home Assistant's YAML, with file and line for every mistake.

`load` reads a configuration directory; `locate` turns a schema's refusal into a place; `YamlLoader` reads single files.
Needs core only. Nothing here raises for what a file contains except InvalidConfig.
"""

from __future__ import annotations

from marge.config.house import HouseConfig, load
from marge.config.locate import find_place, locate
from marge.config.nodes import Input, NodeDict, NodeList, Place
from marge.config.problem import Problem
from marge.config.settings import Settings
from marge.config.yaml_loader import YamlLoader

__all__ = [
    "HouseConfig",
    "Input",
    "NodeDict",
    "NodeList",
    "Place",
    "Problem",
    "Settings",
    "YamlLoader",
    "find_place",
    "load",
    "locate",
]
