"""Sentences with alternatives, as Home Assistant's users write them, become small programs that `match.py` runs.

`[the]` may be left out, `(on|off)` is one of several, `(red;green)` is both in any order, `{name}` is any words, which
the trigger then knows by that name. A backslash takes away the meaning of the character after it.
"""

from __future__ import annotations

import unicodedata
from enum import Enum
from itertools import permutations
from typing import Final, NamedTuple

MAX_PERMUTED: Final = 5
"""So many things may come in any order; each one more multiplies the work."""
MAX_PROGRAM: Final = 2000
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}


class Op(Enum):
    """What an instruction does."""

    CHARACTER = "character"
    SPACE = "space"
    SPLIT = "split"
    """Try `first`, then `second`."""
    JUMP = "jump"
    BEGIN = "begin"
    """The words of slot `text` begin here, with one that is not blank."""
    ANY = "any"
    """Any one character."""
    END = "end"
    MATCH = "match"


class Step(NamedTuple):
    """An instruction; `first` and `second` are places in the program."""

    op: Op
    text: str = ""
    first: int = 0
    second: int = 0


Program = tuple[Step, ...]


class Text(NamedTuple):
    """Characters that have to be there; spaces in it are optional where a word ends anyway."""

    text: str


class Slot(NamedTuple):
    """Any words, known by `name`."""

    name: str


class Sequence(NamedTuple):
    """One after the other."""

    parts: tuple[Part, ...]


class Choice(NamedTuple):
    """One of them; the first that fits."""

    parts: tuple[Part, ...]


Part = Text | Slot | Sequence | Choice


def compile_sentence(sentence: str) -> Program:
    """The program of a sentence; raises ValueError that says what is wrong with it."""
    reader = _Reader(unicodedata.normalize("NFC", " ".join(sentence.split())))
    part = reader.group("")
    program: list[Step] = []
    _emit(part, program)
    program.append(Step(Op.MATCH))
    return tuple(program)


def fold(text: str) -> str:
    """A text without case, of the same length: a character that would become two stays as it is."""
    return "".join(lower if len(lower := each.casefold()) == 1 else each for each in text)


class _Reader:
    """Reads a sentence from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def group(self, closing: str) -> Part:
        """What comes up to `closing`, or the end."""
        options: list[list[Part]] = [[]]
        separators: set[str] = set()
        literal: list[str] = []

        def finish() -> None:
            if literal:
                options[-1].append(Text("".join(literal)))
                literal.clear()

        while True:
            character = self._next()
            if character is None:
                if closing:
                    raise ValueError(f"'{closing}' is missing in the sentence '{self._text}'")
                break
            if character == closing:
                break
            if character == "\\":
                literal.append(self._next() or "\\")
            elif character in "([":
                finish()
                options[-1].append(self._inner(character))
            elif character == "{":
                finish()
                options[-1].append(self._slot())
            elif character in "|;":
                finish()
                separators.add(character)
                options.append([])
            elif character in ")]}":
                raise ValueError(f"'{character}' without its beginning in the sentence '{self._text}'")
            elif character == "<":
                raise ValueError(f"there are no rules ('<…>') in the sentence of a trigger: '{self._text}'")
            else:
                literal.append(character)
        finish()
        if len(separators) > 1:
            raise ValueError(f"'|' and ';' cannot be in one group: '{self._text}'")
        parts = tuple(_sequence(option) for option in options)
        if ";" in separators:
            return self._permuted(parts)
        return parts[0] if len(parts) == 1 else Choice(parts)

    def _next(self) -> str | None:
        if self._at >= len(self._text):
            return None
        self._at += 1
        return self._text[self._at - 1]

    def _inner(self, opening: str) -> Part:
        begin = self._at
        part = self.group(_CLOSING[opening])
        if self._at - begin <= 1:
            raise ValueError(f"'{opening}{_CLOSING[opening]}' is empty in the sentence '{self._text}'")
        return Choice((part, Text(""))) if opening == "[" else part

    def _slot(self) -> Slot:
        end = self._text.find("}", self._at)
        inside = self._text[self._at : end] if end >= 0 else ""
        if not inside.strip():
            raise ValueError(f"'{{' has to be followed by a name and '}}' in the sentence '{self._text}'")
        self._at = end + 1
        # As in `{list:slot}`: the name of the slot is the latter.
        return Slot(inside.rpartition(":")[2].strip())

    def _permuted(self, parts: tuple[Part, ...]) -> Part:
        if len(parts) > MAX_PERMUTED:
            raise ValueError(f"more than {MAX_PERMUTED} things in any order in the sentence '{self._text}'")
        space = Text(" ")
        return Choice(
            tuple(
                Sequence(tuple(each for part in order for each in (part, space))[:-1]) for order in permutations(parts)
            )
        )


def _sequence(parts: list[Part]) -> Part:
    return parts[0] if len(parts) == 1 else Sequence(tuple(parts))


def _emit(part: Part, program: list[Step]) -> None:
    if len(program) > MAX_PROGRAM:
        raise ValueError("the sentence has too many alternatives")
    if isinstance(part, Text):
        program += [Step(Op.SPACE) if each == " " else Step(Op.CHARACTER, fold(each)) for each in part.text]
    elif isinstance(part, Slot):
        program.append(Step(Op.BEGIN, part.name))
        at = len(program)
        # As few words as will do: go on first, take one more character if that does not lead anywhere.
        program.append(Step(Op.SPLIT, "", at + 3, at + 1))
        program.append(Step(Op.ANY))
        program.append(Step(Op.JUMP, "", at))
        program.append(Step(Op.END, part.name))
    elif isinstance(part, Sequence):
        for each in part.parts:
            _emit(each, program)
    else:
        _emit_choice(part, program)


def _emit_choice(choice: Choice, program: list[Step]) -> None:
    jumps: list[int] = []
    for each in choice.parts[:-1]:
        split = len(program)
        program.append(Step(Op.SPLIT))
        _emit(each, program)
        jumps.append(len(program))
        program.append(Step(Op.JUMP))
        program[split] = Step(Op.SPLIT, "", split + 1, len(program))
    _emit(choice.parts[-1], program)
    for jump in jumps:
        program[jump] = Step(Op.JUMP, "", len(program))
