"""The real application on a service and a clock that a test holds in its hands."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from msgspec import structs
from textual.pilot import Pilot
from textual.screen import Screen

from currents_tui.core.cells import UNICODE
from currents_tui.core.instance import Instance
from currents_tui.core.model import Project, Run, RunPage, Spec
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.rows.look import Look
from currents_tui.core.run_filter import RunFilter
from currents_tui.core.text import plain
from currents_tui.ui.app import CurrentsApp
from currents_tui.ui.screens.watch import WatchScreen
from currents_tui.ui.session import Editor, Session
from currents_tui.ui.widgets.painted import Painted
from currents_tui.ui.widgets.pane import Pane
from currents_tui.watch.follow import Service as ServiceProtocol
from tests.builders import NOW, failed, passed, run, running, spec, waiting
from tests.feeds import Listing
from tests.patience import PATIENCE
from tests.watch.fake import FakeClock, settle

INTERVAL = 5.0


@dataclass
class Service:
    """Answers at once with what it was told to say."""

    answers: dict[str, Run | Problem]
    asked: list[str] = field(default_factory=list)
    listing: Listing = field(default_factory=Listing)
    instances: dict[str, Instance | Problem] = field(default_factory=dict)
    inspected: list[str] = field(default_factory=list)
    """The instances that were asked for."""
    written: list[tuple[str, str]] = field(default_factory=list)
    refuses: Problem | None = None
    """What writes are answered with; None does them."""

    async def cancel(self, run_id: str) -> None:
        await self._write("cancel", run_id)
        self._become(run_id, "CANCELED")

    async def delete(self, run_id: str) -> None:
        await self._write("delete", run_id)
        self.answers[run_id] = Problem(Kind.NOT_FOUND, "There is no such run.")
        self.listing.there = [item for item in self.listing.there if item.run_id != run_id]

    async def _write(self, what: str, run_id: str) -> None:
        self.written.append((what, run_id))
        if self.refuses is not None:
            raise self.refuses

    def _become(self, run_id: str, state: str) -> None:
        run = self.answers[run_id]
        assert isinstance(run, Run)
        self.answers[run_id] = structs.replace(run, completion_state=plain(state))

    async def instance(self, instance_id: str) -> Instance:
        self.inspected.append(instance_id)
        told = self.instances.get(instance_id, Problem(Kind.NOT_FOUND, "There is no such instance."))
        if isinstance(told, Problem):
            raise told
        return told

    async def run_answer(self, run_id: str) -> bytes:
        return b'{"data":{}}'

    async def runs(
        self, project_id: str, wanted: RunFilter, *, after: str = "", before: str = "", limit: int = 50
    ) -> RunPage:
        return await self.listing.runs(project_id, wanted, after=after, before=before, limit=limit)

    async def project(self, project_id: str) -> Project:
        return await self.listing.project(project_id)

    async def projects(self) -> tuple[Project, ...]:
        return await self.listing.projects()

    async def run(self, run_id: str) -> Run:
        self.asked.append(run_id)
        answer = self.answers.get(run_id) or self.listing.whole(run_id)
        if isinstance(answer, Problem):
            raise answer
        return answer


@dataclass
class Watching:
    """The application under test, with all that it can reach."""

    app: CurrentsApp
    pilot: Pilot[None]
    clock: FakeClock
    service: Service
    opened: list[str]

    @property
    def screen(self) -> WatchScreen:
        return self.app.watching

    @property
    def specs(self) -> Pane:
        return self.screen.pane("specs")

    def shows(self, kind: type[Screen[Any]]) -> bool:
        """Whether a screen of that kind is on top."""
        return isinstance(self.app.screen, kind)

    @property
    def focus(self) -> str | None:
        """The name of the widget that has the focus on the screen that is on top."""
        focused = self.app.screen.focused
        return focused.id or type(focused).__name__ if focused is not None else None

    def lines(self, name: str) -> list[str]:
        """The lines of the widget `name` on the screen that is on top."""
        return text_of(self.app.screen.query_one(f"#{name}", Painted))

    def shown(self) -> str:
        """Every line on the screen that is on top."""
        widgets = [w for w in self.app.screen.query(Painted) if w.display and w.region]
        return "\n".join(line for widget in widgets for line in text_of(widget))

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def resize(self, width: int, height: int) -> None:
        """The terminal has this size from now on, and what that leads to is done."""
        await self.pilot.resize_terminal(width, height)
        await self.pilot.pause()
        await self.pilot.pause()  # a pane hands the focus on only once it has gone

    async def type(self, text: str) -> None:
        """The keys of `text`, as the terminal would name them."""
        await self.press(*(_NAMES.get(char, char) for char in text))

    async def until(self, reached: Callable[[], bool]) -> None:
        """Let the application work until `reached`."""
        end = time.monotonic() + PATIENCE
        while not reached():
            assert time.monotonic() < end, self.shown()
            await self.pilot.pause(0.02)

    async def advance(self, seconds: float) -> None:
        """Let time pass, and draw what it brought."""
        await self.clock.advance(seconds)
        await self.pilot.pause()
        self.screen.tick()
        await self.pilot.pause()

    async def poll(self, answer: Run | Problem) -> None:
        """The next question about the run in front is answered with `answer`."""
        self.service.answers[self.screen.state.selected] = answer
        asked = len(self.service.asked)
        for _ in range(130):
            await self.advance(1)
            if len(self.service.asked) > asked:
                return
        raise AssertionError("nothing was asked")


_NAMES = {" ": "space", "-": "minus", "\r": "enter", ":": "colon", "!": "exclamation_mark", ".": "full_stop"}


def text_of(widget: Painted) -> list[str]:
    return ["".join(text for text, _ in line) for line in widget.lines]


def usual() -> Run:
    """Two groups: failed, flaky, running, waiting and passed specs."""
    return run(
        failed("a-fail.spec.ts"),
        failed("b-fail.spec.ts", group="webkit", machine="machine-2"),
        passed("c-flaky.spec.ts", flaky=1),
        running("d-run.spec.ts"),
        running("e-run.spec.ts", group="webkit", machine="machine-2", for_=20),
        waiting("f-wait.spec.ts"),
        passed("g-pass.spec.ts"),
        spec("h-tagged.spec.ts", claimed=90, completed=30, took=60, passes=4, tags=("slow",)),
    )


def many(count: int) -> list[Spec]:
    return [passed(f"spec-{number:05}.spec.ts") for number in range(count)]


@asynccontextmanager
async def watching(
    *runs: Run,
    size: tuple[int, int] = (80, 24),
    theme: str = "dark",
    browser: bool = True,
    read_only: str = "",
    source: ServiceProtocol | None = None,
    listing: Listing | None = None,
    project: str | None = None,
    branch: str | None = None,
    editor: Editor | None = None,
) -> AsyncIterator[Watching]:
    """The application on `runs`, all of them answered once, or on what `source` says of them; with
    `listing` and no run, on a project's list (`project`), or on the projects there are.
    """
    followed = runs or (() if listing is not None else (usual(),))
    clock = FakeClock()
    clock.time = NOW
    service = Service({r.run_id or "": r for r in followed}, listing=listing or Listing())
    opened: list[str] = []

    def open_url(address: str) -> bool:
        opened.append(address)
        return browser

    @asynccontextmanager
    async def connect() -> AsyncIterator[ServiceProtocol]:
        yield source or service

    session = Session(
        run_ids=tuple(service.answers),
        project_id=project,
        branch=branch,
        interval=INTERVAL,
        connect=connect,
        clock=clock,
        look=Look(UNICODE, UTC),
        run_url=lambda run_id: f"https://app.example.com/run/{run_id}",
        spec_url=lambda instance: f"https://app.example.com/instance/{instance}",
        open_url=open_url,
        theme=theme,
        save_copy=lambda run_id, answer: f"copy-of-{run_id}.json",
        read_only=read_only,
        editor=editor,
    )
    app = CurrentsApp(session)
    async with app.run_test(size=size) as pilot:
        watched = Watching(app, pilot, clock, service, opened)
        await watched.until(lambda: app.watching.panes.is_warm)
        await settle()
        while not all(known.run for known in app.watching.state.runs):
            await watched.advance(0.2)
        await settle()
        await pilot.pause()
        yield watched
