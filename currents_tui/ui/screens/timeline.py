"""The timeline of a run: its machines as lanes, and the specs they ran."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult

from currents_tui.core.board import Board
from currents_tui.core.cells import Line, Tone
from currents_tui.core.commands import Place
from currents_tui.core.rows.footer import keys
from currents_tui.core.rows.panes import failing
from currents_tui.core.rows.timeline import (
    NAME,
    Drawn,
    axis,
    caption,
    ended_cells,
    group_head,
    legend,
    spot,
    time_cells,
    track_row,
)
from currents_tui.core.rows.timeline_detail import details, nobody
from currents_tui.core.stall import Stall
from currents_tui.core.timeline import timeline
from currents_tui.core.tracks import Track, beside, estimated_end
from currents_tui.core.watched import Watched
from currents_tui.core.words import count
from currents_tui.core.zoom import View
from currents_tui.ui.commanded import bindings
from currents_tui.ui.lane_cursor import NOTHING, LaneCursor
from currents_tui.ui.screens.covering import Covering, Deeds
from currents_tui.ui.session import Session
from currents_tui.ui.time_window import TimeWindow
from currents_tui.ui.widgets.lanes import LanePane, is_head
from currents_tui.ui.widgets.painted import Painted
from currents_tui.ui.widgets.pane import Pane, title


class TimelineScreen(Covering):
    """Draws what `about` tells of the run. The cursor is a spec on a machine, whatever polls bring.

    `at` is the spec to begin on, where it has run. `open_spec` shows the page of a spec; `deeds` is
    what can be done to the run.
    """

    PLACE: ClassVar[Place] = Place.TIMELINE
    BINDINGS = bindings(Place.TIMELINE)
    AUTO_FOCUS = "#lanes"

    def __init__(
        self,
        session: Session,
        about: Callable[[], Watched | None],
        *,
        stalls: Callable[[], tuple[Stall, ...]],
        pulse: Callable[[int], Line],
        open_spec: Callable[[str], None],
        deeds: Deeds,
        at: str = "",
    ) -> None:
        super().__init__()
        self.session = session
        self._about = about
        self._stalls_now = stalls
        self._pulse = pulse
        self._open_spec = open_spec
        self.deeds = deeds
        self.found = NOTHING
        self._of: Board | None = None
        self._rows: tuple[str, ...] = ()
        self._tracks: dict[str, Track] = {}
        self.cursor = LaneCursor(at)
        self.window = TimeWindow()
        self._now = 0.0
        self._stalls: dict[str, Stall] = {}
        self._drawn_for: tuple[View, int] | None = None
        self._drawn: dict[str, Drawn] = {}
        self.pane = LanePane(session.look.glyphs, id="lanes")
        self._header, self._details = Painted(id="header"), Painted(id="details")
        self._message, self._footer = Painted(id="message"), Painted(id="keys")

    def compose(self) -> ComposeResult:
        yield self._header
        yield self.pane
        yield self._details
        yield self._message
        yield self._footer

    def on_mount(self) -> None:
        self.draw()
        self.call_after_refresh(self.draw)

    def on_resize(self) -> None:
        # Once more when the pane has its size: how much time a cell is depends on it.
        self.draw()
        self.call_after_refresh(self.draw)

    def on_screen_resume(self) -> None:
        self.draw()

    # --- drawing

    def draw(self) -> None:
        """Show how the run stands. Only an answer lays it out anew; a second moves what runs."""
        if not self.is_attached:
            return
        watched = self._about()
        self._take(watched)
        self._now = self.found.elapsed(self.session.clock.now())
        self._stalls = {stall.row.key: stall for stall in self._stalls_now()}
        self.cursor.keep(self.found, self._now, self._stalls)
        is_over, kept = self.found.end is not None, self.cursor.extent()[1]
        self.window.place(self._now, self._cells, is_over=is_over, kept=kept)
        self._lay_out()
        self._draw_lanes(watched)
        self._draw_around(watched)

    def _take(self, watched: Watched | None) -> None:
        run = watched.run if watched is not None else None
        board = watched.board if watched is not None else None
        if board is self._of:
            return
        self._of, self._drawn_for = board, None
        self.found = timeline(run, board) if run is not None and board is not None else NOTHING
        self._tracks = {track.key: track for track in self.found.tracks}
        rows: list[str] = []
        for group in self.found.groups:
            rows.append(group.group_id)
            rows += [track.key for lane in group.lanes for track in lane.tracks]
        self._rows = tuple(rows)

    @property
    def _cells(self) -> int:
        return time_cells(self.pane.row_cells)

    def _look_at_cursor(self) -> None:
        """Bring the spec under the cursor into sight."""
        self.window.look_at(*self.cursor.extent(), self._now, self._cells)
        self.draw()

    def _ended(self, key: str, view: View, cells: int) -> Drawn:
        """What has ended on the row, drawn once for each answer and view."""
        if self._drawn_for != (view, cells):
            self._drawn_for, self._drawn = (view, cells), {}
        if key not in self._drawn:
            glyphs = self.session.look.glyphs
            self._drawn[key] = ended_cells(self._tracks[key], view, time_cells(cells), glyphs)
        return self._drawn[key]

    def _draw_lanes(self, watched: Watched | None) -> None:
        found, view, now, look = self.found, self.window.view, self._now, self.session.look
        is_over = found.end is not None
        groups = {group.group_id: group for group in found.groups}
        stuck = frozenset(self._stalls)
        present = self._of.states if self._of is not None else ()

        def paint(key: str, cells: int) -> Sequence[Line]:
            if is_head(key):
                group = groups[key]
                machines = tuple(
                    stall.row.machine
                    for stall in self._stalls.values()
                    if (stall.row.spec.group_id or "") == key
                )
                ends = estimated_end(group, now, stuck)
                return (group_head(group, found, now, ends, machines, cells, look),)
            track = self._tracks[key]
            ended = self._ended(key, view, cells)
            lane = found.lanes[key]
            return (track_row(track, lane, ended, view, now, self._stalls, cells, look, is_over=is_over),)

        self.pane.present(
            self._rows,
            paint,
            title=title(None, "Machines", count(len({lane.machine_id for lane in found.lanes.values()}))),
            note=legend(present, self.pane.inner - 26, look, is_over=is_over),
            heading=lambda cells: axis(view, now, cells, look, is_over=is_over),
        )
        track = self.cursor.track
        if track is not None:
            self.pane.go(track.key)
            self.pane.highlight(spot(track, self.cursor.key, view, now, self.pane.row_cells))
        else:
            self.pane.highlight(range(0))

    def _lay_out(self) -> None:
        """The lanes take what they need, and leave some rows for what is under the cursor."""
        height = self.app.size.height
        others = 4 if height < 10 else 6 if height < 32 else 9
        wanted = max(1, min(len(self._rows) + 3, height - others))
        known = self.pane.styles.height
        if known is None or known.value != wanted or known.is_fraction:
            self.pane.styles.height = wanted
            self.call_after_refresh(self.draw)

    def _draw_around(self, watched: Watched | None) -> None:
        look, cells = self.session.look, self.size.width
        known = watched.board if watched is not None else None
        run_id = watched.run_id if watched is not None else ""
        verdict = known.verdict if known is not None else None
        self._header.show((caption(run_id, verdict, self._pulse(cells), cells, look),))
        rows = self._details.size.height
        track, run = self.cursor.track, watched.run if watched is not None else None
        if track is None or run is None:
            nobody_yet = nobody(known is not None, len(known.rows) if known is not None else 0)
            self._details.show((((f" {nobody_yet}", Tone.MUTED),),))
        else:
            key, stalls, at = self.cursor.key, self._stalls, self.session.clock.now()
            self._details.show(details(self.found, track, key, stalls, at, cells, rows, look))
        self._message.show(self.said(cells))
        self._footer.show((keys(self.PLACE, cells, without=self.refused()),))

    # --- moving

    def _move(self, rows: int) -> None:
        super()._move(rows)
        self._follow_pane()

    def _turn_page(self, rows: int) -> None:
        super()._turn_page(rows)
        self._follow_pane()

    def _follow_pane(self) -> None:
        """The pane's cursor went to another row: to the spec there that ran at the same time."""
        track = self._tracks.get(self.pane.cursor or "")
        if track is not None and track.keys and track is not self.cursor.track:
            self.cursor.go_to(track)
        self._look_at_cursor()

    def on_pane_moved(self, event: Pane.Moved) -> None:
        # Keys are followed at once; this is the wheel.
        track = self.cursor.track
        if track is not None and event.key == self.pane.cursor != track.key:
            self._follow_pane()

    def on_lane_pane_picked(self, event: LanePane.Picked) -> None:
        track, before, view = self._tracks.get(event.key), self.cursor.key, self.window.view
        if track is not None and track.keys:
            self.cursor.go_to(track, view.start + (event.column - NAME + 0.5) * view.scale)
            self._look_at_cursor()
            if self.cursor.key == before:
                self.do_open()

    def do_earlier(self) -> None:
        self._step(-1)

    def do_later(self) -> None:
        self._step(1)

    def _step(self, specs: int) -> None:
        self.cursor.step(specs)
        self._look_at_cursor()

    def do_next_failure(self) -> None:
        self._to_failure(1)

    def do_previous_failure(self) -> None:
        self._to_failure(-1)

    def _to_failure(self, step: int) -> None:
        """To a spec that failed or is stuck: on a page of bars both are what one looks for."""
        rows = self._of.rows if self._of is not None else ()
        wanted = {row.key for row in rows if failing(row)} | set(self._stalls)
        key = beside(self.found, wanted, self.cursor.key, step)
        if key is None:
            self.say("No spec on a machine has failed or is stuck.")
            return
        self.cursor.put(key)
        self._look_at_cursor()

    def do_zoom_in(self) -> None:
        self._zoom(1)

    def do_zoom_out(self) -> None:
        self._zoom(-1)

    def _zoom(self, steps: int) -> None:
        is_over = self.found.end is not None
        self.window.zoom(steps, *self.cursor.extent(), self._now, self._cells, is_over=is_over)
        self.draw()

    def do_zoom_whole(self) -> None:
        self.window.is_whole = True
        self.draw()

    # --- commands

    def do_open(self) -> None:
        if self.cursor.track is not None:
            self._open_spec(self.cursor.key)

    def do_web(self) -> None:
        row = self._of.by_key.get(self.cursor.key) if self._of is not None else None
        told = row.spec.instance_id if row is not None else None
        self.say(self.shell.open_page(self.session.spec_url(told)) if told else "There is no page to open.")

    def do_copy(self) -> None:
        if not self.cursor.machine:
            self.say("No machine id to copy.")
            return
        self.shell.copy_text(self.cursor.machine)
        self.say(f"Sent to the clipboard: {self.cursor.machine}")

    def do_timeline(self) -> None:
        self.dismiss()
