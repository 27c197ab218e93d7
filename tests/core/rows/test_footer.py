"""The last two rows, and the help that is made from the same tables."""

from datetime import UTC

import pytest

from currents_tui.core.board import board
from currents_tui.core.cells import ASCII, UNICODE, line_width
from currents_tui.core.rows.detail import LABEL, detail_line
from currents_tui.core.rows.footer import help_rows, message
from currents_tui.core.rows.look import Look
from tests.builders import failed, run

LOOK = Look(UNICODE, UTC)


@pytest.mark.parametrize("look", [LOOK, Look(ASCII, UTC)])
def test_every_row_of_the_help_is_whole_in_80_cells(look: Look) -> None:
    for row in help_rows(look):
        # A pane leaves a row of what its frame and the cursor's mark take.
        told = "".join(part for part, _ in detail_line(row, 76, look))
        assert row.value in told
        assert len(row.label) <= LABEL


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
