"""The main screen: a run live, with its groups and specs, and the other runs beside it.

It holds the one mutable thing, `state`. Events change it through `reduce`, `draw` hands finished values
to the panes, and nobody else does either.
"""

from datetime import datetime, timedelta

from msgspec import structs
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.widget import Widget

from currents_tui.core.board import SpecRow
from currents_tui.core.cells import EMPTY, Line
from currents_tui.core.commands import Place
from currents_tui.core.events import Asked, Ended, Event, Listed, Paged, PollFailed
from currents_tui.core.feed import Feed
from currents_tui.core.freshness import tells_more
from currents_tui.core.problem import Kind
from currents_tui.core.rows.alert import alert
from currents_tui.core.rows.footer import keys, message, typing_keys
from currents_tui.core.rows.header import WIDE, header, tiny
from currents_tui.core.rows.look import short_id
from currents_tui.core.rows.runs import run_message
from currents_tui.core.state import State, not_later_than, reduce, start
from currents_tui.core.watched import silent, stuck
from currents_tui.ui.attention import Attention
from currents_tui.ui.commanded import Commanded, Drawn, bindings
from currents_tui.ui.layout import ALONE, layout
from currents_tui.ui.panes import Panes, View
from currents_tui.ui.screens.curious import Curious
from currents_tui.ui.screens.opening import Opening
from currents_tui.ui.screens.watch_commands import WatchCommands
from currents_tui.ui.session import Session
from currents_tui.ui.widgets.painted import Painted
from currents_tui.ui.widgets.pane import Pane
from currents_tui.watch.follow import Following
from currents_tui.watch.history import Histories

MESSAGE_FOR = timedelta(seconds=6)
ASLEEP = timedelta(seconds=15)
"""A tick that comes this late means that the machine slept."""

FILTER_HINT = "Filter the specs: words  !word  st:fail  g:group  m:machine  tag:name"
RUN_FILTER_HINT = "Filter the runs: branch:x  tag:x  by:author  st:failed  words"


class WatchScreen(WatchCommands, Curious, Opening):
    """Draws `state`; what keys do is in `WatchCommands`."""

    BINDINGS = bindings(Place.WATCH)
    AUTO_FOCUS = "#specs"
    BLANK = True
    """What is in it covers it: Textual need not ask the style sheet about every line of nothing."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.state: State = start(
            session.run_ids,
            session.interval,
            session.pace,
            session.read_only,
            session.run_timeout,
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
        self.histories = Histories(self.following, session.clock, self.apply)
        self.awaited = session.branch or ""
        self.attention = Attention(session.noticing)
        # Held, not looked up: a poll can come while they are being taken away.
        self.panes = Panes(session.look)
        self._rows = {name: Painted(id=name) for name in ("tiny", "header", "alert", "message", "keys")}
        self._body = Horizontal(id="body")
        self._left, self._middle = Vertical(id="left"), Vertical(id="middle")
        self._said: tuple[str, datetime | None] | None = None
        self.starts_with_list = not session.run_ids
        self.alone = "runs" if self.starts_with_list else ""
        self.layout_now = layout(80, 24, several=False, failing=False, alone=self.alone)
        self._alerting = False
        self._tick_at = session.clock.now()
        self._draw_waits = False
        self.is_looked_at = True
        self._is_composed = self._was_shown = False
        self._laid_out_for: Size | None = None

    # --- life

    def compose(self) -> ComposeResult:
        yield self._rows["tiny"]
        yield self._rows["header"]
        yield self._rows["alert"]
        with self._body:
            with self._left:
                yield self.panes.runs
                yield self.panes.failures
                yield self.panes.log
            with self._middle:
                yield self.panes.groups
                yield self.panes.specs
            yield self.panes.spec
        yield self._rows["message"]
        yield self._rows["keys"]

    def on_mount(self) -> None:
        self.set_interval(5.0 if self.session.calm else 1.0, self.tick)
        if self.starts_with_list:
            self.set_focus(self.pane("runs"))
        self._is_composed = True
        self.take_what_is_here()
        self.lay_out()
        self.draw()
        self.run_worker(self.follow(), name="follow", group="follow")

    def pane(self, name: str) -> Pane:
        return self.panes.named(name)

    def painted(self, name: str) -> Painted:
        return self._rows[name]

    # --- what happens

    def apply(self, event: Event) -> None:
        """Take in what a poller tells."""
        before, now = self.state, self.session.clock.now()
        after = reduce(not_later_than(before, now), event)
        if after is before:
            return
        self.state = after
        outcome = event.outcome if isinstance(event, Ended) else None
        self.panes.write_down(after, now, outcome)
        if isinstance(event, Listed | Paged):
            self.list_arrived(event)
        if isinstance(event, PollFailed):
            self._tell_missing(event)
        # When was asked and answered shows at the next tick, unless somebody waits for it.
        waited_for = not isinstance(event, Asked) and self.was_key_pressed(now)
        if waited_for or tells_more(before, after, now):
            self.draw_soon()

    def _tell_missing(self, failed: PollFailed) -> None:
        """Say that a run which was named is not there, where nobody looks at it and would see that."""
        is_news = failed.kind is Kind.NOT_FOUND and failed.of_its_kind == 1
        if is_news and failed.run_id in self.session.run_ids and failed.run_id != self.state.selected:
            self.say(f"Run {short_id(failed.run_id)}: {failed.sentence}", until_a_key=True)

    def draw_soon(self) -> None:
        """Draw once for everything that happens in one go."""
        if not self._draw_waits:
            self._draw_waits = True
            self.call_later(self._draw_now)

    def _draw_now(self) -> None:
        self._draw_waits = False
        self._look(self.session.clock.now())

    def _look(self, now: datetime) -> None:
        """Show what is known, and ask for what somebody sees."""
        self.draw(now)
        self.inspect()
        self.foresee(now)

    def tick(self) -> None:
        now = self.session.clock.now()
        if now - self._tick_at > ASLEEP and not self.state.paused:
            self.following.wake_all()
        self._tick_at = now
        self.state = not_later_than(self.state, now)
        self.follow_branch()
        self.panes.write_down(self.state, now)
        self.histories.look_at(self.state.current, paused=self.state.paused)
        self._look(now)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """A page was closed: the size, and everything, may be another since it was opened."""
        if not self._was_shown:
            self._was_shown = True
            # It has just been composed and drawn, and Textual would style every widget once more.
            event.refresh_styles = False
            return
        self.lay_out()
        self.draw()

    def on_resize(self, event: events.Resize) -> None:
        if self._laid_out_for == event.size == self.outer_size:
            # Told again after each layout, and Textual would begin the next.
            event.prevent_default()
            return
        self.lay_out()
        self.draw()

    def press(self, key: str) -> bool:
        self._said = None
        return super().press(key)

    def on_pane_moved(self, event: Pane.Moved) -> None:
        if event.pane.id == "runs":
            self.near_the_end()
        self.draw_soon()

    def on_pane_opened(self, event: Pane.Opened) -> None:
        self.set_focus(event.pane)
        self.action_command("open")

    def is_used(self) -> None:
        """A key was pressed here or on a page, or the mouse: somebody looks, and is about to act."""
        self.key_at = self.session.clock.now()
        self.focus_changed(True)

    def focus_changed(self, focused: bool) -> None:
        """Whether somebody looks at it, as far as the terminal tells."""
        if focused is not self.is_looked_at:
            self.is_looked_at = focused
            self.following.set_focused(focused)

    # --- drawing

    def lay_out(self) -> None:
        """Which panes there are at this size. Styles are set one by one: a class on the screen would
        have every style of every widget worked out again.
        """
        width, height = self._laid_out_for = self.app.size
        several = len(self.state.runs) > 1 or self.state.feed is not None
        failing = self.panes.has_failures
        now = layout(width, height, several=several, failing=failing, alone=self.alone)
        if now.left_width:
            self.alone = ""  # there is room beside the others
        self.layout_now = now
        self.following.set_list_hidden(not self.wants_list)
        _display(self.painted("tiny"), now.is_tiny)
        for part in (self._rows["header"], self._body, self._rows["message"], self._rows["keys"]):
            _display(part, not now.is_tiny)
        _display(self.painted("alert"), self._alerting and not now.is_tiny)
        _display(self._left, bool(now.left))
        _display(self._middle, now.middle)
        for name in ALONE:
            _display(self.pane(name), now.has(name))
        _display(self.pane("spec"), now.spec)
        self.painted("header").styles.height = 4 if width >= WIDE else 3
        self.pane("groups").styles.height = self.panes.groups_height(height)
        self._left.styles.width = now.left_width or "1fr"
        self._keep_focus()

    def _keep_focus(self) -> None:
        """Where keys move nothing, for their pane has gone, they move the pane that is there now."""
        focused, now = self.focused, self.layout_now
        is_gone = focused is None or (isinstance(focused, Pane) and not now.has(focused.id or ""))
        if is_gone and not now.is_tiny:
            self.set_focus(self.pane(self.alone or "specs"))

    def draw(self, now: datetime | None = None) -> None:
        """Hand every pane what it shows now. Panes write only what differs."""
        if not self._is_composed:
            return
        now = now or self.session.clock.now()
        self.attention.look(self.state, now, self.shell)
        above = self.app.screen
        if isinstance(above, Commanded):
            if above is not self:
                above.draw()
                return  # a page covers everything
        elif isinstance(above, Drawn):
            above.draw()
        look, cells = self.session.look, self.app.size.width
        current = self.state.current
        if self.layout_now.is_tiny:
            self.painted("tiny").show(tiny(self.state, now, cells, look, self._said_now(now)))
            return
        stalls = stuck(current, now, self.state.pace, self.state.run_timeout)
        self.stuck_rows = tuple(stall.row for stall in stalls)
        quiet = silent(current, stalls, now, self.state.pace, self.state.run_timeout)
        self.painted("header").show(header(self.state, now, cells, look))
        may_cancel = not self.state.read_only
        warning = alert(current, stalls, now, cells, look, quiet, may_cancel=may_cancel)
        if bool(warning) is not self._alerting:
            self._alerting = bool(warning)
            _display(self.painted("alert"), self._alerting)
        self.painted("alert").show((warning,))
        self._draw_panes(View(self.state, now, stalls, self.app.size.height, self._is_held(now)))
        self.painted("message").show((self._message(now),))
        self.painted("keys").show((self._keys(cells),))

    def _draw_panes(self, view: View) -> None:
        panes = self.panes
        if panes.take_in(view.state):
            self.lay_out()
        shown = self.layout_now
        if shown.has("runs"):
            appears = not panes.runs.keys
            panes.draw_runs(view)
            if appears and view.state.selected:
                panes.runs.go(view.state.selected)
        if shown.has("failures"):
            panes.draw_failures(view)
        if shown.has("log"):
            panes.draw_log(view)
        panes.draw_groups(view)
        panes.draw_specs(view)
        if shown.spec:
            panes.draw_spec(view)

    def _is_held(self, now: datetime) -> bool:
        return self.was_key_pressed(now) or self.app.screen is not self

    def _keys(self, cells: int) -> Line:
        if self.field is not None:
            return typing_keys(of_runs=self.field.OF_RUNS)
        goes_back = self.level_up() != ""
        without = self.refused()
        return keys(self.PLACE, cells, in_list=self.is_in_list, without=without, goes_back=goes_back)

    def _said_now(self, now: datetime) -> str:
        """What was said in passing, as long as it stands; "" afterwards."""
        text, since = self._said or ("", None)
        if since is not None and abs(now - since) >= MESSAGE_FOR:
            self._said, text = None, ""
        return text

    def _message(self, now: datetime) -> Line:
        look, cells = self.session.look, self.app.size.width
        if said := self._said_now(now):
            return message(said, cells, look)
        if self.field is not None:
            return message(RUN_FILTER_HINT if self.field.OF_RUNS else FILTER_HINT, cells, look)
        if self.is_in_list:
            about = self.state.about(self.run_at_hand)
            run = about.newest if about is not None else None
            return run_message(run, cells, look) if run is not None else EMPTY
        if self.panes.failures.has_keys and (entry := self.panes.failure_at_cursor) is not None:
            from currents_tui.core.rows.failures import failure_message

            return failure_message(entry, cells, look)
        row = self.spec_under_cursor
        found = self.panes.failures_of(row, self.state) if row is not None else None
        return message(row, cells, look, found) if row is not None else EMPTY

    @property
    def spec_under_cursor(self) -> SpecRow | None:
        return self.panes.spec_at_cursor(self.state)


def _display(widget: Widget, shown: bool) -> None:
    # Assigning what is there already would still lay the screen out again.
    if widget.display is not shown:
        widget.display = shown
