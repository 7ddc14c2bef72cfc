"""Places in a sequence: their paths as traces have them, `action/1/choose/0/sequence/2`, in parts and in words."""

from __future__ import annotations

Path = tuple[str | int, ...]


def parts(path: str) -> Path:
    """What leads to the place from the begin of its sequence: `1, "choose", 0, "sequence", 2`; none for the begin."""
    return tuple(int(part) if part.isdecimal() else part for part in path.split("/")[1:])


def in_words(path: str) -> str:
    """The path of a step in words: `action/1/choose/0/sequence/2` is `step 2, choose 1, step 3`."""
    words = ["step"]
    above = ""
    for part in parts(path):
        if isinstance(part, int):
            words[-1] += f" {part + 1}"
            continue
        if part == "sequence" and above in ("choose", "parallel"):
            words.append("step")
        elif part != "sequence" or above != "repeat":
            words.append(part)
        above = part
    return ", ".join(words)


def inside(path: str) -> str | None:
    """`parallel` or `repeat` when the place is in one: there is more to such a run than one place."""
    found = parts(path)
    return next((each for each in ("parallel", "repeat") if each in found), None)
