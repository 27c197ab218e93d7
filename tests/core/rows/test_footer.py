"""The last two rows, and the help that is made from the same tables."""

from datetime import UTC

import pytest

from currents_tui.core.board import board
from currents_tui.core.cells import ASCII, UNICODE, line_width
from currents_tui.core.commands import COMMANDS, Place
from currents_tui.core.rows.detail import LABEL, detail_line
from currents_tui.core.rows.footer import help_rows, keys, message
from currents_tui.core.rows.look import Look
from tests.builders import failed, run

LOOK = Look(UNICODE, UTC)


@pytest.mark.parametrize("look", [LOOK, Look(ASCII, UTC)])
@pytest.mark.parametrize("place", list(Place))
def test_every_row_of_the_help_is_whole_in_80_cells(look: Look, place: Place) -> None:
    for row in help_rows(look, place):
        # A pane leaves a row of what its frame and the cursor's mark take.
        told = "".join(part for part, _ in detail_line(row, 76, look))
        assert row.value in told
        assert len(row.label) <= LABEL


@pytest.mark.parametrize("place", list(Place))
def test_help_tells_every_command_once_and_those_of_the_place_first(place: Place) -> None:
    told = [row.value for row in help_rows(LOOK, place)]
    places = [told.index(command.title) for command in COMMANDS]
    here = [at for at, command in zip(places, COMMANDS, strict=True) if place in command.places]
    elsewhere = [at for at, command in zip(places, COMMANDS, strict=True) if place not in command.places]
    assert all(told.count(command.title) == 1 for command in COMMANDS)
    assert max(here) < min(elsewhere)


def test_help_on_the_timeline_begins_with_what_only_it_has() -> None:
    first, second, *_ = help_rows(LOOK, Place.TIMELINE)
    assert (first.value, second.value) == ("On the timeline", "The machine's spec before")


@pytest.mark.parametrize("cells", [80, 120])
def test_the_footer_of_the_timeline_has_its_own_keys(cells: int) -> None:
    told = "".join(part for part, _ in keys(Place.TIMELINE, cells))
    assert all(key in told for key in ("n next fail", "l later", "+ zoom", "0 all", "? help", "esc back"))
    assert line_width(keys(Place.TIMELINE, cells)) <= cells


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (60, " account/avatar-upload.spec.ts [mobile-chrome]  m1 is machi…"),
        (80, " account/avatar-upload.spec.ts  m1 is machine-1"),
    ],
)
def test_the_group_is_named_where_the_rows_have_no_room_for_it(cells: int, told: str) -> None:
    row = board(run(failed("account/avatar-upload.spec.ts", group="mobile-chrome"))).rows[0]
    line = message(row, cells, LOOK)
    assert "".join(part for part, _ in line) == told
    assert line_width(line) <= cells
