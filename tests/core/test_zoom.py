"""The view of a timeline: what is in sight stays in sight, and nothing moves without need."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.core.zoom import SCALES, View, along, brought, mark, marks, whole, zoomed

ELAPSED = st.floats(0, 100_000)
CELLS = st.integers(1, 300)
VIEWS = st.builds(
    lambda start, scale: View(start * scale, scale), st.integers(0, 500), st.sampled_from(SCALES)
)


@given(ELAPSED, CELLS, st.booleans())
def test_the_whole_run_is_in_sight(elapsed: float, cells: int, is_over: bool) -> None:
    view = whole(elapsed, cells, is_over=is_over)
    assert view.start == 0
    assert view.end(cells) >= elapsed * 0.999999
    if not is_over:
        assert view.column(elapsed) < cells


@pytest.mark.parametrize("elapsed", [0.0, 5e-324, 0.0004])
def test_a_run_that_lasted_no_time_has_a_scale_all_the_same(elapsed: float) -> None:
    assert whole(elapsed, 100, is_over=True).scale == 0.001


def test_from_second_to_second_the_whole_run_keeps_its_scale() -> None:
    scales = [whole(seconds, 100, is_over=False).scale for seconds in range(1, 1200)]
    assert scales == sorted(scales)
    assert len(set(scales)) < 20


@given(VIEWS, CELLS, ELAPSED, ELAPSED, ELAPSED)
def test_what_is_brought_is_in_sight(
    view: View, cells: int, first: float, last: float, elapsed: float
) -> None:
    start, end = sorted((min(first, elapsed), min(last, elapsed)))
    found = brought(view, start, end, cells, elapsed)
    assert found.scale == view.scale
    assert found.start >= 0
    begin, finish = found.column(start), found.column(end)
    assert begin < cells and finish >= 0, "some of it"
    if finish - begin < cells:
        assert begin >= 0 and finish < cells, "all of it"


@given(VIEWS, CELLS, ELAPSED)
def test_what_is_in_sight_already_moves_nothing(view: View, cells: int, elapsed: float) -> None:
    at = view.start + view.scale * (cells / 2)
    assert brought(view, at, at, cells, elapsed) is view


@given(VIEWS, st.integers(9, 300), st.integers(0, 299), st.floats(0, 20_000))
def test_going_along_keeps_now_and_what_is_looked_at_in_sight(
    view: View, cells: int, column: int, ahead: float
) -> None:
    kept = view.start + min(column, cells - 1) * view.scale
    now = kept + ahead
    found = along(view, now, cells, kept)
    assert 0 <= found.column(kept) < cells
    assert found.start >= view.start
    if found is not view:
        assert found.column(now) < cells


def test_it_goes_along_in_jumps() -> None:
    view, starts = View(0.0, 1.0), []
    for now in range(400):
        view = along(view, now, 80, now)
        starts.append(view.start)
    assert len(set(starts)) <= 1 + 320 // (80 // 8)


@given(st.sampled_from([1, -1]), CELLS, st.floats(1, 100_000))
def test_zooming_is_one_scale_and_stays_within_the_run(step: int, cells: int, elapsed: float) -> None:
    view = whole(elapsed, cells, is_over=False)
    found = zoomed(view, step, elapsed / 2, cells, elapsed)
    assert found.start >= 0
    if step > 0:
        assert found.scale < view.scale or found.scale == SCALES[0]
    else:
        assert found.scale > view.scale or found.scale == SCALES[-1]
    assert found.start == pytest.approx(round(found.start / found.scale) * found.scale)


def test_what_one_zooms_into_stays_where_it_is() -> None:
    view = View(100.0, 10.0)
    assert zoomed(view, 1, 500.0, 100, 5000.0).column(500.0) == view.column(500.0) == 40


@given(VIEWS, st.integers(20, 300))
def test_marks_are_round_apart_and_where_they_say(view: View, cells: int) -> None:
    found = marks(view, cells)
    columns = [column for column, _ in found]
    assert all(0 <= column < cells for column in columns)
    assert all(after - before >= 8 for before, after in pairwise(columns))
    assert len({text for _, text in found}) == len(found)


@pytest.mark.parametrize(
    ("seconds", "step", "text"),
    [(0, 1, "0"), (30, 15, "30s"), (90, 30, "1:30"), (120, 60, "2m"), (3600, 600, "1h"), (5400, 1800, "1h30"),
     (60, 30, "1:00"), (7260, 60, "2h01")],
)  # fmt: skip
def test_a_mark_is_short(seconds: int, step: int, text: str) -> None:
    assert mark(seconds, step) == text
