"""What the screen says about a run, held against what the simulated service knows of it.

The real screen asks the real service through the real client; the service's clock stands still.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from textual.pilot import Pilot

from currents_tui.api.address import Address
from currents_tui.api.client import Client
from currents_tui.api.key import Key
from currents_tui.core.cells import UNICODE
from currents_tui.core.failures import Outcome, SpecFailures
from currents_tui.core.forecast import forecast
from currents_tui.core.log import Entry, EntryKind
from currents_tui.core.rows.failures import Part
from currents_tui.core.rows.look import Look
from currents_tui.core.standing import Standing
from currents_tui.ui.app import CurrentsApp
from currents_tui.ui.screens.timeline import TimelineScreen
from currents_tui.ui.screens.watch import WatchScreen
from currents_tui.ui.session import Session
from currents_tui.watch.follow import Service
from tests.simulator import Simulator
from tests.ui.watching import text_of

NOW = "2026-03-02T14:14:51Z"
AT = datetime.fromisoformat(NOW)
PATIENCE = 60.0


class StandingClock:
    """Shows `NOW` for ever: short pauses are over at once, and the time of a poll never comes."""

    def now(self) -> datetime:
        return AT.astimezone(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 100 if seconds <= 2 else 3600)


@dataclass
class Shown:
    app: CurrentsApp
    pilot: Pilot[None]
    truth: dict[str, Any]
    """By run id."""

    @property
    def screen(self) -> WatchScreen:
        return self.app.watching

    @property
    def run(self) -> dict[str, Any]:
        """The truth about the run that is shown."""
        told: dict[str, Any] = self.truth[self.screen.state.selected]
        return told

    def ended(self, *outcomes: str) -> dict[str, dict[str, Any]]:
        """The instances that ended like that by now, by their ids."""
        return {
            key: one
            for key, one in self.run["instances"].items()
            if one["outcome"] in outcomes and moment(one["end"]) <= AT
        }

    async def until(self, reached: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not reached():
            assert time.monotonic() < end, "\n".join(text_of(self.screen.painted("header")))
            self.screen.tick()
            await self.pilot.pause(0.02)

    def lines(self, name: str) -> str:
        return "\n".join(text_of(self.app.screen.query_one(f"#{name}")))  # type: ignore[arg-type]

    def is_settled(self) -> bool:
        """Whether history is known, and the tests of every failure that is listed by itself."""
        current, failures = self.screen.state.current, self.screen.panes.failure_list
        return (
            current.history is not None
            and current.history.is_complete
            and all(failures.found(row, current) for row in failures.suspects[:20])
            and "asked" not in failures.caption
        )


def moment(told: str) -> datetime:
    return datetime.fromisoformat(told)


@asynccontextmanager
async def shown(scenario: str, begin: float, size: tuple[int, int] = (200, 60)) -> AsyncIterator[Shown]:
    """The screen on the main run of `scenario`, `begin` seconds into it."""
    with Simulator.start(scenario, begin=begin, now=NOW) as simulator:
        async with httpx.AsyncClient() as service:
            answer = await service.get(f"{simulator.url.removesuffix('/v1')}/sim/truth")
        truth = answer.json()["runs"]

        @asynccontextmanager
        async def connect() -> AsyncIterator[Service]:
            async with Client(Address(simulator.url), Key(simulator.read_only_key)) as client:
                yield client

        session = Session(
            run_ids=simulator.runs[:1],
            interval=5.0,
            connect=connect,
            clock=StandingClock(),
            look=Look(UNICODE, UTC),
            run_url=lambda run_id: f"https://app.example.com/run/{run_id}",
            spec_url=lambda instance: f"https://app.example.com/instance/{instance}",
            open_url=lambda address: True,
            save_copy=lambda run_id, answer: "",
        )
        app = CurrentsApp(session)
        async with app.run_test(size=size) as pilot:
            found = Shown(app, pilot, truth)
            await found.until(lambda: app.watching.state.current.run is not None)
            yield found


def told_of(found: Shown) -> dict[str, SpecFailures]:
    current, failures = found.screen.state.current, found.screen.panes.failure_list
    told = {row.spec.instance_id or "": failures.found(row, current) for row in failures.suspects[:20]}
    return {key: one for key, one in told.items() if one is not None}


@pytest.mark.parametrize(("scenario", "begin"), [("failing", 640.0), ("stuck", 760.0), ("huge", 640.0)])
async def test_every_failure_is_listed_with_its_tests_and_nothing_else(scenario: str, begin: float) -> None:
    async with shown(scenario, begin) as found:
        await found.until(found.is_settled)
        listed = {row.spec.instance_id for row in found.screen.panes.failure_list.suspects}
        ended = found.ended("failed", "flaky")
        assert ended.keys() <= listed, "whatever failed or was flaky is there"
        over = {key for key, one in found.run["instances"].items() if one["end"] and moment(one["end"]) <= AT}
        assert listed & over == ended.keys(), "and nothing that passed"
        assert ended, "the story has failures by now"
        for key, told in told_of(found).items():
            if key not in ended or told.exception:
                continue
            known = ended[key]
            assert (told.spec, told.not_run) == (known["spec"], known["skipped"])
            outcomes = [test.outcome for test in told.tests]
            assert outcomes.count(Outcome.FAILED) == known["failures"]
            assert outcomes.count(Outcome.FLAKY) == known["flaky"]
            assert all(test.message and test.frame and test.command for test in told.tests)


async def test_failures_of_files_that_never_failed_before_are_new() -> None:
    async with shown("failing", 640) as found:
        await found.until(found.is_settled)
        history = found.screen.state.current.history
        assert history is not None
        assert any(past.branch == history.default_branch for past in history.runs)
        bad = {
            one["spec"]
            for past in history.runs
            for one in found.truth[past.run_id]["instances"].values()
            if one["outcome"] != "passed"
        }

        def standings() -> set[Standing]:
            """Of the failures of other files, as they are listed."""
            entries = found.screen.panes.failure_list.by_key.values()
            tests = [entry for entry in entries if entry.part is Part.TEST]
            return {entry.stand.standing for entry in tests if entry.row.spec.spec not in bad}

        # What is known is drawn a moment later.
        await found.until(lambda: standings() == {Standing.NEW})
        assert " new" in found.lines("failures").split("\n")[1]


async def test_the_stuck_spec_is_named_with_its_machine_and_since_when() -> None:
    async with shown("stuck", 760) as found:
        await found.until(found.is_settled)
        (instance_id,) = found.run["stuck"]["instanceIds"]
        known = found.run["instances"][instance_id]
        alert = found.lines("alert")
        name = known["spec"].rsplit("/", 1)[-1]
        assert "STUCK" in alert and name in alert and "[c] cancel" in alert
        row = found.screen.state.current.board.by_key[instance_id]  # type: ignore[union-attr]
        assert row.spec.machine_id == known["machineId"]
        assert f" {row.machine} " in alert
        assert "STUK" in found.lines("specs") and found.lines("specs").count("STUK") == 1


async def test_the_end_is_foreseen_within_its_range() -> None:
    async with shown("failing", 640) as found:
        await found.until(found.is_settled)
        current = found.screen.state.current
        assert current.board is not None and current.run is not None
        guess = forecast(current.board, current.run, current.history, AT.astimezone(UTC))
        assert guess is not None
        left = (moment(found.run["plannedEnd"]) - AT).total_seconds()
        assert guess.low <= left <= guess.high
        assert abs(guess.seconds - left) < 0.3 * left
        assert "eta" in found.lines("header")


async def test_what_happened_is_told_at_the_time_at_which_it_happened() -> None:
    async with shown("failing", 640) as found:
        book, run_id = found.screen.panes.log_book, found.screen.state.selected
        entries: list[Entry] = [one for key in book.keys(run_id) if (one := book.entry(run_id, key))]
        ends = [one for one in entries if one.kind in (EntryKind.PASSED, EntryKind.FAILED, EntryKind.FLAKY)]
        starts = [one for one in entries if one.kind is EntryKind.START]
        assert ends and starts
        for entry in ends:
            known = found.run["instances"][entry.key]
            assert (entry.kind.name.lower(), entry.name) == (known["outcome"], known["spec"])
            assert abs((entry.at - moment(known["end"])).total_seconds()) < 0.1
        for entry in starts:
            known = found.run["instances"][entry.key]
            assert abs((entry.at - moment(known["start"])).total_seconds()) < 0.1


@pytest.mark.parametrize(("scenario", "begin"), [("stuck", 760.0), ("huge", 640.0)])
async def test_the_timeline_has_every_machine_and_every_spec_at_its_time(scenario: str, begin: float) -> None:
    async with shown(scenario, begin, size=(120, 40)) as found:
        await found.pilot.press("t")
        screen = found.app.screen
        assert isinstance(screen, TimelineScreen)
        timeline, run = screen.found, found.screen.state.current.run
        assert run is not None and run.created_at is not None
        begun = {
            key: one
            for key, one in found.run["instances"].items()
            if one["start"] is not None and moment(one["start"]) <= AT
        }
        spans = {span.key: span for track in timeline.tracks for span in track.spans}
        assert spans.keys() == begun.keys()
        lanes = {lane.machine_id for lane in timeline.lanes.values()}
        assert {one["machineId"] for one in begun.values()} <= lanes
        for key, span in spans.items():
            start = (moment(begun[key]["start"]) - run.created_at).total_seconds()
            assert abs(span.start - max(0.0, start)) < 0.1
            over = begun[key]["end"] is not None and moment(begun[key]["end"]) <= AT
            assert (span.end is not None) is over
        if scenario == "stuck":
            assert "!!!" in found.lines("lanes")
