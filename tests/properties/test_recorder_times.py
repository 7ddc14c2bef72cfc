"""Times in the database: what is read back is written the same way as before."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from marge.recorder.restore import micros
from marge.util.dt import to_iso


@given(st.floats(0, 4e9))
@example(1795521188.3212235)
def test_a_time_reads_the_same_after_a_restart(seconds: float) -> None:
    assert to_iso(micros(seconds) / 1e6) == to_iso(seconds)
