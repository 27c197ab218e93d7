"""The rows of the panes."""

import re
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.core.board import board
from currents_tui.core.cells import ASCII, UNICODE, Line, Tone, line_width
from currents_tui.core.progress import Progress
from currents_tui.core.rows.look import Look, bar
from currents_tui.core.rows.panes import (
    group_columns,
    group_heading,
    group_row,
    spec_columns,
    spec_heading,
    spec_row,
)
from currents_tui.core.stall import stalls
from tests.builders import NOW, failed, group, passed, run, running, spec, waiting

LOOK = Look(UNICODE, UTC)
GROUPS = (group("chromium"), group("mobile-chrome", failures=0))


def text(*lines: Line) -> str:
    return "\n".join("".join(span for span, _ in line) for line in lines)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.none() | st.integers(0, 10**6), st.integers(0, 80))
def test_a_bar_has_its_width_and_tells_no_lie(done: int, claimed: int, total: int | None, cells: int) -> None:
    if total is not None:
        done, claimed = min(done, total), min(max(done, claimed), total)
    drawn = bar(Progress(done, claimed, total), cells, LOOK)
    assert line_width(drawn) == cells
    if total and cells > 1:
        full = drawn[0][0] == UNICODE.done * cells
        assert full == (done >= total)
        assert (UNICODE.done in text(drawn)) == (done > 0)


def test_a_bar_of_nothing_known_is_no_share() -> None:
    assert bar(Progress(5, 5, None), 4, LOOK) == (("╌╌╌╌", Tone.MUTED),)
    assert bar(Progress(0, 0, 0), 4, LOOK) == (("╌╌╌╌", Tone.MUTED),)


def test_a_stale_bar_has_no_colour() -> None:
    assert {tone for _, tone in bar(Progress(2, 3, 9), 20, LOOK, stale=True)} == {Tone.STALE, Tone.MUTED}


@pytest.mark.parametrize("cells", range(38, 200, 9))
def test_every_spec_row_and_its_heading_have_one_width(cells: int) -> None:
    columns = spec_columns(cells, GROUPS)
    long = "カート/" * 60 + "[id].spec.ts"
    rows = board(run(failed(long), passed("a", flaky=3), running("b"), waiting("c"))).rows
    widths = {line_width(spec_row(row, None, NOW, columns, LOOK)) for row in rows}
    widths.add(line_width(spec_heading(columns)))
    assert widths == {cells}


@pytest.mark.parametrize(("cells", "told"), [(79, "20/20   12F"), (81, "20/20 12F 3~")])
def test_where_both_have_no_room_the_flaky_ones_are_left_out(cells: int, told: str) -> None:
    bad = spec("a", claimed=70, completed=10, took=60, tests=20, passes=8, failures=12, flaky=3)
    row = text(spec_row(board(run(bad)).rows[0], None, NOW, spec_columns(cells, GROUPS), LOOK))
    assert told in row
    assert len(row) == cells
    wide = group("a", failures=1200, flaky=34, passes=9000)
    columns = group_columns((wide,), cells)
    assert len(text(group_row(wide, columns, LOOK, stale=False))) == cells


@pytest.mark.parametrize("cells", range(50, 200, 9))
def test_every_group_row_and_its_heading_have_one_width(cells: int) -> None:
    groups = (*GROUPS, group("a-very-long-group-name-" * 9, planned=None), group("x", overall=None))
    columns = group_columns(groups, cells)
    widths = {line_width(group_row(g, columns, LOOK, stale=False)) for g in groups}
    widths.add(line_width(group_heading(columns)))
    assert widths == {cells}


def test_a_group_has_two_bars() -> None:
    columns = group_columns(GROUPS, 80)
    shown = text(group_row(GROUPS[0], columns, LOOK, stale=False))
    assert shown.count(UNICODE.done) > 2
    assert "4/10" in shown
    assert "16/40" in shown
    assert "1F 1~" in shown
    assert "40%" in shown


def row_text(value: object, cells: int = 80) -> str:
    from currents_tui.core.model import Spec

    assert isinstance(value, Spec)
    made = board(run(*[passed(f"d{n}", took=60) for n in range(3)], value))
    row = made.by_key[value.key]
    stall = next((s for s in stalls(made, {}, NOW) if s.row.key == row.key), None)
    return text(spec_row(row, stall, NOW, spec_columns(cells, GROUPS), LOOK))


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        (failed(), ["✗ FAIL", "fail.spec.ts", "4/4", "1F", "1:00"]),
        (passed(flaky=1), ["~ FLKY", "1~", "1:00"]),
        (running(for_=41, passes=2), ["● RUN", "2/4", "0:41"]),
        (running(for_=492), ["! STUK", "8:12"]),
        (waiting(), ["○ WAIT", "0/4"]),
        (passed("tests/[id]/page[0-9]+.ts"), ["tests/[id]/page[0-9]+.ts"]),
        (spec(claimed=70, completed=5, tests=None, passes=0, results=False), ["SKIP", "?"]),
    ],
)
def test_what_a_spec_row_says(value: object, parts: list[str]) -> None:
    shown = row_text(value)
    assert all(part in shown for part in parts), shown


def test_a_file_name_that_is_too_long_keeps_its_end() -> None:
    assert "…" in row_text(passed("folder/" * 20 + "the-end.spec.ts"))
    assert "the-end.spec.ts" in row_text(passed("folder/" * 20 + "the-end.spec.ts"))


def test_ascii_rows_are_ascii() -> None:
    look = Look(ASCII, UTC)
    made = board(run(failed(), passed("a" * 300, flaky=1), running(), waiting()))
    drawn = [spec_row(row, None, NOW, spec_columns(60, GROUPS), look) for row in made.rows]
    drawn += [group_row(g, group_columns(GROUPS, 60), look, stale=False) for g in GROUPS]
    assert text(*drawn).isascii()


def test_where_there_is_room_a_row_says_when_its_spec_began() -> None:
    wide, narrow = spec_columns(130, GROUPS), spec_columns(129, GROUPS)
    assert text(spec_heading(wide)).endswith("   TIME    BEGAN")
    assert "BEGAN" not in text(spec_heading(narrow))
    for value, told in ((running(for_=75), "14:13:45"), (passed(), "14:13:50"), (waiting(), " " * 8)):
        row = board(run(value)).rows[0]
        assert text(spec_row(row, None, NOW, wide, LOOK)).endswith(f" {told}")
        assert line_width(spec_row(row, None, NOW, wide, LOOK)) == 130


def test_on_a_small_screen_a_spec_still_has_a_name() -> None:
    assert spec_columns(56, GROUPS).name >= 20


def test_the_share_of_the_specs_stands_beside_them_and_not_behind_the_tests() -> None:
    shown = text(
        group_row(group("web", overall=10, complete=4), group_columns(GROUPS, 100), LOOK, stale=False)
    )
    assert re.search(r" 4/10 +40% ", shown)
    assert not shown.rstrip().endswith("%")
