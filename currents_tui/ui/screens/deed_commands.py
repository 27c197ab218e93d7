"""What is done to runs and cannot be undone: marks, the question, and carrying it out."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import structs

from currents_tui.core.deed import Deed, Outcome, impossible, told_all
from currents_tui.core.events import Began, Ended
from currents_tui.core.problem import Problem
from currents_tui.core.rows.dialog import Question
from currents_tui.core.rows.look import short_id
from currents_tui.core.state import deed_refusal, followed, rows_of
from currents_tui.core.text import clip, plain
from currents_tui.core.words import counted
from currents_tui.ui.screens.run_commands import RunCommands
from currents_tui.watch.deeds import carry_out

if TYPE_CHECKING:
    from currents_tui.ui.screens.covering import Deeds
    from currents_tui.watch.follow import Service


class DeedCommands(RunCommands):
    """Each deed is about ids that were taken when the key was pressed."""

    def targets(self, deed: Deed) -> tuple[str, ...]:
        """The runs that `deed` would be done to: the one shown or, in the pane of the runs, the one under the
        cursor. There, marked runs are cancelled together.
        """
        if self.is_in_list and deed is Deed.CANCEL and self.state.marked:
            rows = [run_id for run_id in rows_of(self.state) if run_id in self.state.marked]
            # Those that no filter shows now are marked all the same, and the question lists each.
            return (*rows, *sorted(self.state.marked - set(rows)))
        return (self.run_at_hand,) if self.run_at_hand else ()

    def do_mark(self) -> None:
        if not self.is_in_list or not self.run_at_hand:
            self.say("Runs are marked in the pane of the runs: 0 goes there.")
            return
        if self.run_at_hand not in self.state.marked and (reason := self._never_cancelled()):
            self.say(f"{reason} Marks are for runs to cancel.")
            return
        marked = self.state.marked ^ {self.run_at_hand}
        self.state = structs.replace(self.state, marked=marked)
        runs = counted(len(marked), "run")
        told = f"{runs} marked: c cancels {'it' if len(marked) == 1 else 'them'}, m takes a mark away."
        self.say(told if marked else "No run is marked.", until_a_key=True)

    def _never_cancelled(self) -> str | None:
        """Why the run at hand cannot be cancelled any more, as far as is known of it."""
        about = self.state.about(self.run_at_hand)
        run = about.newest if about is not None else None
        return impossible(Deed.CANCEL, run) if run is not None else None

    def do_cancel(self) -> None:
        self.ask_about(Deed.CANCEL, self.targets(Deed.CANCEL))

    def do_delete(self) -> None:
        self.ask_about(Deed.DELETE, self.targets(Deed.DELETE))

    def deeds_of(self, run_id: str) -> "Deeds":
        from currents_tui.ui.screens.covering import Deeds

        return Deeds(
            refusal=lambda deed: deed_refusal(self.state, deed, run_id),
            ask=lambda deed: self.ask_about(deed, (run_id,)),
        )

    def ask_about(self, deed: Deed, run_ids: tuple[str, ...]) -> None:
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
                self.release(run_ids)
                self.say(f"Nothing was {deed.past}.")

        # What the question tells is to be as it is now, not as it was some seconds ago.
        for run_id in run_ids:
            self.state = followed(self.state, run_id)
        self.follow_what_is_known()
        for run_id in run_ids:
            self.following.wake(run_id)
        self.app.push_screen(screen, answered)

    async def _carry_out_all(self, deed: Deed, run_ids: tuple[str, ...]) -> None:
        """Do it to one after the other: to those that it can still be done to, when there are several."""
        service = self.following.service
        if service is None:
            self.say("There is no connection yet: nothing was sent.")
            return
        possible = [i for i in run_ids if len(run_ids) == 1 or self._is_possible(deed, i)]
        before = self.state.selected
        outcomes = [await self._carry_out(deed, run_id, service) for run_id in possible]
        instead = self._shown_instead(before) if deed is Deed.DELETE and before in run_ids else ""
        self.state = structs.replace(self.state, marked=self.state.marked - frozenset(run_ids))
        self.release(run_ids)
        self.following.wake_list()
        self.lay_out()
        if outcomes:
            self.say(told_all(outcomes, self.session.look.zone) + instead, until_a_key=True)
        else:
            self.say("They were over by then, or could not be had: nothing was sent.", until_a_key=True)

    def _shown_instead(self, before: str) -> str:
        """Which run took the place of `before`, which was shown and is no more; "" where none did."""
        if self.state.selected in ("", before):
            return ""
        run = self.state.current.newest
        branch = clip(run.meta.commit.branch or "", 30) if run is not None else ""
        return f" Shown now: {short_id(self.state.selected)}{', ' if branch else ''}{branch}."

    def _is_possible(self, deed: Deed, run_id: str) -> bool:
        """Whether the question said that it is done to this one of several runs."""
        watched = self.state.watched(run_id)
        is_known = watched is not None and watched.run is not None
        return is_known and deed_refusal(self.state, deed, run_id) is None

    async def _carry_out(self, deed: Deed, run_id: str, service: "Service") -> Outcome:
        clock = self.session.clock
        self.apply(Began(run_id=run_id, deed=deed, at=clock.now()))
        outcome = await carry_out(deed, run_id, service, clock, lambda text: self.say(text, until_a_key=True))
        self.apply(Ended(run_id=run_id, outcome=outcome))
        if outcome.is_so and deed is Deed.DELETE:
            # Where no other run can take its place, it stays on the screen; nothing more is asked about it.
            self.follow_what_is_known()
            self.following.drop(run_id)
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
