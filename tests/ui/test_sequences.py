"""What may pass to the terminal is told apart in a time that grows with the length alone."""

from __future__ import annotations

import time

import pytest

from currents_tui.ui.sequences import cleaned


def seconds_to_clean(frame: str) -> float:
    """Of the processor's time; the least of several, for the others had something else to do as well."""
    taken = []
    for _ in range(5):
        began = time.process_time()
        cleaned(frame)
        taken.append(time.process_time() - began)
    return min(taken)


@pytest.mark.parametrize("bait", ["\x90", "\x9d", "\x1b]", "\x1bP", "\x1b[", "\x9b1;", "\x1b "])
def test_the_work_grows_with_the_length_alone(bait: str) -> None:
    """A pattern that starts over at each introducer takes sixteen times as long for four times as many."""
    assert seconds_to_clean(bait * 16_000) < 9 * seconds_to_clean(bait * 4000)


def test_a_string_ends_where_another_begins() -> None:
    assert cleaned("a\x90dropped\x9cb") == "a\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdb"
    assert cleaned("\x90shown\x90dropped\x9c") == "shown\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"
