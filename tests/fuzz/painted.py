"""What is drawn of an answer: safe, within its cells, and nothing in it that the answer does not say."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

from rich.cells import cell_len

from currents_tui.core.board import board
from currents_tui.core.cells import ASCII, UNICODE, Line, crop, line_width
from currents_tui.core.events import Polled
from currents_tui.core.failures import spec_failures
from currents_tui.core.inspection import Inspected, sign_of
from currents_tui.core.instance import Instance
from currents_tui.core.model import Group, Project, Run, Spec
from currents_tui.core.progress import group_specs, group_tests
from currents_tui.core.rows.detail import Row, detail_line, run_rows, spec_rows
from currents_tui.core.rows.header import WIDE, header, tiny
from currents_tui.core.rows.look import Look, marks, ratio
from currents_tui.core.rows.panes import (
    GroupColumns,
    SpecColumns,
    group_columns,
    group_heading,
    group_row,
    spec_columns,
    spec_heading,
    spec_row,
)
from currents_tui.core.rows.projects import project_row
from currents_tui.core.rows.runs import run_message, run_row
from currents_tui.core.rows.tests import (
    Sight,
    attempt_rows,
    file_row,
    last_failed,
    ordered_tests,
    summary,
    test_row,
)
from currents_tui.core.state import State, reduce, start
from currents_tui.core.watched import Watched, stuck
from tests.fuzz.safe import active, is_missing, is_unfinished
from tests.fuzz.valid import RUN_ID

NOW = datetime(2026, 2, 3, 10, 0, 50, tzinfo=UTC)
"""In the middle of the runs that the answers are about."""
ZONES = (UTC, timezone(timedelta(hours=14)), timezone(-timedelta(hours=12)))
LOOKS = tuple(Look(glyphs, zone) for zone in ZONES for glyphs in (UNICODE, ASCII))
WIDTHS = (60, 61, 79, 80, 99, 100, 120, 200, 317)
MOST = 40
"""Rows of one kind that are looked at: an answer can hold hundreds of the same."""


def check_painted_run(run: Run, number: int) -> None:
    """The screen of `run`; `number` chooses how wide it is, with which signs and in which zone."""
    cells, look = WIDTHS[number % len(WIDTHS)], LOOKS[number % len(LOOKS)]
    state = seen(run)
    top = header(state, NOW, cells, look)
    assert len(top) == (4 if cells >= WIDE else 3)
    check_lines(top, cells)
    check_lines(tiny(state, NOW, cells, look), cells)
    check_percent(top[-2], complete=not is_unfinished(run))
    check_groups(run.groups, cells, look)
    check_specs(state, run, cells, look)
    check_listed(run, cells, look)
    known = state.current.known_board
    assert known is not None
    check_page(run_rows(run, known, 12, NOW, look)[: 4 * MOST], cells, look)


def seen(run: Run) -> State:
    """What is known after this answer."""
    asked_at, at = NOW - timedelta(seconds=1.2), NOW - timedelta(seconds=1)
    return reduce(start((RUN_ID,), 5), Polled(run_id=RUN_ID, run=run, asked_at=asked_at, at=at))


def check_groups(groups: tuple[Group, ...], cells: int, look: Look) -> None:
    columns = group_columns(groups, cells)
    check_lines([group_heading(columns)], max(cells, room_of(columns)))
    for group in groups[:MOST]:
        row = group_row(group, columns, look, stale=False)
        check_row(row, cells, whole=fits(group, columns))
        check_percent(row[-1:], complete=not is_missing(group))
        for progress, drawn in ((group_specs(group), columns.specs), (group_tests(group), columns.tests)):
            assert len(ratio(progress)) <= drawn


def room_of(columns: GroupColumns) -> int:
    return 9 + sum(int(getattr(columns, name)) for name in columns.__struct_fields__)


def fits(group: Group, columns: GroupColumns) -> bool:
    """Whether the figures have the room that is for them, as all do that can be."""
    marked = line_width(marks(group.tests.failures, group.tests.flaky))
    return marked <= 7 and columns.specs_bar > 0 and columns.tests_bar > 0


def check_specs(state: State, run: Run, cells: int, look: Look) -> None:
    known = state.current.known_board
    assert known is not None
    columns = spec_columns(cells, run.groups)
    check_row(spec_heading(columns), cells, whole=True)
    silent = {stall.row.key: stall for stall in stuck(state.current, NOW)}
    for row in known.rows[:MOST]:
        stall = silent.get(row.key)
        check_row(spec_row(row, stall, NOW, columns, look), cells, whole=has_room(row.spec, columns))
        check_page(spec_rows(row, stall, NOW, look)[: 2 * MOST], cells, look)


def has_room(spec: Spec, columns: SpecColumns) -> bool:
    return line_width(marks(spec.stats.failures, spec.flaky)) <= columns.marks + 1


def check_listed(run: Run, cells: int, look: Look) -> None:
    """The run in the list of runs, over the whole screen and beside the other panes."""
    watched = Watched(RUN_ID, listed=run)
    for room in (cells, 30):
        check_lines(run_row(watched, NOW, room, look, shown=True), room)
    check_lines([run_message(run, cells, look)], cells)


def check_painted_project(project: Project, number: int) -> None:
    cells = WIDTHS[number % len(WIDTHS)]
    check_row(project_row(project, NOW, cells, LOOKS[number % len(LOOKS)]), cells, whole=True)


def check_painted_instance(instance: Instance, spec: Spec, run: Run, number: int) -> None:
    """The page of `spec` in `run`, with what `instance` tells of its tests."""
    cells, look = WIDTHS[number % len(WIDTHS)], LOOKS[number % len(LOOKS)]
    row = board(run).by_key[spec.key]
    inspected = Inspected(instance, sign_of(spec), NOW)
    sight = Sight(row, None, inspected, spec_failures(spec, instance, run), RUN_ID)
    check_lines([summary(sight, NOW, cells, look), file_row(sight, cells, look)], cells)
    for test in list(ordered_tests(instance).values())[:MOST]:
        check_row(test_row(test, cells, look), cells, whole=True)
        rows = attempt_rows(sight, test, last_failed(test), cells, look, wrap_code=bool(number % 2))
        check_page(list(rows)[: 2 * MOST], cells, look)


# --- lines


def check_page(rows: Iterable[Row], cells: int, look: Look) -> None:
    check_lines([detail_line(row, cells, look) for row in rows], cells)


def check_row(row: Line, cells: int, *, whole: bool) -> None:
    """A row of a table, of exactly its cells; where figures need more, the pane crops it."""
    check_lines([row if whole else crop(row, cells, UNICODE)], cells)
    assert line_width(row) == cells if whole else line_width(row) >= cells


def check_lines(lines: Iterable[Line], cells: int) -> None:
    for line in lines:
        text = "".join(part for part, _ in line)
        assert active(text) == ""
        assert line_width(line) <= cells
        assert cell_len(text) == line_width(line), "its parts are as wide together as each by itself"


def check_percent(line: Line, *, complete: bool) -> None:
    """100 % is what nothing is missing of, and there is never more."""
    for text, _ in line:
        for share in re.findall(r"(-?\d+)%", text):
            assert 0 <= int(share) <= (100 if complete else 99)
