"""`python screenshots/make.py`: draw the real screens from the simulated server, its clock standing still.

Each picture is an SVG; where a Chromium is found it is also a PNG. The same inputs give the same pictures.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from currents_tui.api.address import Address
from currents_tui.api.client import Client
from currents_tui.api.key import Key
from currents_tui.core.cells import ASCII, UNICODE
from currents_tui.core.events import THE_LIST, HistoryTold, InstanceTold, Listed, Polled, Scheduled
from currents_tui.core.history import History, newest_first, past_run
from currents_tui.core.inspection import Inspected, sign_of
from currents_tui.core.instance import Instance
from currents_tui.core.model import Project, Run, RunPage
from currents_tui.core.rows.look import Look
from currents_tui.core.run_filter import ALL, RunFilter
from currents_tui.sim.launch import Simulator
from currents_tui.ui.app import CurrentsApp
from currents_tui.ui.session import Session
from currents_tui.watch.follow import Service

NOW = "2026-03-02T14:14:51Z"
COLOURLESS = "no-colour"
"""Not a theme: as it looks with NO_COLOR set."""


class Picture(NamedTuple):
    name: str
    cols: int
    rows: int
    scenario: str = "busy"
    begin: float = 640
    """Seconds into the story, at life's own speed."""
    keys: tuple[str, ...] = ()
    themes: tuple[str, ...] = ("dark", "light")
    runs: int = 1
    """How many runs were named; with none, the project's list opens, or the projects to choose from."""
    project: bool = True
    ascii: bool = False


PICTURES = (
    Picture("watch-80x24", 80, 24),
    Picture("watch-120x40", 120, 40),
    Picture("watch-200x60", 200, 60),
    Picture("one-run-120x40", 120, 40, project=False, themes=("dark",)),
    Picture("stuck-80x24", 80, 24, "stuck", 760),
    Picture("stuck-120x40", 120, 40, "stuck", 760),
    Picture("over-120x40", 120, 40, "failing", 2400, themes=("dark",)),
    Picture("failures-80x24", 80, 24, "failing", keys=("3",)),
    Picture("failures-120x40", 120, 40, "failing", keys=("3",)),
    Picture("events-80x24", 80, 24, keys=("4",), themes=("dark",)),
    Picture("spec-80x24", 80, 24, "failing", keys=("3", "enter")),
    Picture("spec-120x40", 120, 40, "failing", keys=("3", "enter")),
    Picture("run-120x40", 120, 40, keys=("i",)),
    Picture("run-80x24", 80, 24, keys=("i",), themes=("dark",)),
    Picture("help-80x24", 80, 24, keys=("question_mark",), themes=("dark",)),
    Picture("help-120x40", 120, 40, keys=("question_mark",), themes=("light",)),
    Picture("timeline-120x40", 120, 40, "stuck", 760, keys=("t",), themes=("dark",)),
    Picture("timeline-80x24", 80, 24, keys=("n", "t"), themes=("dark",)),
    Picture("filter-80x24", 80, 24, keys=("slash", *"g:webkit !cart"), themes=("dark",)),
    Picture("palette-80x24", 80, 24, keys=("colon",), themes=("dark",)),
    Picture("runs-80x24", 80, 24, runs=0),
    Picture("runs-120x40", 120, 40, runs=0, themes=("dark",)),
    Picture("runs-filter-80x24", 80, 24, runs=0, keys=("slash", *"branch:fe"), themes=("dark",)),
    Picture("projects-80x24", 80, 24, runs=0, project=False, themes=("dark",)),
    Picture("copy-80x24", 80, 24, keys=("y",), themes=("dark",)),
    Picture("cancel-80x24", 80, 24, keys=("c",)),
    Picture("cancel-120x40", 120, 40, keys=("c",), themes=("dark",)),
    Picture("cancel-green-80x24", 80, 24, "green", keys=("c",), themes=("dark",)),
    Picture("cancel-several-120x40", 120, 40, runs=2, keys=("0", "m", "j", "m", "c"), themes=("dark",)),
    Picture("delete-80x24", 80, 24, "failing", 2400, keys=("D",)),
    Picture("colours-80x24", 80, 24, themes=("colour-blind", "terminal", COLOURLESS)),
    Picture("ascii-80x24", 80, 24, themes=("dark",), ascii=True),
    Picture("huge-120x40", 120, 40, "huge", themes=("dark",)),
)


class Silence:
    """A service that never answers: what is in the picture was asked for beforehand."""

    async def run(self, run_id: str) -> Run:
        await asyncio.Event().wait()
        raise AssertionError

    async def run_answer(self, run_id: str) -> bytes:
        raise AssertionError

    async def instance(self, instance_id: str) -> Instance:
        await asyncio.Event().wait()
        raise AssertionError

    async def runs(self, project_id: str, wanted: RunFilter, **place: object) -> RunPage:
        await asyncio.Event().wait()
        raise AssertionError

    async def projects(self) -> tuple[Project, ...]:
        await asyncio.Event().wait()
        raise AssertionError

    async def project(self, project_id: str) -> Project:
        await asyncio.Event().wait()
        raise AssertionError

    async def cancel(self, run_id: str) -> None:
        raise AssertionError

    async def delete(self, run_id: str) -> None:
        raise AssertionError


@asynccontextmanager
async def silence() -> AsyncIterator[Service]:
    yield Silence()


def answered(run_id: str, run: Run) -> Polled:
    """The answer as it would have come, a second ago."""
    at = StandingClock().now() - timedelta(seconds=1)
    return Polled(run_id=run_id, run=run, asked_at=at - timedelta(milliseconds=212), at=at)


def planned(run_id: str) -> Scheduled:
    next_at = StandingClock().now() + timedelta(seconds=4)
    return Scheduled(run_id=run_id, next_at=next_at, interval=5.0, reason="")


class StandingClock:
    """Shows `NOW` for ever."""

    def now(self) -> datetime:
        return datetime.fromisoformat(NOW).astimezone(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def answer_all(app: CurrentsApp, client: Client, picture: Picture) -> None:
    """Hand the application what it would have been told by now."""
    watching, session = app.watching, app.session
    if session.project_id is not None:
        page = await client.runs(session.project_id, ALL)
        watching.apply(listed(session.project_id, page))
        watching.apply(planned(THE_LIST))
    elif not session.run_ids:
        await watching.offer_projects(await client.projects())
    for run_id in session.run_ids or [watching.state.selected]:
        if run_id:
            watching.apply(answered(run_id, await client.run(run_id)))
            watching.apply(planned(run_id))
    if watching.state.current.run is not None:
        await teach(app, client)


async def teach(app: CurrentsApp, client: Client) -> None:
    """What earlier runs teach about the one that is shown, and the tests of what failed in both."""
    watching, now = app.watching, StandingClock().now()
    run_id, run = watching.state.selected, watching.state.current.run
    if run is None or run.project_id is None or run.created_at is None:
        return
    page = await client.runs(run.project_id, RunFilter(states=("COMPLETE",)))
    older = [one for one in page.items if one.created_at is not None and one.created_at < run.created_at]
    branch = [one for one in older if one.meta.commit.branch == run.meta.commit.branch][:2]
    main = [one for one in older if one.meta.commit.branch == "main"][:1]
    past = [past_run(await client.run(one.run_id or "")) for one in (*branch, *main)]
    history = History(runs=newest_first(past), inactivity_limit=1800, default_branch="main")
    watching.apply(HistoryTold(run_id=run_id, history=history))
    watching.draw()
    failures = watching.panes.failure_list
    rows = failures.suspects[:20]
    for spec in (*(row.spec for row in rows), *failures.to_be_known(watching.state.current, rows)):
        told = Inspected(await client.instance(spec.instance_id or ""), sign_of(spec), now)
        event = InstanceTold(run_id=run_id, instance_id=spec.instance_id or "", inspected=told)
        watching.apply(event)
    watching.draw()


def listed(project_id: str, page: RunPage) -> Listed:
    at = StandingClock().now() - timedelta(seconds=2)
    return Listed(project_id=project_id, wanted=ALL, page=page, asked_at=at, at=at)


async def draw(picture: Picture, theme: str) -> str:
    """The picture as SVG."""
    os.environ.pop("NO_COLOR", None)
    if theme == COLOURLESS:
        os.environ["NO_COLOR"] = "1"
    with Simulator.start(picture.scenario, begin=picture.begin, now=NOW) as simulator:
        session = Session(
            run_ids=simulator.runs[: picture.runs],
            project_id=simulator.project_id if picture.project else None,
            interval=5.0,
            connect=silence,
            clock=StandingClock(),
            look=Look(ASCII if picture.ascii else UNICODE, UTC),
            run_url=lambda run_id: f"https://app.currents.dev/run/{run_id}",
            spec_url=lambda instance_id: f"https://app.currents.dev/instance/{instance_id}",
            open_url=lambda address: False,
            theme="terminal" if theme == COLOURLESS else theme,
            save_copy=lambda run_id, answer: "",
        )
        app = CurrentsApp(session)
        async with app.run_test(size=(picture.cols, picture.rows)) as pilot:
            await pilot.pause()
            async with Client(Address(simulator.url), Key(simulator.read_only_key)) as client:
                await answer_all(app, client, picture)
            await pilot.pause()
            for key in picture.keys:
                await pilot.press(key)
            await pilot.pause()
            # The simulated storage listens where there is room: a different port each time.
            return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:40000", app.export_screenshot(title="currents-tui"))


def to_png(svg: Path) -> bool:
    """Also a PNG beside `svg`; False where there is no Chromium to do it."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg.read_text(encoding="utf-8"))
    if browser is None or box is None:
        return False
    with tempfile.TemporaryDirectory() as profile:
        page = Path(profile) / "page.html"
        page.write_text(
            f"<style>body{{margin:0}}img{{display:block;width:{box[1]}px}}</style>{svg.read_text(encoding='utf-8')}",
            encoding="utf-8",
        )
        size = f"{float(box[1]):.0f},{float(box[2]):.0f}"
        subprocess.run(
            [
                browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--hide-scrollbars", f"--user-data-dir={profile}", f"--window-size={size}",
                f"--screenshot={svg.with_suffix('.png')}", page.as_uri(),
            ],
            check=True,
            capture_output=True,
        )  # fmt: skip
    return True


async def main(wanted: list[str]) -> None:
    """Draw the pictures whose names begin with one of `wanted`, or all."""
    for picture in PICTURES:
        if wanted and not any(picture.name.startswith(name) for name in wanted):
            continue
        for theme in picture.themes:
            svg = HERE / f"{picture.name}-{theme}.svg"
            svg.write_text(await draw(picture, theme), encoding="utf-8")
            print(svg.name, "and its PNG" if to_png(svg) else "alone: no Chromium here")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
