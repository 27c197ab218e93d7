"""The main screen: a run live, with its groups and specs, and the other runs beside it.

It holds the one mutable thing, `state`. Events change it through `reduce`, `draw` hands finished values
to the panes, and nobody else does either.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from msgspec import structs
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from currents_tui.core import words
from currents_tui.core.board import SpecRow
from currents_tui.core.cells import EMPTY, Line, Tone
from currents_tui.core.commands import Place
from currents_tui.core.events import Asked, Event, Listed, Paged, Polled
from currents_tui.core.feed import GAP, Feed
from currents_tui.core.freshness import Freshness, freshness
from currents_tui.core.model import Group, ProjectPage
from currents_tui.core.problem import Problem
from currents_tui.core.rows.alert import alert
from currents_tui.core.rows.detail import Row, detail_line, spec_rows
from currents_tui.core.rows.footer import keys, message, typing_keys
from currents_tui.core.rows.header import WIDE, header, tiny
from currents_tui.core.rows.panes import (
    group_columns,
    group_heading,
    group_row,
    spec_columns,
    spec_heading,
    spec_row,
)
from currents_tui.core.rows.runs import gap_row, run_message, run_row, runs_empty, runs_note
from currents_tui.core.stall import Stall, stall_of
from currents_tui.core.state import State, reduce, start, stuck
from currents_tui.core.words import of_all
from currents_tui.ui.commanded import Commanded, Drawn, bindings
from currents_tui.ui.run_list import RunList
from currents_tui.ui.screens.watch_commands import WatchCommands
from currents_tui.ui.session import Session
from currents_tui.ui.spec_order import SpecOrder
from currents_tui.ui.widgets.painted import Painted
from currents_tui.ui.widgets.pane import Pane, title
from currents_tui.watch.follow import Following

MESSAGE_FOR = timedelta(seconds=6)
SOON = 0.02
"""Seconds within which most answers are here once they are granted."""
HOLD_FOR = timedelta(seconds=2)
"""After a key, rows keep their place for this long: nobody should press Enter on what just moved in."""
ASLEEP = timedelta(seconds=15)
"""A tick that comes this late means that the machine slept."""

FILTER_HINT = "Filter the specs: words  !word  st:fail  g:group  m:machine  tag:name"
RUN_FILTER_HINT = "Filter the runs: branch:x  tag:x  by:author  st:failed  words"

SMALLEST = (60, 15)
RUNS_FROM, SPEC_FROM, RUNS_WIDTH = 110, 170, 34
"""Widths in cells from which on the runs, and the spec under the cursor, have a column of their own."""


class WatchScreen(WatchCommands):
    """Draws `state`; what keys do is in `WatchCommands`."""

    BINDINGS = bindings(Place.WATCH)
    AUTO_FOCUS = "#specs"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.state: State = start(
            session.run_ids,
            session.interval,
            session.pace,
            "Read-only: started with --read-only." if session.read_only else "",
        )
        if session.project_id is not None:
            self.state = structs.replace(self.state, feed=Feed(project_id=session.project_id))
        self.following = Following(
            session.connect,
            clock=session.clock,
            emit=self.apply,
            interval=session.interval,
            list_interval=session.list_interval,
        )
        self.run_list = RunList()
        self.awaited = session.branch or ""
        self.order = SpecOrder()
        # Held, not looked up: a poll can come while they are being taken away.
        glyphs = session.look.glyphs
        self._rows = {name: Painted(id=name) for name in ("tiny", "header", "alert", "message", "keys")}
        self._body, self._middle = Horizontal(id="body"), Vertical(id="middle")
        self._panes = {
            "runs": Pane(glyphs, id="runs", row_height=2),
            "groups": Pane(glyphs, id="groups"),
            "specs": Pane(glyphs, id="specs", keeps_top=True),
            "spec": Pane(glyphs, id="spec"),
        }
        self._group_keys: tuple[str, ...] = ()
        self._detail: tuple[Row, ...] = ()
        self._detail_keys: tuple[str, ...] = ()
        self._said: tuple[str, datetime | None] | None = None
        self.folded = False
        self.starts_with_list = self.only_runs = not session.run_ids
        self.is_tiny = self.has_runs = self.has_spec = self._alerting = False
        self._key_at: datetime | None = None
        self._tick_at = session.clock.now()
        self._draw_waits = False
        self._is_composed = False
        self._is_answered = False
        """Whether the first question brought what was asked for."""

    # --- life

    def compose(self) -> ComposeResult:
        yield self._rows["tiny"]
        yield self._rows["header"]
        yield self._rows["alert"]
        with self._body:
            yield self._panes["runs"]
            with self._middle:
                yield self._panes["groups"]
                yield self._panes["specs"]
            yield self._panes["spec"]
        yield self._rows["message"]
        yield self._rows["keys"]

    def on_mount(self) -> None:
        self.set_interval(5.0 if self.session.calm else 1.0, self.tick)
        if self.starts_with_list:
            self.set_focus(self.pane("runs"))
        self._is_composed = True
        # Mostly it is here by now, and then nothing is drawn twice.
        if (first := self.session.first) is not None and first.is_granted:
            self.shell.raise_curtain()
            if first.is_ready and (answer := first.answer()) is not None:
                self._take(answer.read())
        self.lay_out()
        self.draw()
        self.run_worker(self.follow(), name="follow", group="follow")

    async def follow(self) -> None:
        """Take the answer to the first question, show the screen, and go on asking."""
        first = self.session.first
        try:
            answer = await asyncio.to_thread(first.answer) if first is not None else None
        except Problem as problem:
            self.shell.give_up(problem)
            return
        if first is not None and answer is not None and not self._is_answered:
            # Most are here now. A first screen does not wait for a large one, or for a slow link.
            await asyncio.sleep(SOON)
            if not first.is_ready:
                self.shell.raise_curtain()
            self._take(await asyncio.to_thread(answer.read))
            self.draw()
        self.call_after_refresh(self.shell.raise_curtain)
        self._begin()
        await self.following.follow()

    def _take(self, told: "Polled | Listed | ProjectPage | None") -> None:
        """Take in the answer to the first question."""
        if isinstance(told, ProjectPage):
            self._is_answered = True
            whole = told.items if not told.has_more else None
            self.run_worker(self.offer_projects(whole), name="projects", group="projects")
        elif told is not None:
            self._is_answered = True
            self.state = reduce(self.state, told)
            if isinstance(told, Listed):
                self.list_arrived(told)

    def _begin(self) -> None:
        """Begin to ask about everything that is known to be wanted by now."""
        session, feed = self.session, self.state.feed
        if session.run_ids:
            waits = session.interval if self._is_answered else 0.0
            self.following.add_all(session.run_ids, session.run_ids[0], waits)
        if feed is not None:
            waits = session.list_interval if feed.as_of is not None else 0.0
            self.following.list_runs(feed.project_id, feed.wanted, waits)
        elif not session.run_ids and not self._is_answered:
            self.run_worker(self.offer_projects(), name="projects", group="projects")

    def pane(self, name: str) -> Pane:
        return self._panes[name]

    def painted(self, name: str) -> Painted:
        return self._rows[name]

    # --- what happens

    def apply(self, event: Event) -> None:
        """Take in what a poller tells."""
        after = reduce(self.state, event)
        if after is self.state:
            return
        self.state = after
        if isinstance(event, Listed | Paged):
            self.list_arrived(event)
        if not isinstance(event, Asked):
            # That a question was sent shows at the next tick, if it is still open by then.
            self.draw_soon()

    def draw_soon(self) -> None:
        """Draw once for everything that happens in one go."""
        if not self._draw_waits:
            self._draw_waits = True
            self.call_later(self._draw_now)

    def _draw_now(self) -> None:
        self._draw_waits = False
        self.draw()

    def tick(self) -> None:
        now = self.session.clock.now()
        if now - self._tick_at > ASLEEP and not self.state.paused:
            self.following.wake_all()
        self._tick_at = now
        self.follow_branch()
        self.draw()

    def on_resize(self, event: events.Resize) -> None:
        self.lay_out()
        self.draw()

    def press(self, key: str) -> bool:
        self._key_at = self.session.clock.now()
        self._said = None
        return super().press(key)

    def on_pane_moved(self, event: Pane.Moved) -> None:
        if event.pane.id == "runs":
            self.near_the_end()
        self.draw_soon()

    def on_pane_opened(self, event: Pane.Opened) -> None:
        self.set_focus(event.pane)
        self.action_command("open")

    def focus_changed(self, focused: bool) -> None:
        """The terminal says whether somebody looks at it."""
        self.following.set_focused(focused)

    # --- drawing

    def lay_out(self) -> None:
        """Which panes there are at this size. Styles are set one by one: a class on the screen would
        have every style of every widget worked out again.
        """
        width, height = self.app.size
        self.is_tiny = width < SMALLEST[0] or height < SMALLEST[1]
        several = len(self.state.runs) > 1 or self.state.feed is not None
        if width >= RUNS_FROM and several and self.starts_with_list:
            self.only_runs = False
        self.has_runs = width >= RUNS_FROM and several and not self.only_runs
        self.following.set_list_hidden(not (self.has_runs or self.only_runs or self.state.follows))
        self.has_spec = width >= SPEC_FROM - (0 if self.has_runs else RUNS_WIDTH)
        _display(self.painted("tiny"), self.is_tiny)
        for part in (self._rows["header"], self._body, self._rows["message"], self._rows["keys"]):
            _display(part, not self.is_tiny)
        _display(self.painted("alert"), self._alerting and not self.is_tiny)
        _display(self._middle, not self.only_runs)
        _display(self.pane("runs"), self.has_runs or self.only_runs)
        _display(self.pane("spec"), self.has_spec and not self.only_runs)
        self.painted("header").styles.height = 4 if width >= WIDE else 3
        self.pane("groups").styles.height = self._groups_height()
        self.pane("runs").styles.width = (
            "1fr" if self.only_runs else RUNS_WIDTH if width < SPEC_FROM else RUNS_WIDTH + 16
        )

    def _groups_height(self) -> int:
        if self.folded:
            return 1
        run = self.state.current.known
        wanted = max(1, len(run.groups) if run is not None else 1) + 2 + self._captions
        return min(wanted, max(3, (self.app.size.height - 6) // 3 + 1))

    @property
    def _captions(self) -> bool:
        """Whether there is room for captions above the groups."""
        return self.app.size.height >= 30

    def draw(self) -> None:
        """Hand every pane what it shows now. Panes write only what differs."""
        if not self._is_composed:
            return
        above = self.app.screen
        if isinstance(above, Commanded):
            if above is not self:
                above.draw()
                return  # a page covers everything
        elif isinstance(above, Drawn):
            above.draw()
        now = self.session.clock.now()
        look, cells = self.session.look, self.app.size.width
        current = self.state.current
        if self.is_tiny:
            self.painted("tiny").show(tiny(self.state, now, cells, look))
            return
        stalls = stuck(current, now, self.state.pace)
        self.painted("header").show(header(self.state, now, cells, look))
        warning = alert(current, stalls, now, cells, look)
        if bool(warning) is not self._alerting:
            self._alerting = bool(warning)
            _display(self.painted("alert"), self._alerting)
        self.painted("alert").show((warning,))
        self._draw_runs(now)
        self._draw_groups(now)
        self._draw_specs(now, stalls)
        self._draw_spec(now, stalls)
        self.painted("message").show((self._message(now),))
        if self.query("FilterInput"):
            line = typing_keys(of_runs=bool(self.query("RunFilterInput")))
        else:
            line = keys(self.PLACE, cells, in_list=self._is_in_list)
        self.painted("keys").show((line,))

    def _draw_runs(self, now: datetime) -> None:
        if not (self.has_runs or self.only_runs):
            return
        look, state, feed = self.session.look, self.state, self.state.feed

        def paint(key: str, cells: int) -> Sequence[Line]:
            if key.startswith(GAP):
                return gap_row(feed, cells, look) if feed is not None else ()
            about = state.about(key)
            shown, marked = key == state.selected, key in state.marked
            return run_row(about, now, cells, look, marked=marked, shown=shown) if about is not None else ()

        pane = self.pane("runs")
        keys = self.run_list.keys(state)
        count = words.count(sum(not key.startswith(GAP) for key in keys))
        if feed is not None and not feed.is_complete:
            count = f"{count}+" if feed.segments else ""
        pane.present(
            keys,
            paint,
            title=title(0, "Runs", count),
            note=runs_note(state, pane.inner - 18, look),
            empty=runs_empty(state),
        )

    def _draw_groups(self, now: datetime) -> None:
        look = self.session.look
        run = self.state.current.known
        groups = run.groups if run is not None else ()
        by_key = _by_key(groups)
        if tuple(by_key) != self._group_keys:
            self._group_keys = tuple(by_key)
            self.lay_out()
        pane = self.pane("groups")
        captions = self._captions and not self.folded
        columns = cache(lambda cells: group_columns(groups, cells))
        stale = freshness(self.state, self.state.current, now) in (Freshness.STALE, Freshness.OFFLINE)
        pane.present(
            self._group_keys,
            lambda key, cells: (group_row(by_key[key], columns(cells), look, stale=stale),),
            title=title(1, "Groups", str(len(groups)) if run is not None else ""),
            note=EMPTY if captions else (("specs | tests", Tone.MUTED),),
            heading=(lambda cells: group_heading(columns(cells))) if captions else None,
            empty="No groups have reported yet." if run is not None else self._nothing_yet(),
        )

    def _draw_specs(self, now: datetime, stalls: tuple[Stall, ...]) -> None:
        look = self.session.look
        by_key = {stall.row.key: stall for stall in stalls}
        run, known = self.state.current.run, self.state.current.board
        shown = self.order.keys(known, frozenset(by_key), hold=self._is_held(now))
        pane = self.pane("specs")
        groups = run.groups if run is not None else ()
        columns = cache(lambda cells: spec_columns(cells, groups))
        rows = known.by_key if known is not None else {}
        empty = self._nothing_yet()
        if known is not None:
            empty = "No spec matches the filter; esc clears it." if rows else "No specs are listed yet."
        pane.present(
            shown,
            lambda key, cells: (spec_row(rows[key], by_key.get(key), now, columns(cells), look),),
            title=title(2, "Specs", of_all(len(shown), len(rows)) if known is not None else ""),
            note=((self.order.note(), Tone.MUTED),),
            heading=lambda cells: spec_heading(columns(cells)),
            empty=empty,
        )

    def _nothing_yet(self) -> str:
        current = self.state.current
        return "Nothing is known of this run yet." if current.trouble is not None else "Asking."

    def _is_held(self, now: datetime) -> bool:
        recent = self._key_at is not None and now - self._key_at < HOLD_FOR
        return recent or self.app.screen is not self

    def _draw_spec(self, now: datetime, stalls: tuple[Stall, ...]) -> None:
        if not self.has_spec:
            return
        row = self.spec_under_cursor
        look = self.session.look
        self._detail = spec_rows(row, stall_of(row, stalls), now, look) if row is not None else ()
        if len(self._detail_keys) != len(self._detail):
            self._detail_keys = tuple(str(number) for number in range(len(self._detail)))
        self.pane("spec").present(
            self._detail_keys,
            lambda key, cells: (detail_line(self._detail[int(key)], cells, look),),
            title=title(None, "Spec"),
        )

    @property
    def _is_in_list(self) -> bool:
        focused = self.moved_pane()
        return focused is not None and focused.id == "runs"

    def _message(self, now: datetime) -> Line:
        look, cells = self.session.look, self.app.size.width
        if self._said is not None:
            text, since = self._said
            if since is None or now - since < MESSAGE_FOR:
                return message(text, cells, look)
        self._said = None
        if self.query("FilterInput"):
            return message(RUN_FILTER_HINT if self.query("RunFilterInput") else FILTER_HINT, cells, look)
        if self._is_in_list:
            about = self.state.about(self.run_at_hand)
            run = about.newest if about is not None else None
            return run_message(run, cells, look) if run is not None else EMPTY
        row = self.spec_under_cursor
        return message(row, cells, look) if row is not None else EMPTY

    @property
    def spec_under_cursor(self) -> SpecRow | None:
        known, cursor = self.state.current.board, self.pane("specs").cursor
        return known.by_key.get(cursor) if known is not None and cursor is not None else None


def _display(widget: Widget, shown: bool) -> None:
    # Assigning what is there already would still lay the screen out again.
    if widget.display is not shown:
        widget.display = shown


def _by_key(groups: Sequence[Group]) -> dict[str, Group]:
    """Each group by what it is: its id, and the how-manieth of that id should there ever be two."""
    seen: Counter[str] = Counter()
    found: dict[str, Group] = {}
    for group in groups:
        name = group.group_id or ""
        found[f"{seen[name]}\n{name}"] = group
        seen[name] += 1
    return found
