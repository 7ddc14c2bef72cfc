"""Records which sentences Home Assistant's matcher knows; see README.md.

Run it with a Python that has Home Assistant (`hassil` comes with it); it needs no network and leaves nothing behind.
"""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent / "automation" / "sentences.json"
WORDS = ["turn", "on", "the", "light", "play", "red", "a"]
BY_HAND = [
    ["turn on [the] light", ["Turn on light!", "turn on the LIGHT.", "turn on  light", "turn on lights", "turn on"]],
    ["play {album} by {artist}", ["play the wall by pink floyd", "Play X by Y?", "play by me", "play a by b by c"]],
    ["light[s] (on|off)", ["lights on", "light off", "light s on", "lights"]],
    ["(red;green;blue) please", ["green blue red please", "red green please", "blue, green, red please"]],
    ["[please] set {room} to {value} [degrees]", ["set kitchen to 21 degrees", "please set the hall to 5", "set x to"]],
    ["living room", ["living-room", "livingroom", "Living  Room", "living_room"]],
    ["{anything}", ["Hello, World!", "one", "..."]],
    ["schalte [das] licht (ein|aus)", ["Schalte das Licht ein.", "schalte licht AUS", "schalte das licht"]],
    ["(what|how) is [the] weather [like]", ["What is the weather like?", "how is weather", "what's the weather"]],
]


def expression(random_: random.Random, depth: int) -> str:
    """A part of a sentence."""
    kind = random_.random()
    if depth == 0 or kind < 0.5:
        return random_.choice(WORDS)
    if kind < 0.65:
        return f"[{sequence(random_, depth - 1)}]"
    if kind < 0.8:
        return "(" + "|".join(sequence(random_, depth - 1) for _ in range(random_.choice([2, 3]))) + ")"
    if kind < 0.95:
        return "{" + random_.choice("xyz") + str(random_.randrange(1000)) + "}"
    return f"({sequence(random_, depth - 1)};{sequence(random_, depth - 1)})"


def sequence(random_: random.Random, depth: int) -> str:
    """Several parts, with spaces between."""
    return " ".join(expression(random_, depth) for _ in range(random_.choice([1, 1, 2, 3])))


def recognised(sentence: str, text: str) -> dict[str, Any] | None:
    """The slots when the sentence is known, None when not."""
    from hassil import Intents, recognize_all
    from hassil.intents import WildcardSlotList

    intents = Intents.from_dict({"language": "en", "intents": {"0": {"data": [{"sentences": [sentence]}]}}})
    for name in re.findall(r"\{([^}]+)\}", sentence):
        intents.slot_lists[name] = WildcardSlotList(name)
    for result in recognize_all(text, intents):
        return {name: entity.value for name, entity in result.entities.items()}
    return None


def main() -> None:
    random_ = random.Random(7)
    found: list[list[Any]] = [
        [sentence, text, recognised(sentence, text)] for sentence, texts in BY_HAND for text in texts
    ]
    count = {True: 0, False: 0}
    while min(count.values()) < 100:
        sentence = sequence(random_, 2)
        if sentence.count("{") > 1:
            # Two slots beside each other can be told apart in several ways.
            continue
        for _ in range(4):
            text = " ".join(random_.choice([*WORDS, "foo", "bar"]) for _ in range(random_.choice([1, 2, 3, 4, 5])))
            slots = recognised(sentence, text)
            if count[slots is not None] < 100:
                count[slots is not None] += 1
                found.append([sentence, text, slots])
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in found)
    TARGET.write_text(f"[\n{lines}\n]\n")
    print(f"{len(found)} sentences")


if __name__ == "__main__":
    main()
