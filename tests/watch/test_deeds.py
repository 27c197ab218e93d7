"""Cancelling and deleting, with a service that does what the test says."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.core.deed import Deed, Ending, Outcome
from currents_tui.core.model import Run
from currents_tui.core.problem import Kind, Problem, Unconfirmed
from currents_tui.core.text import plain
from currents_tui.watch.deeds import FIND_OUT_WITHIN, carry_out
from tests.watch.fake import RUN_ID, FakeClock, over, running

LOST = Unconfirmed(Kind.TIMEOUT, "No whole answer.")
NO_SUCH_RUN = Problem(Kind.NOT_FOUND, "There is no such run.")
OFFLINE = Problem(Kind.OFFLINE, "No connection.")
CONFLICT = Problem(Kind.CONFLICT, "Run already cancelled.")
BUSY = Problem(Kind.RATE_LIMITED, "Fewer, please.")


def canceled() -> Run:
    return Run(run_id=plain(RUN_ID), completion_state=plain("CANCELED"))


class Service:
    """Answers questions in turn, the last one for ever; a write as told."""

    def __init__(self, looks: Sequence[Run | Problem], write: Problem | None = None) -> None:
        self._looks = list(looks)
        self._write = write
        self.calls: list[str] = []

    async def run(self, run_id: str) -> Run:
        assert run_id == RUN_ID
        self.calls.append("run")
        await asyncio.sleep(0)
        answer = self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]
        if isinstance(answer, Problem):
            raise answer
        return answer

    async def cancel(self, run_id: str) -> None:
        await self._done("cancel", run_id)

    async def delete(self, run_id: str) -> None:
        await self._done("delete", run_id)

    async def _done(self, name: str, run_id: str) -> None:
        assert run_id == RUN_ID
        self.calls.append(name)
        await asyncio.sleep(0)
        if self._write is not None:
            raise self._write

    @property
    def writes(self) -> list[str]:
        return [call for call in self.calls if call != "run"]


async def outcome(
    deed: Deed, looks: Sequence[Run | Problem], write: Problem | None = None
) -> tuple[Outcome, Service]:
    service = Service(looks, write)
    told = await carry_out(deed, RUN_ID, service, FakeClock(runs_by_itself=True))
    assert told.deed is deed
    assert told.run_id == RUN_ID
    return told, service


CANCEL, DELETE = Deed.CANCEL, Deed.DELETE


@pytest.mark.parametrize(
    ("deed", "looks", "write", "ending", "writes"),
    [
        # as it should be
        (CANCEL, [running(), canceled()], None, Ending.DONE, 1),
        (DELETE, [over()], None, Ending.DONE, 1),
        # the look after a success may fail: the success stands
        (CANCEL, [running(), OFFLINE], None, Ending.DONE, 1),
        # too late, before anything was sent
        (CANCEL, [over()], None, Ending.OVER, 0),
        (CANCEL, [canceled()], None, Ending.ALREADY, 0),
        (DELETE, [NO_SUCH_RUN], None, Ending.ALREADY, 0),
        (DELETE, [running()], None, Ending.REFUSED, 0),
        (CANCEL, [NO_SUCH_RUN], None, Ending.REFUSED, 0),
        # who cannot look sends nothing
        (CANCEL, [OFFLINE], None, Ending.REFUSED, 0),
        (DELETE, [OFFLINE], None, Ending.REFUSED, 0),
        # the service says no
        (CANCEL, [running(), canceled()], CONFLICT, Ending.ALREADY, 1),
        (CANCEL, [running(), over()], CONFLICT, Ending.OVER, 1),
        (CANCEL, [running()], CONFLICT, Ending.REFUSED, 1),
        (CANCEL, [running(), OFFLINE], CONFLICT, Ending.REFUSED, 1),
        (CANCEL, [running()], BUSY, Ending.REFUSED, 1),
        (CANCEL, [running()], OFFLINE, Ending.REFUSED, 1),
        (DELETE, [over()], NO_SUCH_RUN, Ending.ALREADY, 1),
        (DELETE, [over()], CONFLICT, Ending.REFUSED, 1),
        (DELETE, [over(), NO_SUCH_RUN], CONFLICT, Ending.ALREADY, 1),
        # the answer is lost
        (CANCEL, [running(), running(), OFFLINE, canceled()], LOST, Ending.DONE, 1),
        (CANCEL, [running(), running(), over()], LOST, Ending.OVER, 1),
        (CANCEL, [running()], LOST, Ending.UNKNOWN, 1),
        (CANCEL, [running(), OFFLINE], LOST, Ending.UNKNOWN, 1),
        (DELETE, [over(), over(), NO_SUCH_RUN], LOST, Ending.DONE, 1),
        (DELETE, [over()], LOST, Ending.UNKNOWN, 1),
    ],
)
async def test_what_becomes_of_it(
    deed: Deed, looks: Sequence[Run | Problem], write: Problem | None, ending: Ending, writes: int
) -> None:
    told, service = await outcome(deed, looks, write)
    assert told.ending is ending
    assert service.writes == [deed.value] * writes


async def test_a_lost_answer_is_looked_for_for_twenty_seconds() -> None:
    """The figure of README and SECURITY.md, not whatever the product has for one."""
    clock = FakeClock(runs_by_itself=True)
    told = await carry_out(CANCEL, RUN_ID, Service([running()], LOST), clock)
    assert told.ending is Ending.UNKNOWN
    assert 15 < clock.seconds <= 20


async def test_a_lost_answer_is_looked_for_in_time_and_with_longer_and_longer_pauses() -> None:
    clock = FakeClock(runs_by_itself=True)
    told = await carry_out(CANCEL, RUN_ID, Service([running()], LOST), clock)
    assert told.problem is LOST
    assert sum(clock.slept) <= FIND_OUT_WITHIN
    assert clock.slept == sorted(clock.slept)
    assert len(clock.slept) >= 4


async def test_a_look_that_begins_late_ends_in_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, ends, began = FakeClock(runs_by_itself=True), list[float](), list[datetime]()

    def noted(seconds: float) -> asyncio.Timeout:
        began.append(clock.now())
        ends.append((clock.now() - began[0]).total_seconds() + seconds)
        return timeout(seconds)

    timeout = asyncio.timeout
    monkeypatch.setattr("currents_tui.watch.deeds.asyncio.timeout", noted)
    await carry_out(CANCEL, RUN_ID, Service([running()], LOST), clock)
    assert set(ends) == {FIND_OUT_WITHIN}
    assert len(ends) > 4


async def test_a_clock_that_is_set_back_makes_nobody_wait_for_an_hour() -> None:
    class SetBack(Service):
        async def run(self, run_id: str) -> Run:
            if len(self.calls) == 4:
                clock.set_back(3600)
            return await super().run(run_id)

    clock = FakeClock(runs_by_itself=True)
    told = await carry_out(CANCEL, RUN_ID, SetBack([running()], LOST), clock)
    assert told.ending is Ending.UNKNOWN
    assert sum(clock.slept) <= 2 * FIND_OUT_WITHIN


async def test_the_newest_state_comes_with_the_outcome() -> None:
    told, _ = await outcome(CANCEL, [running(), canceled()])
    assert told.run == canceled()
    assert told.asked_at is not None


async def test_what_is_going_on_is_said() -> None:
    said: list[str] = []
    service = Service([running()], LOST)
    await carry_out(CANCEL, RUN_ID, service, FakeClock(runs_by_itself=True), said.append)
    assert [text.partition(" ")[0] for text in said] == ["Cancelling", "No"]


@pytest.mark.parametrize("steps", range(8))
async def test_given_up_at_any_moment_it_never_sends_twice(steps: int) -> None:
    service = Service([running()], LOST)
    task = asyncio.create_task(carry_out(CANCEL, RUN_ID, service, FakeClock()))
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(service.writes) <= 1


PROBLEMS = st.sampled_from([LOST, NO_SUCH_RUN, OFFLINE, CONFLICT, BUSY])
LOOKS = st.lists(st.sampled_from([running(), over(), canceled()]) | PROBLEMS, min_size=1, max_size=8)


@given(st.sampled_from(Deed), LOOKS, st.none() | PROBLEMS)
def test_whatever_comes_at_most_one_write_is_sent(
    deed: Deed, looks: list[Run | Problem], write: Problem | None
) -> None:
    told, service = asyncio.run(outcome(deed, looks, write))
    assert len(service.writes) <= 1
    if told.ending in (Ending.DONE, Ending.UNKNOWN):
        assert len(service.writes) == 1
