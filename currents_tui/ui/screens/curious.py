"""What the main screen asks for, and works out, because somebody looks at it."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from currents_tui.core.board import SpecRow
from currents_tui.core.forecast import LARGE, foresee, is_foreseen, is_soon_enough
from currents_tui.core.inspection import NEWEST, due, still_due
from currents_tui.core.verdict import is_suspect
from currents_tui.core.watched import stuck
from currents_tui.ui.commanded import OfSpec
from currents_tui.ui.screens.spec_commands import SpecCommands

if TYPE_CHECKING:
    from currents_tui.ui.layout import Layout


class Curious(SpecCommands):
    """The screen below draws what is known, and gives it its state."""

    layout_now: "Layout"
    stuck_rows: tuple[SpecRow, ...] = ()
    """The specs that are stuck, by what was drawn last."""
    _foresees = False

    def draw_soon(self) -> None:
        raise NotImplementedError

    def inspect(self) -> None:
        """Ask for the tests of the specs that failed, and of those that are looked at."""
        if not self.panes.is_warm:
            return
        current = self.state.current
        suspects = self._as_known(self.panes.failure_list.suspects[:NEWEST])
        looked_at = self._as_known((*self.panes.specs_in_sight(), *self.looked_at()))
        if suspects or looked_at:
            now = self.session.clock.now()
            specs = due(suspects, looked_at, current.inspections, now)
            failed = [row for row in looked_at if is_suspect(row.spec)] + suspects
            before = self.panes.failure_list.to_be_known(current, failed)
            self.following.inspect(current.run_id, (*specs, *still_due(before, current.inspections, now)))

    def _as_known(self, rows: Iterable[SpecRow]) -> list[SpecRow]:
        """`rows` as they are by now: under a page nothing is drawn, and what was is older."""
        board = self.state.current.board
        by_key = board.by_key if board is not None else {}
        return [by_key[row.key] for row in rows if row.key in by_key]

    def foresee(self, now: datetime) -> None:
        """Work out when a large run will be over, without anybody waiting for it."""
        current = self.state.current
        board, run, history = current.board, current.run, current.history
        if board is None or run is None or len(board.rows) <= LARGE or board.verdict.is_over:
            return
        keys = [stall.row.key for stall in stuck(current, now, self.state.pace, self.state.run_timeout)]
        if self._foresees or is_foreseen(board, history, keys) or is_soon_enough(board, history, now):
            return
        self._foresees = True

        async def work() -> None:
            try:
                await asyncio.to_thread(foresee, board, run, history, keys, now)
            finally:
                self._foresees = False
            self.draw_soon()

        self.run_worker(work(), name="foresee", group="foresee")

    def looked_at(self) -> tuple[SpecRow, ...]:
        """The specs that a page is about, or the column beside the others, or the alert."""
        known, above = self.state.current.board, self.app.screen
        page = known.by_key.get(above.spec_key) if known is not None and isinstance(above, OfSpec) else None
        here = self.spec_under_cursor
        shown = self.layout_now.spec and here is not None and is_suspect(here.spec)
        # Of what is stuck its tests tell since when.
        return tuple(row for row in (page, here if shown else None, *self.stuck_rows) if row is not None)
