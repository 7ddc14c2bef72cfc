"""Where a step is, in the words of log lines."""

from __future__ import annotations

import pytest

from marge.automation.places import in_words


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("action/0", "step 1"),
        ("sequence/11", "step 12"),
        ("action/1/choose/0/sequence/2", "step 2, choose 1, step 3"),
        ("action/1/default/0", "step 2, default 1"),
        ("action/1/then/0/else/1", "step 2, then 1, else 2"),
        ("action/0/repeat/sequence/3", "step 1, repeat 4"),
        ("action/0/parallel/2/sequence/0", "step 1, parallel 3, step 1"),
        ("action/0/sequence/1", "step 1, sequence 2"),
        ("sequence/0/choose/0/sequence/1/sequence/2", "step 1, choose 1, step 2, sequence 3"),
    ],
)
def test_a_path_in_words(path: str, words: str) -> None:
    assert in_words(path) == words
