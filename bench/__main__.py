"""`python -m bench [--docs] [MODULE …]`: measure the budgets, print the table, and keep the figures for the next run.

`--docs` writes docs/benchmarks.md from the newest figure of each row.
"""

from __future__ import annotations

import sys
from importlib import import_module

from bench.budget import DOCS, document, load_last, save_last, table

MODULES = ("state_path", "startup", "api", "automation", "engine", "mqtt_states", "broker", "recorder", "history")


def main(chosen: list[str]) -> int:
    """Measure the chosen modules, or all; 1 when a must was missed."""
    before = load_last()
    measured: dict[str, float] = {}
    for name in [name for name in chosen if name != "--docs"] or MODULES:
        print(f"measuring {name} …", file=sys.stderr)
        measured.update(import_module(f"bench.{name}").budget())
    text = table(measured, before)
    print(text)
    save_last(measured)
    if "--docs" in chosen:
        DOCS.write_text(document(load_last()))
    return 1 if "MISSED" in text else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
