"""How an entry of the log is painted."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from currents_tui.core.cells import ASCII, UNICODE, Tone, line_width
from currents_tui.core.log import Entry, EntryKind
from currents_tui.core.rows.log import log_row
from currents_tui.core.rows.look import Look
from currents_tui.core.text import plain
from tests.builders import NOW

LOOK = Look(UNICODE, timezone(timedelta(hours=2)))
ENTRY = Entry(
    NOW, EntryKind.FAILED, Tone.FAILED, "chromium: 1 of 12 tests failed", "i1", "cart/coupons.spec.ts", "c4"
)


def text(entry: Entry, cells: int, look: Look = LOOK) -> str:
    return "".join(part for part, _ in log_row(entry, NOW, cells, look))


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (90, " 16:15:00 ✗ FAIL  c4 cart/coupons.spec.ts chromium: 1 of 12 tests failed"),
        (60, " 16:15:00 ✗ FAIL  c4 cart/coupons.spec.ts chromium: 1 of 12…"),
        (40, " 16:15:00 ✗ FAIL  c4 …rt/coupons.spec.ts"),
    ],
)
def test_when_what_where_and_the_rest_as_far_as_there_is_room(cells: int, line: str) -> None:
    assert text(ENTRY, cells) == line


def test_in_80_cells_two_failures_of_a_file_are_told_apart() -> None:
    spec = "account/avatar-upload.spec.ts"
    lines = {
        text(structs.replace(ENTRY, words=f"mobile-chrome: 1/9 failed, {end}", name=spec), 76)
        for end in ("0:32", "still running")
    }
    assert lines == {
        " 16:15:00 ✗ FAIL  c4 …/avatar-upload.spec.ts mobile-chrome: 1/9 failed, 0:32",
        " 16:15:00 ✗ FAIL  c4 …atar-upload.spec.ts mobile-chrome: 1/9 failed, still …",
    }


def test_what_is_about_the_run_has_neither_name_nor_machine() -> None:
    entry = Entry(NOW, EntryKind.STATE, Tone.FAILED, "RUNNING -> FAILING")
    assert text(entry, 60) == " 16:15:00 ▸ STATE RUNNING -> FAILING"
    assert log_row(entry, NOW, 60, LOOK)[1][1] is Tone.FAILED


def test_every_kind_can_be_drawn_with_ascii_alone() -> None:
    look = Look(ASCII, LOOK.zone)
    for kind in EntryKind:
        assert len(kind.value) <= 5
        assert text(Entry(NOW, kind, Tone.TEXT, "words"), 30, look).isascii()


@given(st.text(max_size=60), st.text(max_size=60), st.integers(0, 120))
def test_no_entry_is_wider_than_its_pane(name: str, words: str, cells: int) -> None:
    entry = Entry(NOW, EntryKind.PASSED, Tone.PASSED, plain(words), "key", plain(name), "m1")
    assert line_width(log_row(entry, NOW, cells, LOOK)) <= cells
