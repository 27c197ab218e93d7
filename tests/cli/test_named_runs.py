"""Which run a verb is about, and how long it is looked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

import pytest

from currents_tui.api.client import Client
from currents_tui.cli.named_runs import Wanted
from currents_tui.cli.watch_verb import find_patiently
from currents_tui.core.model import FeedItem
from currents_tui.core.problem import Kind, Problem
from tests.cli.program import RUN_ID
from tests.watch.fake import FakeClock

OTHER = {"CURRENTS_RUN_ID": "1d2e3f4a5b6c7d8e", "CURRENTS_CI_BUILD_ID": "shop-901-1"}


def test_a_run_that_is_named_goes_before_what_the_environment_says() -> None:
    assert Wanted(RUN_ID, OTHER, "Shop42").run_id == RUN_ID
    assert Wanted(None, OTHER, "Shop42").run_id == OTHER["CURRENTS_RUN_ID"]
    assert Wanted(None, {**OTHER, "CURRENTS_RUN_ID": ""}, "Shop42").build == "shop-901-1"


def test_an_empty_name_is_not_taken_for_none() -> None:
    """`watch "$ID" && deploy` with ID not set must not tell another run's verdict."""
    with pytest.raises(Problem, match="The run id is empty") as told:
        Wanted("", OTHER, "Shop42")
    assert told.value.kind is Kind.BAD_SETTING


class Looked:
    """What is wanted, found after some failures."""

    def __init__(self, clock: FakeClock, *failures: tuple[float, Kind]) -> None:
        self._clock = clock
        self._failures = failures
        """Until when, in seconds, looking fails, and how."""
        self.looks = 0

    async def find(self, client: Client, say: Callable[[str], None], fits: Callable[[FeedItem], bool]) -> str:
        self.looks += 1
        for until, kind in self._failures:
            if self._clock.seconds < until:
                raise Problem(kind, f"It is {kind}.")
        return RUN_ID


def looked(wait: float | None, *failures: tuple[float, Kind]) -> tuple[str, list[str], FakeClock]:
    """What was found, what was said meanwhile, and when that was. Raises `Problem`."""
    clock, said = FakeClock(runs_by_itself=True), list[str]()
    wanted = cast(Wanted, Looked(clock, *failures))
    found = asyncio.run(find_patiently(wanted, cast(Client, None), said.append, wait, clock))
    return found, said, clock


def test_an_outage_of_a_minute_does_not_end_the_looking() -> None:
    found, said, clock = looked(None, (55, Kind.OFFLINE))
    assert (found, said) == (RUN_ID, ["It is offline. Asking again."])
    assert 55 <= clock.seconds <= 60


def test_a_run_that_is_waited_for_survives_an_outage_while_it_is_not_there() -> None:
    failures = ((100, Kind.NOT_FOUND), (150, Kind.SERVER), (200, Kind.NOT_FOUND))
    found, said, _ = looked(300, *failures)
    assert found == RUN_ID
    assert said == [
        "It is not found. Waiting for it.",
        "It is server error. Asking again.",
        "It is not found. Waiting for it.",
    ]


@pytest.mark.parametrize(
    ("wait", "kind", "after"),
    [(None, Kind.OFFLINE, 60), (30, Kind.OFFLINE, 90), (30, Kind.NOT_FOUND, 30), (None, Kind.NOT_FOUND, 0)],
)
def test_it_gives_up(wait: float | None, kind: Kind, after: float) -> None:
    clock = FakeClock(runs_by_itself=True)
    wanted = Looked(clock, (10_000, kind))
    with pytest.raises(Problem, match=f"It is {kind}"):
        asyncio.run(find_patiently(cast(Wanted, wanted), cast(Client, None), lambda said: None, wait, clock))
    assert clock.seconds == pytest.approx(after, abs=0.2)


def test_a_clock_that_is_set_back_makes_nobody_wait_for_an_hour() -> None:
    class SetBack(Looked):
        async def find(
            self, client: Client, say: Callable[[str], None], fits: Callable[[FeedItem], bool]
        ) -> str:
            if self.looks == 2:
                clock.set_back(3600)
            return await super().find(client, say, fits)

    clock = FakeClock(runs_by_itself=True)
    wanted = SetBack(clock, (10_000, Kind.NOT_FOUND))
    with pytest.raises(Problem, match="It is not found"):
        asyncio.run(find_patiently(cast(Wanted, wanted), cast(Client, None), lambda said: None, 30, clock))
    assert 30 <= sum(clock.slept) <= 60


def test_a_key_that_is_refused_is_told_at_once() -> None:
    clock = FakeClock(runs_by_itself=True)
    wanted = Looked(clock, (10_000, Kind.KEY_REFUSED))
    with pytest.raises(Problem, match="key refused"):
        asyncio.run(find_patiently(cast(Wanted, wanted), cast(Client, None), lambda said: None, 600, clock))
    assert wanted.looks == 1
