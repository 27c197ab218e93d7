"""Choosing among runs: which one is shown, the project's list, following a branch."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import structs

from currents_tui.core.events import Event, Listed, Paged
from currents_tui.core.feed import GAP, Feed, newest_of, page_near, trimmed
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.rows.look import short_id
from currents_tui.core.run_filter import ALL, RunFilter, Seen
from currents_tui.core.state import State, followed, released, to_follow
from currents_tui.core.text import clip, plain
from currents_tui.core.watched import Watched
from currents_tui.ui.commanded import Commanded
from currents_tui.ui.screens.movement import Movement
from currents_tui.ui.widgets.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from currents_tui.core.model import Project
    from currents_tui.ui.layout import Layout
    from currents_tui.ui.session import Session
    from currents_tui.ui.widgets.filter_input import FilterInput
    from currents_tui.watch.follow import Following


HOLD_FOR = timedelta(seconds=2)
"""After a key, run and rows stay in place for this long: nobody should press Enter on what just moved in."""


class RunCommands(Movement, Commanded):
    """A command a method. The screen below gives them their state and draws what they change."""

    session: "Session"
    state: State
    following: "Following"
    alone: str
    """The pane that takes the whole body where it has no room beside the others; "" for none."""
    layout_now: "Layout"
    field: "FilterInput | None" = None
    """The field in which a filter is being typed."""
    key_at: datetime | None = None
    """When a key was pressed last, on whichever page."""
    awaited: str
    """The branch whose newest run is to be shown as long as nobody has chosen one; "" for none."""

    def apply(self, event: Event) -> None:
        raise NotImplementedError

    def lay_out(self) -> None:
        raise NotImplementedError

    def pane(self, name: str) -> Pane:
        raise NotImplementedError

    def say(self, text: str, *, until_a_key: bool = False) -> None:
        raise NotImplementedError

    def was_key_pressed(self, now: datetime) -> bool:
        """Whether somebody is at the keys, and means what is shown now with the next one."""
        return self.key_at is not None and abs(now - self.key_at) < HOLD_FOR

    # --- which run is shown

    @property
    def run_at_hand(self) -> str:
        """The run that keys are about: in the pane of the runs the one under the cursor, else the one shown.

        "" where there is none.
        """
        if not self.is_in_list:
            return self.state.selected
        cursor = self.pane("runs").cursor
        return "" if cursor is None or cursor.startswith(GAP) else cursor

    @property
    def is_in_list(self) -> bool:
        """Whether keys move the cursor of the pane of the runs."""
        focused = self.moved_pane()
        return focused is not None and focused.id == "runs"

    def select_run(self, run_id: str) -> None:
        """Show the run `run_id` in the panes, and go there."""
        self.alone = ""
        self.show_run(run_id)
        self.lay_out()
        self.set_focus(self.pane("specs"))
        self.draw()

    def show_run(self, run_id: str) -> None:
        """Show the run `run_id` in the panes, whatever is looked at."""
        before = self.state.selected
        self.state = structs.replace(followed(self.state, run_id), selected=run_id)
        self.release([before])

    def release(self, run_ids: "Sequence[str]") -> None:
        """Follow no longer what was not named on the command line, and what nothing is done to."""
        for run_id in run_ids:
            if run_id not in self.session.run_ids:
                self.state = released(self.state, run_id)
        self.follow_what_is_known()

    def follow_what_is_known(self) -> None:
        self.following.keep([watched.run_id for watched in self.state.runs], self.state.selected)

    # --- the project's list

    @property
    def wants_list(self) -> bool:
        """Whether somebody looks at the list, or waits for what it brings."""
        return self.layout_now.has("runs") or bool(self.state.follows) or not self.state.selected

    def open_project(self, project_id: str, wanted: RunFilter = ALL) -> None:
        """Ask for the project's runs, in place of what was listed."""
        before = self.state.feed
        seen = before.seen if before is not None and before.project_id == project_id else Seen()
        feed = Feed(project_id=project_id, wanted=wanted, seen=seen)
        self.state = structs.replace(self.state, feed=feed)
        self.following.list_runs(project_id, wanted)
        self.lay_out()

    def list_arrived(self, event: Listed | Paged) -> None:
        """The list changed: choose a run if none was, move on with a branch, forget what is far away."""
        feed = self.state.feed
        if feed is None:
            return
        if isinstance(event, Paged):
            if (self.pane("runs").cursor or "").startswith(GAP):
                self.draw()  # what filled the gap now stands where the cursor is
            self.state = structs.replace(self.state, feed=trimmed(feed, self.pane("runs").cursor or ""))
            return
        if not self.state.selected:
            self._choose_first(feed)
        for watched in self.state.runs:
            if _moved_on(watched):
                self.following.wake(watched.run_id)
        self.follow_branch()

    def _choose_first(self, feed: Feed) -> None:
        """The newest run of the branch that is checked out, else the newest."""
        branch = self.awaited
        found = newest_of(feed, branch) if branch else None
        if found is not None and found.run_id:
            self._choose(found.run_id)
        elif branch and not feed.is_complete:
            self.run_worker(self._look_for(branch), name="branch", group="branch", exclusive=True)
        else:
            self._await(branch)

    async def _look_for(self, branch: str) -> None:
        """Choose the newest run of `branch`, which is on no page that is here."""
        feed = self.state.feed
        if feed is None:
            return
        try:
            item = await self.following.newest_of(feed.project_id, branch)
        except Problem as problem:
            if self._waits_in(feed.project_id):
                self._await("")
                self.say(problem.sentence)
            return
        if not self._waits_in(feed.project_id):
            return
        if item is None or not item.run_id:
            self._await(branch)
            return
        found = Watched(item.run_id, listed=item)
        self.state = structs.replace(self.state, runs=(*self.state.runs, found))
        self._choose(item.run_id)

    def _waits_in(self, project_id: str) -> bool:
        """Whether nobody has chosen a run or another project meanwhile."""
        feed = self.state.feed
        return not self.state.selected and feed is not None and feed.project_id == project_id

    def _await(self, branch: str) -> None:
        """There is no run of `branch`: show the newest of all, and this one when it comes."""
        if branch:
            self.state = structs.replace(self.state, follows=branch)
            self.say(f"No run of {clip(plain(branch), 40)} yet: it is shown when it comes. f stops waiting.")
        self.awaited = ""
        newest = next(self.state.feed.items, None) if self.state.feed is not None else None
        if newest is not None and newest.run_id:
            self._choose(newest.run_id)

    def _choose(self, run_id: str) -> None:
        """Show the run that nobody has chosen."""
        self.awaited = ""
        self.show_run(run_id)
        self.draw()
        self.pane("runs").go(run_id)
        self.draw()

    def near_the_end(self) -> None:
        """The cursor moved in the list: ask for the runs that it comes near to."""
        feed, cursor = self.state.feed, self.pane("runs").cursor
        if feed is None or cursor is None or feed.paging is not None:
            return
        request = page_near(feed, cursor)
        if request is not None:
            self.following.turn_page(feed.project_id, feed.wanted, request)

    def _project_id(self) -> str | None:
        """The project that is listed, else that of the run that is shown."""
        if self.state.feed is not None:
            return self.state.feed.project_id
        known = self.state.current.known
        return self.session.project_id or (known.project_id if known is not None else None)

    def ensure_list(self) -> bool:
        """Ask for the project's runs, unless they are listed; False where the project is not known."""
        if self.state.feed is not None:
            return True
        project_id = self._project_id()
        if project_id is not None:
            self.open_project(project_id)
        return project_id is not None

    def do_projects(self) -> None:
        self.run_worker(self.offer_projects(), name="projects", group="projects", exclusive=True)

    async def offer_projects(self, projects: "tuple[Project, ...] | None" = None) -> None:
        """Let the person choose one of the projects that the key can see."""
        from currents_tui.ui.screens.projects import ProjectsScreen

        nothing_yet = self.state.feed is None and not self.state.runs
        if projects is None:
            try:
                projects = await self.following.projects()
            except Problem as problem:
                if nothing_yet:
                    self.shell.give_up(problem)
                else:
                    self.say(problem.sentence)
                return
        if not projects and nothing_yet:
            sentence = "This key sees no project."
            self.shell.give_up(Problem(Kind.NOT_FOUND, sentence, "Is it the key of the right organization?"))
        elif len(projects) == 1 and nothing_yet:
            self._open_chosen(projects[0].project_id)
        elif nothing_yet or (self.app.screen is self and self.field is None):
            # Later than that, whoever asked for it has gone on, and what is typed now is meant for that.
            screen = ProjectsScreen(self.session, projects, self._project_id(), quits=nothing_yet)
            self.app.push_screen(screen, self._open_chosen)

    def _open_chosen(self, project_id: str | None) -> None:
        if project_id is None:
            return
        self.state = structs.replace(self.state, chosen_project=project_id)
        if self.state.feed is None or self.state.feed.project_id != project_id:
            self._leave_project_for(project_id)
            self.open_project(project_id)
        self.go_to_runs()

    def _leave_project_for(self, project_id: str) -> None:
        shown = self.state.current.known
        if shown is not None and shown.project_id != project_id:
            named = tuple(w for w in self.state.runs if w.run_id in self.session.run_ids)
            self.state = structs.replace(self.state, selected="", runs=named)
            self.follow_what_is_known()
        elif self.state.feed is None:
            return  # the first project, or that of the run that was named
        # The branch that is checked out here says nothing about another project.
        self.awaited = ""
        self.state = structs.replace(self.state, follows="", marked=frozenset())

    def go_to_runs(self) -> None:
        """Move into the pane of the runs, over the whole screen where there is no room beside."""
        pane = self.pane("runs")
        was_there = pane.has_keys
        self.alone = "runs"
        self.lay_out()
        self.set_focus(pane)
        self.draw()
        if self.state.selected and not was_there:
            pane.go(self.state.selected)

    # --- following a branch

    def do_follow(self) -> None:
        if self.state.follows:
            branch, self.state = self.state.follows, structs.replace(self.state, follows="")
            self.lay_out()
            self.say(f"No longer following {clip(plain(branch), 40)}.")
            return
        about = self.state.about(self.run_at_hand)
        run = about.newest if about is not None else None
        branch = (run.meta.commit.branch if run is not None else None) or ""
        if not branch or not self.ensure_list():
            self.say("This run names no branch that could be followed.")
            return
        self.state = structs.replace(self.state, follows=branch)
        self.key_at = None  # whoever asks for it wants it at once
        self.lay_out()
        self.following.wake_list()
        self.say(f"Following {clip(plain(branch), 40)}: a newer run of it is shown when it comes.")
        self.follow_branch()

    def follow_branch(self) -> None:
        """Show the newest run of the branch that is followed; never under somebody's hands: a tick that
        finds nobody at the keys does it.
        """
        if self.app.screen is not self or self.field is not None:
            return
        if self.was_key_pressed(self.session.clock.now()):
            return
        run_id = to_follow(self.state)
        if run_id is None:
            return
        runs, before = self.pane("runs"), self.state.selected
        goes_along = runs.cursor in (before, None)
        self.show_run(run_id)
        self.lay_out()
        self.draw()
        if goes_along:
            runs.go(run_id)
        branch = clip(plain(self.state.follows), 40)
        told = f"Moved on to run {short_id(run_id)}, the newest of {branch}. f stops following."
        self.say(told, until_a_key=True)

    # --- which of them are listed

    def set_run_filter(self, wanted: RunFilter) -> None:
        """List the runs that are `wanted`, and no others."""
        project_id = self._project_id()
        if project_id is not None and (self.state.feed is None or self.state.feed.wanted != wanted):
            self.open_project(project_id, wanted)
        self.draw()


def _moved_on(watched: Watched) -> bool:
    """Whether a run that is asked about slowly, for it stood still or was over, goes on after all."""
    run, listed = watched.run, watched.listed
    if run is None or listed is None or watched.newest is not listed:
        return False
    if watched.schedule is None or watched.schedule.reason not in ("unchanged", "over"):
        return False
    return (run.completion_state, run.status, run.groups) != (
        listed.completion_state,
        listed.status,
        listed.groups,
    )
