"""Records when Home Assistant's cron patterns come, by the library that it uses; see README.md."""

from __future__ import annotations

import json
import random
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

ZONES = ("Europe/Amsterdam", "UTC", "Australia/Lord_Howe", "America/St_Johns")
PATTERNS = (
    "0 0 * * *",
    "30 2 * * *",
    "*/15 * * * *",
    "20/15 * * * *",
    "0 * * * *",
    "0 */6 * * *",
    "15 1-5/2 * * *",
    "0 0 * * 1",
    "0 0 * * 7",
    "0 12 L * *",
    "0 12 LW * *",
    "0 8 * * 5L",
    "0 8 * * MON#1",
    "0 8 13 * FRI",
    "0 8 */2 * SUN",
    "0 0 1 */3 *",
    "0 0 1 1/12 *",
    "0 0 29 2 *",
    "59 23 31 DEC *",
    "0 2,3 30 3 *",
    "* 2 30 3 *",
    "30 * 26 10 *",
    "*/7 1-3 26 10 *",
    "5,25,45 9-17 * JAN-MAR MON-FRI",
)
WRONG = ("* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "*/0 * * * *", "5-1 * * * *",
         "a * * * *", "* * * * 2#6", "* * 31 2 *", "* * * * L", "1, * * * *", "-1 * * * *")  # fmt: skip


def main() -> None:
    chance = random.Random(4)
    cases = []
    for pattern in PATTERNS:
        for zone in ZONES:
            start = datetime(2025, chance.randint(1, 12), chance.randint(1, 28), chance.randint(0, 23), 17, 30)
            near = datetime(2025, *chance.choice(((3, 30), (10, 26), (4, 6), (3, 9), (11, 2))), 0, 30)
            for at in (start, near):
                moment = at.replace(tzinfo=ZoneInfo(zone))
                comes = [each.timestamp() for each in islice(CronSim(pattern, moment), 6)]
                cases.append({"pattern": pattern, "zone": zone, "after": moment.timestamp(), "comes": comes})
    for pattern in WRONG:
        try:
            CronSim(pattern, datetime(2025, 1, 1))
        except CronSimError:
            cases.append({"pattern": pattern, "wrong": True})
        else:
            raise AssertionError(pattern)
    path = Path(__file__).parent / "cron" / "recorded.json"
    path.write_text(json.dumps(cases, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
