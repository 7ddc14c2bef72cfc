"""Does what was said fit a sentence? Every place of the text is tried at most once with every instruction."""

from __future__ import annotations

from typing import Final

from marge.automation.conversation.template import Op, Program, fold

MAX_LENGTH: Final = 1000
"""What is longer fits nothing."""
_BLANK: Final = " -_"
"""What separates words: a hyphen in what was said fits a space of the sentence."""

Slots = dict[str, str]


def match(program: Program, text: str) -> Slots | None:
    """The words of the slots when `text` (of `punctuation.plain`) fits, None when not."""
    if len(text) > MAX_LENGTH:
        return None
    folded = fold(text)
    seen: set[tuple[int, int]] = set()
    # What is still to be tried, the latest first: instruction, place in the text, slots with where they begin and end.
    todo: list[tuple[int, int, tuple[tuple[str, int, int], ...]]] = [(0, 0, ())]
    while todo:
        at, place, slots = todo.pop()
        while (at, place) not in seen:
            seen.add((at, place))
            step = program[at]
            if step.op is Op.MATCH:
                if text[place:].strip():
                    break
                return {name: text[begin:end].strip() for name, begin, end in slots}
            if step.op is Op.SPLIT:
                todo.append((step.second, place, slots))
                at = step.first
                continue
            if step.op is Op.JUMP:
                at = step.first
                continue
            if step.op is Op.CHARACTER:
                if not folded.startswith(step.text, place):
                    break
                place += len(step.text)
            elif step.op is Op.SPACE:
                if place < len(text) and text[place] in _BLANK:
                    place += 1
                elif 0 < place < len(text) and text[place - 1] not in _BLANK:
                    break
            elif step.op is Op.BEGIN:
                while place < len(text) and text[place].isspace():
                    place += 1
                if place >= len(text):
                    break
                slots = (*slots, (step.text, place, place))
                place += 1
            elif step.op is Op.ANY:
                if place >= len(text):
                    break
                place += 1
            elif step.op is Op.END:
                name, begin, _ = slots[-1]
                slots = (*slots[:-1], (name, begin, place))
            at += 1
    return None
