"""What libyaml says about a broken file, as a sentence with a line and a remedy."""

from __future__ import annotations

from typing import Final

import yaml

from marge.core.errors import InvalidConfig

MAX_DEPTH: Final = 100
_REREAD_BELOW: Final = 256 * 1024
# What PyYAML's message contains → the remedy; the first that fits counts.
_REMEDIES: Final = (
    ("\\t", "a tab is used here: indent with spaces"),
    (
        "mapping values are not allowed",
        "a ':' is not possible here: is the line above indented differently, or does a text with ': ' lack quotes?",
    ),
    ("expected <block end>, but found '-'", "a list item is indented differently from its neighbours"),
    (
        "expected <block end>, but found '<scalar>'",
        "something follows a closed quote: put the whole text into quotes, and write a quote inside it twice",
    ),
    ("expected <block end>", "this line is indented differently from its neighbours, or a quote above is not closed"),
    ("while parsing a flow sequence", "a '[' that begins here is not closed, or a ',' is missing after it"),
    ("while parsing a flow mapping", "a '{' that begins here is not closed, or a ',' is missing after it"),
    ("could not find expected ':'", "a ':' with a space after it is missing after the key"),
    ("found unexpected end of stream", "a quote that begins here is never closed"),
    ("while scanning an alias", "text that begins with '*' must be in quotes"),
    ("while scanning an anchor", "text that begins with '&' must be in quotes"),
    ("while scanning a block scalar", "only a line break may follow '|' or '>': text that begins with it needs quotes"),
    ("sequence entries are not allowed", "a list begins on the line after its key"),
    ("unknown escape character", "a '\\' in double quotes is written twice; in single quotes it stands for itself"),
    ("found character '%'", "text that begins with '%' must be in quotes"),
    ("found character '@'", "text that begins with '@' must be in quotes"),
    ("found character '`'", "text that begins with '`' must be in quotes"),
    ("special characters are not allowed", "an invisible control character is in the file: delete it"),
)
_AT_THE_BEGINNING: Final = ("while parsing a flow", "unexpected end of stream", "expected ':'")
"""Mistakes that are better shown where the text in question begins than where the parser gave up."""


def explain(error: yaml.YAMLError, text: str, file: str) -> InvalidConfig:
    """Return the InvalidConfig for a YAML syntax `error` in `text`."""
    if "maximum nesting depth" in str(error):  # libyaml's own bound for brackets, below which ours counts
        mark = getattr(error, "problem_mark", None)
        return InvalidConfig(f"more than {MAX_DEPTH} levels inside each other", file, mark.line + 1 if mark else None)
    if len(text) < _REREAD_BELOW:
        error = _reread(text) or error
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        problem = " ".join(str(part) for part in (error.context, error.problem) if part)
        if error.context_mark and any(sign in problem for sign in _AT_THE_BEGINNING):
            mark = error.context_mark
        line = mark.line + 1 if mark else None
    else:
        problem = str(getattr(error, "reason", error))
        position = getattr(error, "position", 0)
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else None
    for sign, remedy in _REMEDIES:
        if sign in problem:
            return InvalidConfig(f"invalid YAML: {remedy}", file, line)
    return InvalidConfig(f"invalid YAML: {problem}", file, line)


def _reread(text: str) -> yaml.YAMLError | None:
    """PyYAML's own parser names the cause better than libyaml; slow, so only for a file that is broken anyway."""
    try:
        for _ in yaml.parse(text, yaml.SafeLoader):
            pass
    except yaml.YAMLError as error:
        return error
    except (RecursionError, ValueError, IndexError):
        pass
    return None
