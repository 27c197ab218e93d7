"""`python -m tests.bench.soaked URL POLLS WARM`: the application through many polls, with a clock that jumps.

Prints what the process holds after `WARM` polls, and after all: resident bytes, open files, threads. The HTTP
client is the real one, the terminal is none.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import UTC, datetime

import psutil
from msgspec import structs

from currents_tui.api.address import Address
from currents_tui.api.client import Client
from currents_tui.api.key import Key
from currents_tui.core.text import plain
from tests.cli.program import KEY
from tests.documents import RUN_ID
from tests.patience import PATIENCE
from tests.ui.watching import INTERVAL, Watching, usual, watching


def held() -> list[int]:
    """Resident bytes, open files and threads of this process."""
    process = psutil.Process(os.getpid())
    return [process.memory_info().rss, process.num_fds(), process.num_threads()]


async def poll(watched: Watching) -> None:
    """Let the time until the next question pass, and its answer be drawn."""
    before = watched.screen.state.current.as_of
    await watched.clock.advance(INTERVAL + 0.01)
    async with asyncio.timeout(PATIENCE):
        while watched.screen.state.current.as_of == before:
            await asyncio.sleep(0.001)
            await watched.clock.advance(0.01)
    watched.screen.tick()
    await asyncio.sleep(0.001)


async def main(url: str, polls: int, warm: int) -> None:
    run = structs.replace(usual(), run_id=plain(RUN_ID))
    async with (
        Client(Address(url), Key(KEY)) as client,
        watching(run, size=(120, 40), source=client) as watched,
    ):
        watched.clock.time = datetime.now(UTC)
        told = []
        for number in range(1, polls + 1):
            await poll(watched)
            if number in (warm, polls):
                told.append(held())
        print(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
