"""The machine's clock: it sleeps long enough, and not through a suspend."""

import asyncio
from datetime import UTC, datetime, timedelta

from currents_tui.watch.clock import SystemClock


def test_now_is_in_utc() -> None:
    told = SystemClock().now()
    assert told.utcoffset() == timedelta(0)
    assert abs((told - datetime.now(UTC)).total_seconds()) < 60


async def test_it_sleeps_as_long_as_it_was_told() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    await SystemClock().sleep(0.05)
    assert loop.time() - began >= 0.049
    await SystemClock().sleep(0)
    await SystemClock().sleep(-5)


class Suspended(SystemClock):
    """A machine that is suspended for an hour, a moment after the sleep began."""

    def __init__(self) -> None:
        self._looks = 0

    def now(self) -> datetime:
        self._looks += 1
        return super().now() + timedelta(hours=self._looks > 2)


async def test_a_suspend_counts_as_time_slept() -> None:
    async with asyncio.timeout(30):
        await Suspended().sleep(600)


class SetBack(SystemClock):
    """A wall clock that is set back by an hour, a moment after the sleep began."""

    def __init__(self) -> None:
        self._looks = 0

    def now(self) -> datetime:
        self._looks += 1
        return super().now() - timedelta(hours=self._looks > 1)


async def test_a_clock_set_back_makes_no_sleep_longer() -> None:
    async with asyncio.timeout(30):
        await SetBack().sleep(0.05)
