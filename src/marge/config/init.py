"""`marge init`: a first configuration that works as it is and says what can be changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from marge.config.blueprints import FOLDER
from marge.config.blueprints.shipped import SHIPPED
from marge.core.errors import InvalidConfig

FOLDERS: Final = ("custom_cards", "integrations")
PRIVATE: Final = "secrets.yaml"

FILES: Final = {
    "configuration.toml": """\
# Marge's own settings. A line that begins with '#' shows a default: remove the '#' to change it.
# Every key is described in docs/reference/configuration.md; `marge check-config` tells mistakes.

[marge]
name = "Home"
# latitude = 0.0              # degrees north; sunrise and sunset are calculated from it
# longitude = 0.0             # degrees east
# elevation = 0               # metres
# unit_system = "metric"      # or "us_customary"
# time_zone = "UTC"           # such as "Europe/Amsterdam"
# currency = "EUR"
# country = "NL"              # no default
# language = "en"

[http]
# host = "0.0.0.0"            # "127.0.0.1" serves this machine only
# port = 8123

[mqtt]
# broker = "embedded"         # "external" uses another broker: set host to its address
# port = 1883
# username = "devices"        # what devices log in with
# password = "!secret mqtt_password"

[recorder]
# purge_keep_days = 10
# commit_interval = 1         # seconds

[logger]
# default = "info"
""",
    "configuration.yaml": """\
# Home Assistant's YAML: helpers, template entities, zones, manual MQTT entities and so on go here.

automation: !include automations.yaml
script: !include scripts.yaml
scene: !include scenes.yaml
""",
    "automations.yaml": "[]\n",
    "scripts.yaml": "{}\n",
    "scenes.yaml": "[]\n",
    PRIVATE: """\
# Passwords and other private values, one 'name: value' per line. Elsewhere write !secret name instead of the value.
""",
}


def write_default(config_dir: Path) -> list[str]:
    """Write what is missing of a configuration to `config_dir` and return it, in order; folders end with '/'.

    What exists stays as it is. Raises InvalidConfig when the folder cannot be written.
    """
    written: list[str] = []
    try:
        config_dir.mkdir(parents=True, exist_ok=True)
        for name, text in FILES.items():
            # secrets.yaml is for its owner alone; the others as the umask has it.
            flags, mode = os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if name == PRIVATE else 0o666
            try:
                descriptor = os.open(config_dir / name, flags, mode)
            except FileExistsError:
                continue
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            written.append(name)
        written += _blueprints(config_dir)
        for name in FOLDERS:
            folder = config_dir / name
            if not folder.is_dir():
                folder.mkdir(parents=True)
                written.append(f"{name}/")
    except OSError as error:
        raise InvalidConfig(f"'{config_dir}' cannot be written: {error.strerror or error}") from None
    return written


def _blueprints(config_dir: Path) -> list[str]:
    """Write the shipped blueprints of the domains that have no folder yet: who deleted one does not get it back."""
    written: list[str] = []
    for domain, blueprints in SHIPPED.items():
        folder = config_dir / FOLDER / domain
        if folder.exists():
            continue
        for path, text in blueprints.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            written.append(file.relative_to(config_dir).as_posix())
    return written
