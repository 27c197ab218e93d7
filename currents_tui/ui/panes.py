"""The panes of the main screen: each is handed finished rows, and what they are worked out from is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from currents_tui.core import words
from currents_tui.core.board import SpecRow
from currents_tui.core.cells import EMPTY, Line, Tone
from currents_tui.core.feed import GAP
from currents_tui.core.freshness import Freshness, freshness
from currents_tui.core.model import Group
from currents_tui.core.rows.detail import Row, detail_line
from currents_tui.core.rows.look import Look
from currents_tui.core.rows.panes import (
    group_columns,
    group_heading,
    group_row,
    spec_columns,
    spec_heading,
    spec_row,
)
from currents_tui.core.rows.runs import gap_row, run_row, runs_empty, runs_note
from currents_tui.core.selection import refusal
from currents_tui.core.stall import Stall, stall_of
from currents_tui.core.state import State
from currents_tui.core.words import of_all
from currents_tui.ui.run_list import RunList
from currents_tui.ui.spec_order import SpecOrder
from currents_tui.ui.widgets.pane import Pane, title

if TYPE_CHECKING:
    from currents_tui.core.deed import Outcome
    from currents_tui.core.failures import SpecFailures
    from currents_tui.core.log import Entry as LogEntry
    from currents_tui.core.rows.failures import Entry
    from currents_tui.core.rows.tests import Sight
    from currents_tui.ui.failure_list import FailureList
    from currents_tui.ui.log_book import LogBook

CAPTIONS_FROM = 30
"""Height in cells from which on there is room for captions above the groups."""


class View(Struct, frozen=True):
    """What all panes are drawn from."""

    state: State
    now: datetime
    stalls: tuple[Stall, ...]
    height: int
    """Of the terminal, in cells."""
    hold: bool
    """Whether rows keep their places: somebody is about to act on one of them."""


class Panes:
    """Held, not looked up: a poll can come while they are being taken away."""

    def __init__(self, look: Look) -> None:
        self._look = look
        glyphs = look.glyphs
        self.runs = Pane(glyphs, id="runs", row_height=2)
        self.failures = Pane(glyphs, id="failures", keeps_top=True)
        self.log = Pane(glyphs, id="log", keeps_top=True)
        self.groups = Pane(glyphs, id="groups")
        self.specs = Pane(glyphs, id="specs", keeps_top=True)
        self.spec = Pane(glyphs, id="spec")
        self.order = SpecOrder()
        self.is_warm = False
        """Whether the first screen is there: what failures and events need is imported only then."""
        self.folded = False
        """Whether the groups are one line."""
        self.group_keys: tuple[str, ...] = ()
        self._run_list = RunList()
        self._detail: tuple[Row, ...] = ()
        self._detail_keys: tuple[str, ...] = ()
        self._detail_of = ""
        """The key of the spec that has a column of its own."""

    def __iter__(self) -> Iterator[Pane]:
        """From the left to the right, and from above."""
        yield from (self.runs, self.failures, self.log, self.groups, self.specs, self.spec)

    @cached_property
    def failure_list(self) -> FailureList:
        from currents_tui.ui.failure_list import FailureList

        return FailureList()

    @cached_property
    def log_book(self) -> LogBook:
        from currents_tui.ui.log_book import LogBook

        return LogBook()

    @property
    def has_failures(self) -> bool:
        """Whether there is anything for the pane of failures."""
        return self.is_warm and bool(self.failure_list.suspects)

    def take_in(self, state: State) -> bool:
        """Take in what failed; True when panes come or go by it, or by the groups there are."""
        before = self.has_failures
        if self.is_warm:
            self.failure_list.update(state.current)
        return self.groups_changed(state) or self.has_failures is not before

    def write_down(self, state: State, now: datetime, outcome: Outcome | None = None) -> None:
        """Write down what happened; `outcome` is that of a deed that has just ended."""
        if self.is_warm:
            self.log_book.write(state, now, outcome)

    def named(self, name: str) -> Pane:
        return next(pane for pane in self if pane.id == name)

    # --- what is under the cursors

    def spec_at_cursor(self, state: State) -> SpecRow | None:
        """The spec that keys are about: that of the failures while one is there, else that of the specs."""
        known = state.current.board
        if self.failures.has_keys and (entry := self.failure_at_cursor) is not None:
            return entry.row
        if self.log.has_keys and (event := self.event_at_cursor(state)) is not None and known is not None:
            return known.by_key.get(event.key)
        cursor = self.specs.cursor
        return known.by_key.get(cursor) if known is not None and cursor is not None else None

    @property
    def failure_at_cursor(self) -> Entry | None:
        return self.failure_list.by_key.get(self.failures.cursor or "")

    def event_at_cursor(self, state: State) -> LogEntry | None:
        """What happened, on the row under the cursor."""
        return self.log_book.entry(state.selected, self.log.cursor or "")

    def failures_of(self, row: SpecRow, state: State) -> SpecFailures | None:
        """What failed in that spec, once its tests were told."""
        return self.failure_list.found(row, state.current) if self.is_warm else None

    def sight(self, row: SpecRow, state: State, stalls: tuple[Stall, ...]) -> Sight:
        """Everything that is known of the spec of `row`."""
        from currents_tui.core.rows.tests import Sight

        return Sight(
            row=row,
            stall=stall_of(row, stalls),
            inspected=state.current.inspections.get(row.spec.instance_id or ""),
            found=self.failures_of(row, state),
            run_id=state.current.run_id,
            stands=self.failure_list.stands(row, state.current) if self.is_warm else {},
        )

    def specs_in_sight(self) -> tuple[SpecRow, ...]:
        """The failed specs of which a line is in sight."""
        if not self.is_warm:
            return ()
        shown = [self.failure_list.by_key.get(key) for key in self.failures.in_sight]
        rows = [row for entry in shown if entry is not None for row in (entry.row, *entry.others)]
        return tuple({row.key: row for row in rows}.values())

    # --- drawing

    def groups_height(self, height: int) -> int:
        """Lines of the pane of groups on a terminal of that height."""
        if self.folded:
            return 1
        wanted = max(1, len(self.group_keys)) + 2 + (height >= CAPTIONS_FROM)
        return min(wanted, max(3, (height - 6) // 3 + 1))

    def draw_runs(self, view: View) -> None:
        look, state, feed = self._look, view.state, view.state.feed

        def paint(key: str, cells: int) -> Sequence[Line]:
            if key.startswith(GAP):
                return gap_row(feed, cells, look) if feed is not None else ()
            about = state.about(key)
            shown, marked = key == state.selected, key in state.marked
            return run_row(about, view.now, cells, look, marked=marked, shown=shown) if about else ()

        keys = self._run_list.keys(state)
        count = words.count(sum(not key.startswith(GAP) for key in keys))
        if feed is not None and not feed.is_complete:
            count = f"{count}+" if feed.segments else ""
        self.runs.present(
            keys,
            paint,
            title=title(0, "Runs", count),
            note=runs_note(state, self.runs.inner - 18, look),
            empty=runs_empty(state),
        )

    def draw_failures(self, view: View) -> None:
        from currents_tui.core.rows.failures import failure_line

        entries, caption, look = self.failure_list.by_key, self.failure_list.caption, self._look
        self.failures.present(
            self.failure_list.keys,
            lambda key, cells: (failure_line(entries[key], cells, look),),
            title=title(3, "Failures", words.count(len(self.failure_list.suspects))),
            heading=(lambda cells: ((f" {caption}", Tone.MUTED),)) if caption else None,
            empty="Nothing has failed so far." if view.state.current.board is not None else "Asking.",
            made_of=(entries, caption),
            hold=view.hold,
        )

    def draw_log(self, view: View) -> None:
        from currents_tui.core.rows.log import log_row

        run_id, book, look = view.state.selected, self.log_book, self._look

        def paint(key: str, cells: int) -> Sequence[Line]:
            entry = book.entry(run_id, key)
            return (log_row(entry, view.now, cells, look),) if entry is not None else ()

        self.log.present(
            book.keys(run_id),
            paint,
            title=title(4, "Events"),
            note=(("newest first", Tone.MUTED),),
            empty="Nothing has happened yet.",
            made_of=(),
            hold=view.hold,
        )

    def draw_groups(self, view: View) -> None:
        look, current = self._look, view.state.current
        run = current.known
        groups = run.groups if run is not None else ()
        by_key = _by_key(groups)
        captions = view.height >= CAPTIONS_FROM and not self.folded
        columns = cache(lambda cells: group_columns(groups, cells))
        stale = freshness(view.state, current, view.now) in (Freshness.STALE, Freshness.OFFLINE)
        self.groups.present(
            self.group_keys,
            lambda key, cells: (group_row(by_key[key], columns(cells), look, stale=stale),),
            title=title(1, "Groups", str(len(groups)) if run is not None else ""),
            note=EMPTY if captions else (("specs | tests", Tone.MUTED),),
            heading=(lambda cells: group_heading(columns(cells))) if captions else None,
            empty="No groups have reported yet." if run is not None else _nothing_yet(view.state),
            made_of=(groups, captions, stale),
        )

    def groups_changed(self, state: State) -> bool:
        """Take in which groups there are; True when they are not those from before."""
        run = state.current.known
        keys = tuple(_by_key(run.groups if run is not None else ()))
        changed = keys != self.group_keys
        if changed:
            self.group_keys = keys
        return changed

    def draw_specs(self, view: View) -> None:
        look = self._look
        by_key = {stall.row.key: stall for stall in view.stalls}
        run, known = view.state.current.run, view.state.current.board
        shown = self.order.keys(known, frozenset(by_key), view.now, hold=view.hold)
        groups = run.groups if run is not None else ()
        columns = cache(lambda cells: spec_columns(cells, groups))
        rows = known.by_key if known is not None else {}
        empty = _nothing_yet(view.state)
        if known is not None:
            nothing = refusal(self.order.filter) or "No spec matches the filter; esc clears it."
            empty = nothing if rows else "No specs are listed yet."
        self.specs.present(
            shown,
            lambda key, cells: (spec_row(rows[key], by_key.get(key), view.now, columns(cells), look),),
            title=title(2, "Specs", of_all(len(shown), len(rows)) if known is not None else ""),
            note=((self.order.note(), Tone.MUTED),),
            heading=lambda cells: spec_heading(columns(cells)),
            empty=empty,
            hold=self.order.keeps_row,
        )

    def draw_spec(self, view: View) -> None:
        """The spec under the cursor, beside the others."""
        from currents_tui.core.rows.tests import beside_rows

        row, look = self.spec_at_cursor(view.state), self._look
        sight = self.sight(row, view.state, view.stalls) if row is not None else None
        cells = self.spec.row_cells
        self._detail = beside_rows(sight, view.now, cells, look) if sight is not None else ()
        key = row.key if row is not None else ""
        if len(self._detail_keys) != len(self._detail) or key != self._detail_of:
            self._detail_keys = tuple(str(number) for number in range(len(self._detail)))
        if key != self._detail_of:
            self._detail_of, self.spec.cursor = key, None  # one wants to see the beginning of it
        self.spec.present(
            self._detail_keys,
            lambda key, cells: (detail_line(self._detail[int(key)], cells, look),),
            title=title(None, "Spec"),
        )


def _nothing_yet(state: State) -> str:
    if not state.selected and state.feed is not None and state.feed.as_of is not None:
        return "No run is shown."
    return "Nothing is known of this run yet." if state.current.trouble is not None else "Asking."


def _by_key(groups: Sequence[Group]) -> dict[str, Group]:
    """Each group by what it is: its id, and the how-manieth of that id should there ever be two."""
    seen: Counter[str] = Counter()
    found: dict[str, Group] = {}
    for group in groups:
        name = group.group_id or ""
        found[f"{seen[name]}\n{name}"] = group
        seen[name] += 1
    return found
