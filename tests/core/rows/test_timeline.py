"""What a timeline draws: exact widths, one sign for each state, and nothing alarming lost from afar."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.core.board import board
from currents_tui.core.cells import ASCII, UNICODE, Line, Tone, line_width
from currents_tui.core.model import Run, Spec
from currents_tui.core.rows.look import Look
from currents_tui.core.rows.timeline import (
    NAME,
    SHARE,
    axis,
    ended_cells,
    group_head,
    legend,
    spot,
    time_cells,
    track_row,
)
from currents_tui.core.rows.timeline_detail import details
from currents_tui.core.stall import Stall, stalls
from currents_tui.core.timeline import timeline
from currents_tui.core.tracks import Timeline
from currents_tui.core.verdict import SpecState
from currents_tui.core.zoom import SCALES, View
from tests.builders import NOW, ago, failed, passed, run, running, spec, waiting

LOOKS = (Look(UNICODE, UTC), Look(ASCII, UTC))
PLAIN = Look(ASCII, UTC)
LONG = "カート/" * 60 + "[id].spec.ts"


def text(*lines: Line) -> str:
    return "\n".join("".join(span for span, _ in line) for line in lines)


def laid_out(value: Run) -> Timeline:
    return timeline(value, board(value))


def silent(value: Run) -> dict[str, Stall]:
    return {stall.row.key: stall for stall in stalls(board(value), {}, NOW)}


def rows(value: Run, view: View, cells: int, look: Look = PLAIN) -> list[Line]:
    """Every row of every machine."""
    found, over = laid_out(value), laid_out(value).end is not None
    now, stuck = found.elapsed(NOW), silent(value)
    drawn = [ended_cells(track, view, time_cells(cells), look.glyphs) for track in found.tracks]
    return [
        track_row(track, found.lanes[track.key], ended, view, now, stuck, cells, look, is_over=over)
        for track, ended in zip(found.tracks, drawn, strict=True)
    ]


def time_of(line: Line) -> str:
    return text(line)[NAME:-SHARE]


def usual(state: str = "IN_PROGRESS") -> Run:
    batch = [spec(f"{n}.cy.js", group="cy", claimed=90, results=False, machine="m4") for n in range(3)]
    return run(
        *[passed(f"p{n}", took=60, completed=640 - 70 * n) for n in range(5)],
        failed(LONG, took=60, completed=260),
        passed("flaky", flaky=1, completed=190),
        running("r", for_=20, failures=1),
        running("s", for_=400, machine="m2"),
        waiting("w", group="空のグループ"),
        *batch,
        state=state,
    )


VIEWS = st.builds(View, st.floats(0, 2000), st.sampled_from(SCALES))


@given(VIEWS, st.integers(1, 220), st.sampled_from(LOOKS), st.sampled_from(["IN_PROGRESS", "TIMEOUT"]))
def test_every_row_has_its_width_at_every_size_and_zoom(
    view: View, cells: int, look: Look, state: str
) -> None:
    found = laid_out(usual(state))
    now, over = found.elapsed(NOW), found.end is not None
    lines = [*rows(usual(state), view, max(NAME + SHARE + 1, cells), look)]
    lines.append(axis(view, now, max(NAME + SHARE + 1, cells), look, is_over=over))
    assert {line_width(line) for line in lines} == {max(NAME + SHARE + 1, cells)}
    heads = [group_head(group, found, now, now + 50, ("m2",), cells, look) for group in found.groups]
    heads.append(legend(list(SpecState), cells, look, is_over=over))
    assert all(line_width(line) <= cells for line in heads)
    if look is PLAIN:
        assert text(*lines).isascii()


@given(VIEWS, st.integers(20, 220), st.integers(1, 12), st.sampled_from(LOOKS))
def test_details_fit_and_show_the_spec_under_the_cursor(
    view: View, cells: int, count: int, look: Look
) -> None:
    value = usual()
    found, stuck = laid_out(value), silent(value)
    for track in found.tracks:
        for key in track.keys:
            lines = details(found, track, key, stuck, NOW, cells, count, look)
            assert len(lines) <= count
            assert all(line_width(line) <= cells for line in lines)
            if count > 1:
                assert sum(text(line).startswith(" > ") for line in lines) == 1


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(0, 40), st.integers(0, 2)), max_size=40),
       st.sampled_from(SCALES), st.integers(10, 200))  # fmt: skip
def test_no_failure_vanishes(made: list[tuple[int, int, int]], scale: float, cells: int) -> None:
    specs: list[Spec] = []
    at = 0
    for number, (took, idle, kind) in enumerate(made):
        at += idle
        if kind == 2 and number == len(made) - 1:
            specs.append(running(f"{number}", for_=760 - at))
        else:
            make = failed if kind == 1 else passed
            specs.append(make(f"{number}", took=took, completed=760 - at - took))
        at += took
    value = run(*specs, state="COMPLETE" if made and made[-1][2] != 2 else "IN_PROGRESS")
    view = View(0.0, scale)
    for line, track in zip(rows(value, view, cells + NAME + SHARE), laid_out(value).tracks, strict=True):
        tones = [tone for part, tone in line for _ in part][NAME:-SHARE]
        assert len(tones) == cells
        for span in track.spans:
            column = view.column(span.start)
            if span.row.state is SpecState.FAILED and column < cells:
                assert tones[column] in (Tone.FAILED, Tone.STUCK)


def test_every_state_has_its_own_sign() -> None:
    shown = text(*rows(usual(), View(0.0, 10.0), 90))
    signs = [set(line[NAME:-SHARE]) for line in shown.splitlines()]
    assert {"=", "X", "~", ">", "|"} <= signs[0]
    assert {">", "!"} & signs[1] == {"!"}
    assert {".", ">"} <= signs[2]
    over = "".join(time_of(line) for line in rows(usual("TIMEOUT"), View(0.0, 10.0), 90))
    assert "T" in over and ">" not in over and "." not in over


def test_a_row_says_what_ran_when() -> None:
    value = run(passed("a", completed=660, took=80), failed("b", completed=600, took=60), created=760)
    (line,) = rows(value, View(0.0, 10.0), NAME + SHARE + 20)
    assert text(line) == "c1     =======|XXXXX|      18%"


def test_what_is_short_runs_together_and_the_worst_of_a_cell_shows() -> None:
    quick = [passed(f"{n}", completed=759 - n, took=1) for n in range(30)]
    (line,) = rows(run(*quick), View(0.0, 10.0), NAME + SHARE + 5)
    assert time_of(line) == "===  "
    (line,) = rows(run(*quick, failed("x", completed=728.5, took=0.5)), View(0.0, 40.0), NAME + SHARE + 5)
    assert time_of(line) == "X    "


def test_stuck_begins_where_the_last_sign_of_life_was() -> None:
    value = run(*[passed(f"{n}", took=20, completed=700) for n in range(3)], running("s", for_=500))
    row = board(value).running[0]
    stall = Stall(row=row, silent=300, since=ago(300), median=20, seen=True)
    found = laid_out(value)
    track = found.tracks[found.homes[row.key]]
    view, cells = View(0.0, 20.0), NAME + SHARE + 40
    ended = ended_cells(track, view, 40, ASCII)
    drawn = track_row(
        track, found.lanes[track.key], ended, view, 760.0, {row.key: stall}, cells, PLAIN, is_over=False
    )
    # 300 s of 20 s a cell, behind 200 s in which it was heard of.
    assert ">" * 10 + "!" * 15 + ":" in time_of(drawn)
    assert spot(track, row.key, view, 760.0, cells) == range(NAME + 13, NAME + 38)


def test_a_running_spec_with_a_failure_shows_it_at_its_end() -> None:
    value = run(running("a", for_=60, failures=1))
    (line,) = rows(value, View(0.0, 10.0), NAME + SHARE + 80)
    assert time_of(line).rstrip() == " " * 70 + ">>>>>X:"
    tones = {tone for part, tone in line if "X" in part}
    assert tones == {Tone.FAILED}


def test_the_axis_marks_round_moments_and_now() -> None:
    assert time_of(axis(View(0.0, 10.0), 300.0, 60 + NAME + SHARE, PLAIN, is_over=False)).rstrip() == (
        "'0          '2m         '4m   :now  '6m         '8m"
    )
    assert ":end" in text(axis(View(0.0, 10.0), 300.0, 60 + NAME + SHARE, PLAIN, is_over=True))


@pytest.mark.parametrize("cells", [76, 116])
def test_a_group_says_what_waits_and_when_it_ends(cells: int) -> None:
    found = laid_out(usual())
    head = text(group_head(found.groups[0], found, 760.0, 1000.0, ("c2",), cells, PLAIN))
    for part in ("chromium", "2 machines", "4/10", "1 failed  1 flaky", "ends in ~4m", "without c2"):
        assert part in head
    assert ("(14:19)" in head) is (cells > 100)
    ended = laid_out(run(passed("a", completed=60, took=5)))
    assert "done 14:14:00" in text(group_head(ended.groups[0], ended, 760.0, None, (), cells, PLAIN))
    over = laid_out(usual("TIMEOUT"))
    head = text(group_head(over.groups[0], over, 700.0, None, (), cells, PLAIN))
    assert "2 never reported" in head
    assert "ends" not in head
    assert "2 never ran" in text(group_head(over.groups[2], over, 700.0, None, (), cells, PLAIN))


def detail(value: Run, name: str, cells: int = 120) -> str:
    found, stuck = laid_out(value), silent(value)
    key = next(row.key for row in board(value).rows if row.spec.spec == name)
    track = found.tracks[found.homes[key]]
    return text(*details(found, track, key, stuck, NOW, cells, 6, PLAIN))


def test_details_of_what_is_stuck_passed_and_queued() -> None:
    told = detail(usual(), "s")
    for part in (
        "c2  m2  chromium", "1 stuck", "! STUK s", "14:08:20 .. now", "6:40",
        "no result since it began 14:08:20, 6:40 ago", "take 1:00, this 6.7x", "idle 6:00 before it",
    ):  # fmt: skip
        assert part in told
    told = detail(usual(), "p1")
    for part in ("> v PASS p1", "14:04:30 .. 14:05:30", "1:00", "4/4", "this 1.0x", "idle 0:10 before it",
                 "p0", "p2"):  # fmt: skip
        assert part in told
    told = detail(usual(), "2.cy.js")
    for part in ("WAIT 2.cy.js", "queued", "number 2 in its machine's queue behind 0.cy.js", "2 queued"):
        assert part in told
    told = detail(usual("TIMEOUT"), "s")
    for part in ("TIME s", ".. never", "never reported: the run was over"):
        assert part in told


def test_in_60_cells_the_name_of_the_spec_has_room() -> None:
    value = run(passed("account/avatar-upload.spec.ts", took=60, completed=640))
    told = detail(value, "account/avatar-upload.spec.ts", cells=60)
    assert "> v PASS $atar-upload.spec.ts 14:03:20   1:00    4/4" in told


def test_what_is_stuck_says_who_is_left_to_take_what_waits() -> None:
    done = [passed(f"p{n}", took=20, completed=700) for n in range(3)]
    stuck = running("s", for_=500, machine="m2")
    left = [waiting("w1"), waiting("w2")]
    assert "nobody is left to take the 2 waiting" in detail(run(*done, stuck, *left), "s")
    assert "1 machine can take the 2 waiting" in detail(run(*done, stuck, running(for_=5), *left), "s")
    assert "waiting" not in detail(run(*done, stuck), "s")


def test_a_machine_of_several_groups_says_so() -> None:
    value = run(passed("a", group="x", completed=500), running("b", group="y"))
    assert "also runs 1 other group" in detail(value, "b")


def test_the_legend_tells_the_signs_that_there_are() -> None:
    live = text(legend((), 120, PLAIN, is_over=False))
    assert live == "= passed  X failed  ~ flaky  > running  ! stuck  . queued on it  blank idle"
    over = text(legend((SpecState.PASSED, SpecState.TIMED_OUT), 120, PLAIN, is_over=True))
    assert over == "= passed  X failed  ~ flaky  T timed out  blank idle"
    assert text(legend((), 30, PLAIN, is_over=False)) == "= passed  X failed  ~ flaky"


def test_what_begins_at_the_very_edge_is_in_the_last_cell() -> None:
    value = run(passed("a", completed=0, took=700.00000001), created=760)
    found = laid_out(value)
    edge = found.tracks[0].starts[0]
    drawn = ended_cells(found.tracks[0], View(edge + 1e-7 - 10, 1.0), 10, ASCII)
    assert drawn.signs[:9] == [" "] * 9
    assert drawn.signs[9] == "="
