"""What the keys of the main screen do.

What opens at a key is imported at that key: none of it is needed for the first screen.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec import structs

from currents_tui.core.cells import Line
from currents_tui.core.commands import DEEDS, Command, Place, stepped
from currents_tui.core.deed import Deed, Outcome, told_all
from currents_tui.core.events import Began, Ended, Event
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.rows.detail import Row, run_rows, spec_rows
from currents_tui.core.rows.dialog import Question
from currents_tui.core.rows.header import pulse
from currents_tui.core.rows.panes import failing
from currents_tui.core.stall import stall_of
from currents_tui.core.state import deed_refusal, requests_per_minute, stuck
from currents_tui.core.text import plain
from currents_tui.core.words import counted
from currents_tui.ui.commanded import Commanded
from currents_tui.ui.screens.movement import Movement
from currents_tui.ui.widgets.pane import Pane
from currents_tui.watch.deeds import carry_out

if TYPE_CHECKING:
    from currents_tui.core.board import SpecRow
    from currents_tui.core.state import State
    from currents_tui.ui.session import Session
    from currents_tui.ui.spec_order import SpecOrder
    from currents_tui.ui.widgets.filter_input import FilterInput
    from currents_tui.watch.follow import Following, Service

RowsNow = Callable[[], tuple[Row, ...]]
UrlNow = Callable[[], str | None]

TINY_ALIVE = frozenset({"quit", "leave", "interrupt", "help", "web", "redraw", "suspend", "back"})
"""What can be done when one line is all there is: nobody acts on what they cannot see."""

PANES = ("runs", "groups", "specs", "spec")


class WatchCommands(Movement, Commanded):
    """A command a method. The screen below gives them their state and draws what they change."""

    PLACE: ClassVar[Place] = Place.WATCH

    session: "Session"
    state: "State"
    following: "Following"
    order: "SpecOrder"
    folded: bool
    only_runs: bool
    is_tiny: bool
    has_runs: bool
    _said: tuple[str, datetime | None] | None

    def apply(self, event: Event) -> None:
        raise NotImplementedError

    def lay_out(self) -> None:
        raise NotImplementedError

    def pane(self, name: str) -> Pane:
        raise NotImplementedError

    @property
    def spec_under_cursor(self) -> "SpecRow | None":
        raise NotImplementedError

    def refusal(self, command: Command) -> str | None:
        if self.is_tiny and command.id not in TINY_ALIVE:
            return "Too small to act in: make the window larger."
        if command.id in DEEDS:
            deed = Deed(command.id)
            refusals = [deed_refusal(self.state, deed, run_id) for run_id in self._targets(deed)]
            return None if None in refusals else refusals[0]
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
            self.select_run(focused.cursor)
        elif focused.id == "groups":
            self._filter_by_group(focused.cursor)
        elif self.spec_under_cursor is not None:
            self._open_spec(self.spec_under_cursor.key)

    def select_run(self, run_id: str) -> None:
        """Show the run `run_id` in the panes."""
        self.only_runs = False
        if run_id != self.state.selected:
            self.state = structs.replace(self.state, selected=run_id)
            self.following.set_front(run_id)
        self.lay_out()
        self.set_focus(self.pane("specs"))
        self.draw()

    def _filter_by_group(self, key: str) -> None:
        name = key.partition("\n")[2]
        wanted = f'g:"{name}"' if " " in name else f"g:{name}"
        self.set_filter("" if self.order.filter == wanted else wanted)

    def _open_spec(self, key: str) -> None:
        look, clock = self.session.look, self.session.clock

        def rows() -> tuple[Row, ...]:
            known = self.state.current.board
            row = known.by_key.get(key) if known is not None else None
            if row is None:
                return (Row("", "This spec is no longer part of the run."),)
            now = clock.now()
            return spec_rows(row, stall_of(row, stuck(self.state.current, now, self.state.pace)), now, look)

        def url() -> str | None:
            known = self.state.current.board
            row = known.by_key.get(key) if known is not None else None
            told = row.spec.instance_id if row is not None else None
            return self.session.spec_url(told) if told else None

        self._open_page("Spec", rows, url)

    def do_run_detail(self) -> None:
        def rows() -> tuple[Row, ...]:
            now, current = self.session.clock.now(), self.state.current
            if current.run is None or current.board is None:
                return ()
            asked = requests_per_minute(self.state, now)
            return run_rows(current.run, current.board, asked, now, self.session.look)

        def ask(deed: Deed) -> str | None:
            refusal = deed_refusal(self.state, deed, self.state.selected)
            if refusal is None:
                self._ask_about(deed, (self.state.selected,))
            return refusal

        self._open_page("Run", rows, lambda: self.session.run_url(self.state.selected), ask)

    def _open_page(
        self, caption: str, rows: RowsNow, url: UrlNow, ask: Callable[[Deed], str | None] | None = None
    ) -> None:
        from currents_tui.ui.screens.page import PageScreen

        self.app.push_screen(PageScreen(self.session, caption, rows, pulse=self.pulse, url=url, ask=ask))

    def pulse(self, cells: int) -> Line:
        """How fresh the data is, for the pages on top of this screen."""
        return pulse(self.state, self.session.clock.now(), self.session.look, wide=cells >= 100)

    def do_help(self) -> None:
        self.shell.show_help()

    def do_next_failure(self) -> None:
        self._to_failure(1)

    def do_previous_failure(self) -> None:
        self._to_failure(-1)

    def _to_failure(self, step: int) -> None:
        known, pane = self.state.current.board, self.pane("specs")
        if known is None:
            return
        failures = [key for key in pane.keys if key in known.by_key and failing(known.by_key[key])]
        if not failures:
            self.say("No failed spec matches the filter.")
            return
        self.set_focus(pane)
        if pane.cursor in failures:
            place = failures.index(pane.cursor) + step
        else:
            here = pane.keys.index(pane.cursor) if pane.cursor in pane.keys else -1
            after = [i for i, key in enumerate(failures) if pane.keys.index(key) > here]
            place = after[0] if after and step > 0 else (after[0] - 1 if after else -1)
        pane.go(failures[place % len(failures)])

    def do_sort(self) -> None:
        self.order.next_sort()
        self.draw()

    def do_reverse(self) -> None:
        self.order.backwards = not self.order.backwards
        self.draw()

    # --- the filter

    def do_filter(self) -> None:
        existing = self.query("FilterInput")
        if existing:
            self.set_focus(existing.first())
            return
        from currents_tui.ui.widgets.filter_input import FilterInput

        field = FilterInput(self.order.filter)
        self.mount(field, before="#keys")
        self.set_focus(field)

    def on_filter_input_edited(self, event: "FilterInput.Edited") -> None:
        self.set_filter(event.text)

    def on_filter_input_closed(self, event: "FilterInput.Closed") -> None:
        self.query("FilterInput").remove()
        self.set_focus(self.pane("specs"))

    def set_filter(self, text: str) -> None:
        self.order.filter = text.strip()
        self.draw()

    # --- going back

    def do_back(self) -> None:
        """Close what is open, from the newest on: the filter's field, the runs, the filter itself."""
        if self.query("FilterInput"):
            self.query("FilterInput").remove()
            self.set_filter("")
            self.set_focus(self.pane("specs"))
        elif self.only_runs:
            self.select_run(self.state.selected)
        elif self.order.filter:
            self.set_filter("")

    def do_quit(self) -> None:
        if self.query("FilterInput") or self.only_runs:
            self.do_back()
        else:
            self.do_leave()

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
        elif current.run is None and current.trouble is not None:
            # Nothing was ever seen: that is no success, and the shell should know.
            trouble = current.trouble
            self.shell.give_up(Problem(trouble.kind, trouble.sentence, trouble.hint))
        else:
            super().do_leave()

    # --- panes

    def _shown_panes(self) -> list[Pane]:
        return [pane for pane in map(self.pane, PANES) if pane.region and pane.size.height > 1]

    def do_next_pane(self) -> None:
        self._turn(1)

    def do_previous_pane(self) -> None:
        self._turn(-1)

    def _turn(self, step: int) -> None:
        shown = self._shown_panes()
        focused = self.moved_pane()
        if shown:
            place = shown.index(focused) if focused in shown else 0
            self.set_focus(shown[(place + step) % len(shown)])

    def do_runs_pane(self) -> None:
        if not self.has_runs:
            self.only_runs = not self.only_runs
            self.lay_out()
        self.set_focus(self.pane("runs" if self.only_runs or self.has_runs else "specs"))
        self.draw()

    def do_groups_pane(self) -> None:
        pane = self.pane("groups")
        if self.folded or pane.has_focus:
            self.folded = not self.folded
            self.lay_out()
        self.set_focus(self.pane("specs" if self.folded else "groups"))
        self.draw()

    def do_specs_pane(self) -> None:
        self.set_focus(self.pane("specs"))

    # --- asking

    def do_pause(self) -> None:
        self.state = structs.replace(self.state, paused=not self.state.paused)
        self.following.set_paused(self.state.paused)
        self.say("Paused: nothing is asked until space or r." if self.state.paused else "Asking again.")

    def do_poll_now(self) -> None:
        self.following.wake()
        self.draw()

    def do_slower(self) -> None:
        self._set_interval(stepped(self.state.interval, 1))

    def do_faster(self) -> None:
        self._set_interval(stepped(self.state.interval, -1))

    def _set_interval(self, seconds: float) -> None:
        self.state = structs.replace(self.state, interval=seconds)
        self.following.set_interval(seconds)
        self.say(f"Asking every {seconds:g} s.")

    # --- what cannot be undone

    def _targets(self, deed: Deed) -> tuple[str, ...]:
        """The runs that `deed` would be done to: the one shown or, in the pane of the runs, the one under the
        cursor. There, marked runs are cancelled together.
        """
        focused = self.moved_pane()
        if focused is None or focused.id != "runs" or not focused.cursor:
            return (self.state.selected,)
        marked = tuple(known.run_id for known in self.state.runs if known.run_id in self.state.marked)
        return marked if marked and deed is Deed.CANCEL else (focused.cursor,)

    def do_mark(self) -> None:
        focused = self.moved_pane()
        if focused is None or focused.id != "runs" or not focused.cursor:
            self.say("Runs are marked in the pane of the runs: 0 goes there.")
            return
        marked = self.state.marked ^ {focused.cursor}
        self.state = structs.replace(self.state, marked=marked)
        runs = counted(len(marked), "run")
        self.say(f"{runs} marked: c cancels them." if marked else "No run is marked.", until_a_key=True)

    def do_cancel(self) -> None:
        self._ask_about(Deed.CANCEL, self._targets(Deed.CANCEL))

    def do_delete(self) -> None:
        self._ask_about(Deed.DELETE, self._targets(Deed.DELETE))

    def _ask_about(self, deed: Deed, run_ids: tuple[str, ...]) -> None:
        from currents_tui.ui.screens.question import QuestionScreen

        question = Question(deed=deed, run_ids=run_ids, opened_at=self.session.clock.now())
        screen = QuestionScreen(
            self.session,
            question,
            lambda: [known for known in self.state.runs if known.run_id in run_ids],
            lambda: self._save_copy(question.run_id, screen.tell_copied),
        )

        def answered(confirmed: bool | None) -> None:
            if confirmed:
                self.run_worker(self._carry_out_all(deed, run_ids), name=str(deed), group="deeds")
            else:
                self.say(f"Nothing was {deed.past}.")

        # What the question tells is to be as it is now, not as it was some seconds ago.
        for run_id in run_ids:
            self.following.wake(run_id)
        self.app.push_screen(screen, answered)

    async def _carry_out_all(self, deed: Deed, run_ids: tuple[str, ...]) -> None:
        """Do it to one after the other: to those that it can still be done to, when there are several."""
        service = self.following.service
        if service is None:
            self.say("There is no connection yet: nothing was sent.")
            return
        several = len(run_ids) > 1
        possible = [i for i in run_ids if not several or deed_refusal(self.state, deed, i) is None]
        outcomes = [await self._carry_out(deed, run_id, service) for run_id in possible]
        self.state = structs.replace(self.state, marked=self.state.marked - frozenset(run_ids))
        self.lay_out()
        if outcomes:
            self.say(told_all(outcomes, self.session.look.zone), until_a_key=True)
        else:
            self.say("They were all over by then: nothing was sent.", until_a_key=True)

    async def _carry_out(self, deed: Deed, run_id: str, service: "Service") -> Outcome:
        clock = self.session.clock
        self.apply(Began(run_id=run_id, deed=deed, at=clock.now()))
        outcome = await carry_out(deed, run_id, service, clock, lambda text: self.say(text, until_a_key=True))
        self.apply(Ended(run_id=run_id, outcome=outcome))
        if outcome.is_so and deed is Deed.DELETE:
            self.following.drop(run_id)
            self.following.set_front(self.state.selected)
        else:
            self.following.wake(run_id)
        return outcome

    def _save_copy(self, run_id: str, tell: Callable[[str], None]) -> None:
        async def save() -> None:
            service = self.following.service
            if service is None:
                return
            tell("Saving a copy.")
            try:
                answer = await service.run_answer(run_id)
                tell(f"Saved as {self.session.save_copy(run_id, bytes(answer))}")
            except (Problem, OSError) as error:
                tell(f"No copy was saved: {plain(str(error))}")

        self.run_worker(save(), group="copies")

    # --- taking away

    def do_web(self) -> None:
        row = self.spec_under_cursor
        focused = self.moved_pane()
        if (
            focused is not None
            and focused.id in ("specs", "spec")
            and row is not None
            and row.spec.instance_id
        ):
            address = self.session.spec_url(row.spec.instance_id)
        else:
            address = self.session.run_url(self.state.selected)
        self.say(self.shell.open_page(address))

    def do_copy(self) -> None:
        from currents_tui.ui.screens.copy_menu import CopyMenu

        self.app.push_screen(CopyMenu(self._copies()), self._copy)

    def _copies(self) -> tuple[tuple[str, str, str], ...]:
        """What can be copied: (key, what it is, the text)."""
        current, row = self.state.current, self.spec_under_cursor
        commit = current.run.meta.commit if current.run is not None else None
        spec = row.spec if row is not None else None
        offered = (
            ("u", "URL", self.session.run_url(current.run_id)),
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
            self.say(f"Sent to the clipboard: {text}")
