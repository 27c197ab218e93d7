"""Which run a verb is about, and how long it is looked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import cast

import pytest

from currents_tui.api.client import Client
from currents_tui.cli.main import main
from currents_tui.cli.named_runs import Wanted
from currents_tui.cli.watch_verb import find_patiently
from currents_tui.core.model import FeedItem
from currents_tui.core.problem import Kind, Problem
from tests import instances
from tests.canned import Answer
from tests.cli.answers import playwright
from tests.cli.program import KEY, RUN_ID
from tests.cli.serving import Serving, enveloped, in_thread, json_answer
from tests.watch.fake import FakeClock

OTHER = {"CURRENTS_RUN_ID": "1d2e3f4a5b6c7d8e", "CURRENTS_CI_BUILD_ID": "shop-901-1"}


def test_a_run_that_is_named_goes_before_what_the_environment_says() -> None:
    assert Wanted(RUN_ID, OTHER, "Shop42").run_id == RUN_ID
    assert Wanted(None, OTHER, "Shop42").run_id == OTHER["CURRENTS_RUN_ID"]
    assert Wanted(None, {**OTHER, "CURRENTS_RUN_ID": ""}, "Shop42").asked == "@shop-901-1"


def test_an_empty_name_is_not_taken_for_none() -> None:
    """`watch "$ID" && deploy` with ID not set must not tell another run's verdict."""
    with pytest.raises(Problem, match="The run id is empty") as told:
        Wanted("", OTHER, "Shop42")
    assert told.value.kind is Kind.BAD_SETTING


PASTED = f"https://app.currents.dev/instance/{instances.INSTANCE_ID}/test/t1?attempt=2"


def asked(
    monkeypatch: pytest.MonkeyPatch, *arguments: str, answers: Sequence[Answer], project: str = ""
) -> tuple[int, list[str]]:
    """The exit status of a verb that was answered so, and what it asked."""
    monkeypatch.setenv("CURRENTS_API_KEY", KEY)
    monkeypatch.setenv("CURRENTS_PROJECT_ID", project)
    with in_thread(Serving([*answers])) as server:
        monkeypatch.setenv("CURRENTS_TUI_API_URL", f"{server.url}/v1")
        status = main(arguments)
        return status, [request.target.removeprefix("/v1") for request in server.requests]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("status", PASTED), 1),
        (("status", "--json", PASTED), 1),
        (("status", PASTED.removesuffix("/test/t1?attempt=2")), 1),
        (("delete", "--dry-run", PASTED), 0),
    ],
)
def test_the_address_of_a_spec_or_a_test_means_its_run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    status: int,
) -> None:
    told = enveloped(playwright(complete=True))
    spec = enveloped(instances.playwright_1())
    got, targets = asked(monkeypatch, *arguments, answers=(spec, told, spec))
    assert targets[:2] == [f"/instances/{instances.INSTANCE_ID}", f"/runs/{RUN_ID}"], capsys.readouterr().err
    assert got == status


def test_a_spec_whose_run_is_not_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = enveloped({**instances.playwright_1(), "runId": "../x"})
    status, targets = asked(monkeypatch, "delete", "--dry-run", PASTED, answers=(spec,))
    assert (status, set(targets)) == (6, {f"/instances/{instances.INSTANCE_ID}"})
    assert "of which run this spec is" in capsys.readouterr().err


def listed(*run_ids: str) -> Answer:
    return json_answer({"status": "OK", "has_more": True, "data": [{"runId": run_id} for run_id in run_ids]})


OTHER_ID = RUN_ID[:10] + "ffffff"


@pytest.mark.parametrize("arguments", [("status",), ("status", "--json"), ("watch", "-q")])
def test_the_first_digits_of_an_id_mean_the_one_new_run_that_has_them(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    answers = (listed(OTHER_ID, RUN_ID), enveloped(playwright(complete=True)))
    status, targets = asked(monkeypatch, *arguments, RUN_ID[:11].upper(), answers=answers, project="Shop42")
    assert targets[:2] == ["/projects/Shop42/runs?limit=50", f"/runs/{RUN_ID}"]
    assert status == 1


@pytest.mark.parametrize(
    ("arguments", "project", "words"),
    [
        (("status", RUN_ID[:8]), "Shop42", ("2 runs' ids", RUN_ID, OTHER_ID)),
        (("status", "f0a04491"), "Shop42", ("2 newest runs", "currents-tui runs tells whole ids")),
        (("status", RUN_ID[:8]), "", ("only the beginning", "no project", "currents-tui runs")),
        (("cancel", "--dry-run", RUN_ID[:11]), "Shop42", ("only the beginning", "currents-tui runs")),
        (("delete", "--yes", RUN_ID[:15]), "Shop42", ("only the beginning", "currents-tui runs")),
    ],
)
def test_first_digits_that_mean_no_run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    project: str,
    words: tuple[str, ...],
) -> None:
    status, targets = asked(monkeypatch, *arguments, answers=(listed(RUN_ID, OTHER_ID),), project=project)
    said = capsys.readouterr().err
    assert status == 2
    assert all(word in said for word in words), said
    assert len(targets) == ("newest" in said or "runs' ids" in said)


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
