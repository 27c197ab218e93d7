"""A run followed from its first answer to its verdict: the simulated service, and a clock of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import cast

import pytest

from currents_tui.api.client import Client
from currents_tui.api.decode import read_run
from currents_tui.api.decode_instance import read_instance
from currents_tui.api.errors import from_status
from currents_tui.cli.asking import Asking
from currents_tui.cli.exit_codes import Exit
from currents_tui.cli.live_line import LiveLine
from currents_tui.cli.verb_options import watch_parser
from currents_tui.cli.watching import Watching
from currents_tui.core.instance import Instance
from currents_tui.core.model import Run
from currents_tui.core.problem import Kind, Problem
from currents_tui.sim.api import READ_WRITE_KEY, Request, answer
from currents_tui.sim.project import Project
from currents_tui.sim.scenario import story
from tests.cli.program import NOWHERE
from tests.watch.fake import NOON, FakeClock

Outage = tuple[float, float, Kind]
"""From when to when, in seconds since the watch began, and how it shows."""


class Simulated:
    """The simulated service at the time of a fake clock, without the network; `outages` come over it."""

    def __init__(self, scenario: str, clock: FakeClock, begin: float, outages: Sequence[Outage] = ()) -> None:
        self._project = Project(story(scenario, 1), NOON.timestamp() * 1000 - begin * 1000, 1.0)
        self._clock = clock
        self._outages = outages
        self.run_id = self._project.all_runs()[0].run_id
        self.instances_asked: list[str] = []

    def _ask(self, path: str) -> bytes:
        for begins, ends, kind in self._outages:
            if begins <= self._clock.seconds < ends:
                raise Problem(kind, "There is no connection to the service.")
        request = Request("GET", f"/v1{path}", f"Bearer {READ_WRITE_KEY}")
        told = answer(self._project, request, int(self._clock.time.timestamp() * 1000))
        if told.status != 200:
            raise from_status(told.status)
        return told.body.encode()

    def cancel(self) -> None:
        self._project.cancel(self.run_id, "api:demo", int(self._clock.now().timestamp() * 1000))

    async def run(self, run_id: str) -> Run:
        return read_run(self._ask(f"/runs/{run_id}"), run_id)

    async def instance(self, instance_id: str) -> Instance:
        self.instances_asked.append(instance_id)
        return read_instance(self._ask(f"/instances/{instance_id}"), instance_id)


def watch(
    scenario: str,
    *flags: str,
    begin: float = 30,
    outages: Sequence[Outage] = (),
    run_id: str = "",
    cancel_after: float | None = None,
    environ: Mapping[str, str] | None = None,
    clock: FakeClock | None = None,
) -> tuple[Exit, Simulated, FakeClock]:
    """Watch the scenario's run, from `begin` seconds into its story on."""
    clock = clock or FakeClock()
    service = Simulated(scenario, clock, begin, outages)
    environ = {"XDG_CONFIG_HOME": NOWHERE, **(environ or {})}
    options = watch_parser().parse_args([*flags])
    asking = Asking(options, environ)

    async def follow() -> Exit:
        line = LiveLine(environ, UTC, utf8=True)
        told = Watching(
            cast(Client, service), run_id or service.run_id, asking, options, line, clock, clock.now()
        )
        watching = asyncio.create_task(told.to_the_end())
        while not watching.done():
            await clock.advance(1)
            if cancel_after is not None and clock.seconds == cancel_after:
                service.cancel()
        return await told.report(watching.result(), environ)

    return asyncio.run(follow()), service, clock


def words(line: str) -> str:
    return line[10:14].strip()


@pytest.mark.parametrize("scenario", ["busy", "failing", "stuck", "green"])
def test_a_whole_run_makes_a_log_that_can_be_read(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, clock = watch(scenario, "--timeout", "30m")
    assert clock.seconds > 600
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) < 200
    assert max(map(len, lines)) < 250
    log = [line for line in lines if line[2:3] == ":"]
    assert [words(line) for line in log if line[-1] != ")"][:1] == ["RUN"]
    # In the order of time, and never silent for long.
    times = [line[:8] for line in log]
    assert times == sorted(times)
    seconds = [
        sum(int(part) * unit for part, unit in zip(one.split(":"), (3600, 60, 1), strict=True))
        for one in times
    ]
    assert max(later - earlier for earlier, later in pairwise(seconds)) <= 31
    tenths = [words(line) for line in log if line[10:14].strip().endswith("%")]
    assert tenths == sorted(set(tenths), key=lambda tenth: int(tenth[:-1]))
    expected = {"green": Exit.OK, "stuck": Exit.TIMED_OUT}.get(scenario, Exit.FAILED)
    assert status is expected
    assert lines[-1].endswith(f"/run/{Simulated(scenario, clock, 0).run_id}")


def test_a_clock_that_is_set_back_makes_it_neither_silent_nor_endless(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class SetBack(FakeClock):
        def now(self) -> datetime:
            return super().now() - timedelta(hours=self.seconds > 60)

    status, _, clock = watch("stuck", "--timeout", "5m", clock=SetBack())
    assert status is Exit.STILL_RUNNING
    assert 300 <= clock.seconds <= 600
    lines = [line for line in capsys.readouterr().out.splitlines() if line[2:3] == ":"]
    assert len(lines) > clock.seconds / 60


def test_after_a_clock_was_set_back_a_service_that_is_away_is_given_up_as_soon_as_before() -> None:
    class SetBack(FakeClock):
        def now(self) -> datetime:
            return super().now() - timedelta(hours=self.seconds > 60)

    status, _, clock = watch("stuck", clock=SetBack(), outages=[(62, 9000, Kind.SERVER)])
    assert status is Exit.UNKNOWN
    assert 900 <= clock.seconds < 1100


def test_the_end_names_the_failed_tests_and_asks_for_each_file_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, service, _ = watch("busy")
    assert status is Exit.FAILED
    out = capsys.readouterr().out
    end = out[out.index("\nFAILED  ") :]
    assert "    failed: " in end
    assert "      Error: expect(locator)" in end
    assert f"currents-tui failures {service.run_id}" in end
    assert "FAILED: specs 73/73 done, " in end
    assert len(service.instances_asked) == len(set(service.instances_asked))


def test_what_is_told_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    watch("busy", "--json")
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [events[0]["event"], events[-1]["event"]] == ["run", "end"]
    over = [event["instanceId"] for event in events if event.get("over")]
    assert len(over) == len(set(over))
    assert {event["runId"] for event in events} == {events[0]["runId"]}
    assert all(datetime.fromisoformat(event["at"]).tzinfo is not None for event in events)
    end = events[-1]
    assert (end["why"], end["exitStatus"], end["run"]["state"]) == ("over", 1, "FAILED")
    told = [event for event in events if event["event"] == "failed"]
    assert {one["spec"] for one in end["failures"] if one["outcome"] == "failed"} == {
        one["spec"] for one in told
    }


def test_a_network_that_is_away_for_a_minute_is_told_and_ends_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, _, _ = watch("green", outages=[(60, 120, Kind.OFFLINE), (200, 215, Kind.RATE_LIMITED)])
    assert status is Exit.OK
    told = [line[16:] for line in capsys.readouterr().out.splitlines() if words(line) == "NET"]
    assert told == [
        "There is no connection to the service. Asking again.",
        "The service answers again.",
        "There is no connection to the service. Asking again.",
        "The service answers again.",
    ]


def test_that_it_answers_again_comes_before_what_it_tells(capsys: pytest.CaptureFixture[str]) -> None:
    watch("busy", outages=[(60, 120, Kind.OFFLINE)])
    log = [words(line) for line in capsys.readouterr().out.splitlines()]
    away, back = (place for place, word in enumerate(log) if word == "NET")
    assert set(log[away + 1 : back]) == {"..."}


def test_a_network_that_stays_away_ends_it_without_a_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, clock = watch("busy", outages=[(60, 10_000, Kind.OFFLINE)])
    assert status is Exit.UNKNOWN
    assert 900 < clock.seconds < 1000
    out = capsys.readouterr().out
    assert "(as of 5:0" in out  # the heartbeat says how old it is
    assert "\nNo answer for 15:00." in out


def test_a_service_that_never_answers(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Problem, match=r"No answer for 1:00\. There is no connection") as told:
        watch("busy", outages=[(0, 10_000, Kind.OFFLINE)])
    assert told.value.kind is Kind.OFFLINE
    assert len(capsys.readouterr().err.splitlines()) <= 2


def test_programs_are_told_the_end_also_where_there_was_no_answer(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, _ = watch("busy", "--json", outages=[(0, 10_000, Kind.OFFLINE)])
    assert status is Exit.UNKNOWN
    end = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (end["event"], end["why"], end["exitStatus"], end["run"]) == ("end", "no-answer", 6, None)


def test_a_run_that_is_cancelled_under_way(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, _ = watch("busy", cancel_after=100)
    assert status is Exit.CANCELED
    out = capsys.readouterr().out
    assert "RUN   RUNNING -> CANCELED" in out or "RUN   FAILING -> CANCELED" in out
    assert "CANCELED by api:demo (apiRequest): specs " in out


def test_a_run_that_begins_late() -> None:
    # It is not there for the first 100 s of its story.
    status, _, clock = watch("green", "--wait-for-start", "10m", begin=-100)
    assert status is Exit.OK
    assert clock.seconds > 300


def test_a_run_that_never_begins() -> None:
    with pytest.raises(Problem, match="The run was not there after 5:00") as told:
        watch("green", "--wait-for-start", "5m", begin=-4000)
    assert told.value.kind is Kind.NOT_FOUND
    with pytest.raises(Problem, match="There is no such run"):
        watch("green", begin=-4000)


@pytest.mark.parametrize(
    ("flags", "status", "within"),
    [
        (["--timeout", "2m"], Exit.STILL_RUNNING, 125),
        (["--fail-fast"], Exit.FAILED, 600),
        (["--fail-on-stuck", "4m"], Exit.STUCK, 900),
    ],
)
def test_it_ends_early_where_that_is_wanted(
    flags: list[str], status: Exit, within: float, capsys: pytest.CaptureFixture[str]
) -> None:
    ended, _, clock = watch("stuck" if status is Exit.STUCK else "busy", *flags)
    assert ended is status
    assert clock.seconds <= within
    said = capsys.readouterr().out
    words_of = {
        Exit.STILL_RUNNING: "The run is still in progress after 2:00 of watching.",
        Exit.FAILED: "A test has failed; the run goes on.",
        Exit.STUCK: " is silent for 4:0",
    }
    assert words_of[status] in said


def test_what_is_stuck_at_the_end_is_told_to_programs(capsys: pytest.CaptureFixture[str]) -> None:
    watch("stuck", "--json", "--fail-on-stuck", "8m")
    end = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (end["event"], end["why"]) == ("end", "stuck")
    assert [one["spec"] for one in end["run"]["stuck"]]


def test_quiet_is_the_end_alone(capsys: pytest.CaptureFixture[str]) -> None:
    watch("green", "--quiet")
    said = capsys.readouterr()
    assert [line.split(":")[0] for line in said.out.splitlines()] == ["PASSED", "https"]
    assert said.err == ""
