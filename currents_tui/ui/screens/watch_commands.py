"""What the keys of the main screen do.

What opens at a key is imported at that key: none of it is needed for the first screen.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec import structs

from currents_tui.core.cells import Line
from currents_tui.core.commands import DEEDS, Command, Place, stepped
from currents_tui.core.deed import Deed
from currents_tui.core.history import NOTHING
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.rows.detail import Row, run_rows
from currents_tui.core.rows.header import pulse
from currents_tui.core.run_filter import ALL, completed, parse_run_filter
from currents_tui.core.selection import group_filter, refusal
from currents_tui.core.stall import Stall
from currents_tui.core.state import deed_refusal, requests_per_minute
from currents_tui.core.watched import stuck
from currents_tui.ui.commanded import Commanded
from currents_tui.ui.layout import TOO_SMALL
from currents_tui.ui.screens.deed_commands import DeedCommands
from currents_tui.ui.screens.spec_commands import SpecCommands

if TYPE_CHECKING:
    from currents_tui.ui.screens.covering import Deeds
    from currents_tui.ui.widgets.filter_input import FilterInput

RowsNow = Callable[[], tuple[Row, ...]]
UrlNow = Callable[[], str | None]

TINY_ALIVE = frozenset({"quit", "leave", "interrupt", "help", "web", "redraw", "suspend", "back"})
"""What can be done when one line is all there is: nobody acts on what they cannot see."""

ABOUT_A_RUN = frozenset({"run_detail", "timeline", "web", "copy"})
"""What needs a run at hand: the row of runs that are not loaded is none."""


class WatchCommands(DeedCommands, SpecCommands):
    """A command a method. The screen below gives them their state and draws what they change."""

    PLACE: ClassVar[Place] = Place.WATCH

    starts_with_list: bool
    """Whether the list of runs is the top of everything, to which q and esc go back."""
    _said: tuple[str, datetime | None] | None

    def refusal(self, command: Command) -> str | None:
        if self.layout_now.is_tiny and command.id not in TINY_ALIVE:
            return TOO_SMALL
        if command.id in DEEDS:
            deed = Deed(command.id)
            if deed is Deed.DELETE and self.is_in_list and self.state.marked:
                # Whoever marked runs means them, and not the one that the cursor happens to be on.
                return "Runs are deleted one at a time: take the marks away (m)."
            refusals = [deed_refusal(self.state, deed, run_id) for run_id in self.targets(deed)]
            return None if None in refusals else next(iter(refusals), "There is no run on this row.")
        if command.id in ABOUT_A_RUN and not self.run_at_hand:
            return command.refusal(self.state) or "There is no run on this row."
        if command.id in ("sort", "reverse") and self.alone == "runs":
            return "Runs are not sorted: the newest come first."
        return command.refusal(self.state)

    def say(self, text: str, *, until_a_key: bool = False) -> None:
        self._said = (text, None if until_a_key else self.session.clock.now())
        above = self.app.screen
        if isinstance(above, Commanded) and above is not self:
            above.say(text)
        else:
            self.draw()

    # --- looking

    def do_open(self) -> None:
        focused = self.moved_pane()
        if focused is None or focused.cursor is None:
            return
        if focused.id == "runs":
            if self.run_at_hand:
                self.select_run(self.run_at_hand)
            else:
                self.near_the_end()
        elif focused.id == "groups":
            self._filter_by_group(focused.cursor)
        elif self.spec_under_cursor is not None:
            test = self.test_under_cursor
            self.open_spec(self.spec_under_cursor.key, test.test_id if test is not None else "")

    def _filter_by_group(self, key: str) -> None:
        wanted = group_filter(key.partition("\n")[2])
        self.set_filter("" if self.panes.order.filter == wanted else wanted)

    def do_run_detail(self) -> None:
        run_id = self.run_at_hand

        def rows() -> tuple[Row, ...]:
            now, about = self.session.clock.now(), self.state.about(run_id)
            if about is None or about.known is None or about.known_board is None:
                return (Row("", "Nothing is known of this run."),)
            asked = requests_per_minute(self.state, now)
            return run_rows(
                about.known,
                about.known_board,
                asked,
                now,
                self.session.look,
                history=about.history or NOTHING,
                run_timeout=self.state.run_timeout,
                follows=self.state.follows,
            )

        self._open_page("Run", rows, lambda: self.session.run_url(run_id), self.deeds_of(run_id))

    def do_timeline(self) -> None:
        from currents_tui.ui.screens.timeline import TimelineScreen

        run_id = self.run_at_hand
        if run_id != self.state.selected:
            self.select_run(run_id)

        def stalls() -> tuple[Stall, ...]:
            about = self.state.about(run_id)
            now = self.session.clock.now()
            return stuck(about, now, self.state.pace, self.state.run_timeout) if about is not None else ()

        row = self.spec_under_cursor
        screen = TimelineScreen(
            self.session,
            lambda: self.state.about(run_id),
            stalls=stalls,
            pulse=self.pulse,
            open_spec=self.open_spec,
            deeds=self.deeds_of(run_id),
            at=row.key if row is not None else "",
        )
        self.app.push_screen(screen)

    def _open_page(self, caption: str, rows: RowsNow, url: UrlNow, deeds: "Deeds | None" = None) -> None:
        from currents_tui.ui.screens.page import PageScreen

        self.app.push_screen(PageScreen(self.session, caption, rows, pulse=self.pulse, url=url, deeds=deeds))

    def pulse(self, cells: int) -> Line:
        """How fresh the data is, for the pages on top of this screen."""
        return pulse(self.state, self.session.clock.now(), self.session.look, wide=cells >= 100)

    def do_help(self) -> None:
        self.shell.show_help(self.PLACE)

    def _to_the_specs(self) -> None:
        """Nobody filters or sorts specs that are not in sight. The list has a filter of its own."""
        if self.alone not in ("", "runs"):
            self.leave_alone("specs")

    def do_sort(self) -> None:
        self._to_the_specs()
        self.panes.order.next_sort()
        self.draw()

    def do_reverse(self) -> None:
        self._to_the_specs()
        self.panes.order.backwards = not self.panes.order.backwards
        self.draw()

    # --- the filter

    def do_filter(self) -> None:
        if self.field is not None:
            self.set_focus(self.field)
            return
        from currents_tui.ui.widgets.filter_input import FilterInput, RunFilterInput

        self._to_the_specs()
        focused = self.moved_pane()
        field: FilterInput
        if focused is None or focused.id != "runs":
            field = FilterInput(self.panes.order.filter)
        elif not self.ensure_list():
            self.say("The project of these runs is not known yet.")
            return
        else:
            feed = self.state.feed
            field = RunFilterInput(
                str(feed.wanted) if feed is not None else "",
                lambda typed: completed(typed, self.state.feed.seen) if self.state.feed is not None else None,
            )
        self.field = field
        self.mount(field, before="#keys")
        self.set_focus(field)
        self.draw()

    def on_filter_input_edited(self, event: "FilterInput.Edited") -> None:
        # Runs are filtered by the service, which is not asked at every letter.
        if not event.of_runs:
            self.set_filter(event.text)

    def on_filter_input_closed(self, event: "FilterInput.Closed") -> None:
        if event.of_runs:
            try:
                wanted = parse_run_filter(event.text)
            except Problem as problem:
                self.say(problem.sentence)
                return
            self.set_run_filter(wanted)
        elif refused := refusal(event.text):
            self.say(refused)
            return
        self._close_filter()

    def _close_filter(self) -> None:
        field, self.field = self.field, None
        if field is not None:
            field.remove()
            self.set_focus(self.pane("runs" if field.OF_RUNS else "specs"))
        self.draw()

    def set_filter(self, text: str) -> None:
        self.panes.order.filter = text.strip()
        self.draw()

    # --- going back

    def do_back(self) -> None:
        """Close what is open, from the newest on: the filter's field, a filter, the runs or the run."""
        if self.field is not None:
            if not self.field.OF_RUNS:
                self.set_filter("")
            self._close_filter()
        elif self.layout_now.is_tiny:
            pass  # a filter, or the way back to the list, is nothing that one sees
        elif self._in_filtered_list():
            self.set_run_filter(ALL)
        elif self.alone != "runs" and self.panes.order.filter:
            self.set_filter("")
        else:
            self._one_level_up()

    def _in_filtered_list(self) -> bool:
        focused, feed = self.moved_pane(), self.state.feed
        in_list = self.alone == "runs" or (focused is not None and focused.id == "runs")
        return in_list and feed is not None and not feed.wanted.is_empty

    def level_up(self) -> str:
        """Where a step back leads: "specs" from a pane over the whole screen, "run" from the list to the run,
        "runs" from the run to the list that it was chosen in; "" at the top.
        """
        if self.alone not in ("", "runs"):
            return "specs"
        if not self.state.selected:
            return ""  # a list without a run has none to go to
        are_beside = self.layout_now.has("runs") and not self.alone
        if are_beside or bool(self.alone) is self.starts_with_list:
            return ""
        return "run" if self.alone else "runs"

    def _one_level_up(self) -> bool:
        """A step back; False at the top."""
        match self.level_up():
            case "specs":
                self.leave_alone("specs")
            case "run":
                self.select_run(self.state.selected)
            case "runs":
                self.go_to_runs()
            case _:
                return False
        return True

    def do_quit(self) -> None:
        if self.field is not None:
            self.do_back()
        elif self.layout_now.is_tiny or not self._one_level_up():
            self.do_leave()  # no level but one is in sight there, and it says that q quits

    def do_leave(self) -> None:
        current = self.state.current
        doing = next(((known.run_id, known.under_way) for known in self.state.runs if known.under_way), None)
        if doing is not None:
            run_id, deed = doing
            self.shell.give_up(
                Problem(
                    Kind.TIMEOUT,
                    f"Left while run {run_id} was being {deed.past}: whether it was is not known.",
                    "Look before you repeat it.",
                )
            )
        elif current.known is None and current.trouble is not None:
            # Nothing was ever seen: that is no success, and the shell should know.
            trouble = current.trouble
            self.shell.give_up(Problem(trouble.kind, trouble.sentence, trouble.hint))
        else:
            self.app.exit(return_code=0)

    # --- asking

    def do_pause(self) -> None:
        self.state = structs.replace(self.state, paused=not self.state.paused)
        self.following.set_paused(self.state.paused)
        self.say("Paused: nothing is asked until space or r." if self.state.paused else "Asking again.")

    def do_poll_now(self) -> None:
        self.following.wake()
        if self.wants_list:
            self.following.wake_list()
        self.draw()

    def do_slower(self) -> None:
        self._set_interval(stepped(self.state.interval, 1))

    def do_faster(self) -> None:
        self._set_interval(stepped(self.state.interval, -1))

    def _set_interval(self, seconds: float) -> None:
        self.state = structs.replace(self.state, interval=seconds)
        self.following.set_interval(seconds)
        self.say(f"Asking every {seconds:g} s.")

    # --- taking away

    def do_web(self) -> None:
        focused = self.moved_pane()
        of_specs = focused is not None and focused.id in ("specs", "spec", "failures")
        page = self.page_under_cursor if of_specs else ""
        self.say(self.shell.open_page(page or self.session.run_url(self.run_at_hand)))

    def do_copy(self) -> None:
        from currents_tui.ui.screens.copy_menu import CopyMenu

        self.app.push_screen(CopyMenu(self._copies()), self._copy)

    def _copies(self) -> tuple[tuple[str, str, str], ...]:
        """What can be copied: (key, what it is, the text)."""
        current = self.state.about(self.run_at_hand) or self.state.current
        row = self.spec_under_cursor if current.run_id == self.state.selected else None
        commit = current.known.meta.commit if current.known is not None else None
        spec = row.spec if row is not None else None
        of_test = "test" if self.test_under_cursor is not None else "spec"
        offered = (
            ("u", "URL", self.session.run_url(current.run_id)),
            ("p", f"page of the {of_test}", self.page_under_cursor if spec else ""),
            ("e", "error", self.error_under_cursor if spec else ""),
            ("i", "run id", current.run_id),
            ("s", "spec file", (spec.spec if spec else None) or ""),
            ("n", "instance id", (spec.instance_id if spec else None) or ""),
            ("c", "commit", (commit.sha if commit else None) or ""),
            ("b", "branch", (commit.branch if commit else None) or ""),
        )
        return tuple(item for item in offered if item[2])

    def _copy(self, text: str | None) -> None:
        if text:
            self.shell.copy_text(text)
            self.say(f"Sent to the clipboard: {text.partition(chr(10))[0]}")
