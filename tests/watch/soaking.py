"""`python -m tests.watch.soaking POLLS WARM`: polling in all weathers, without the time between polls.

The client is the real one, over real connections; the clock jumps. Prints what the process holds after `WARM`
polls and after all of them, and what it met.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from threading import Barrier
from typing import Any, Final, NamedTuple, Self

import psutil

from currents_tui.api.address import Address
from currents_tui.api.client import Client
from currents_tui.api.key import Key
from currents_tui.api.limits import Limits
from currents_tui.core.events import (
    THE_LIST,
    Asked,
    Event,
    InstanceTold,
    Listed,
    Polled,
    PollFailed,
    Scheduled,
)
from currents_tui.core.run_filter import ALL
from currents_tui.core.state import reduce, start
from currents_tui.watch.follow import Following, Service
from tests.builders import failed
from tests.canned import Answer, Request
from tests.cli.serving import Serving, in_thread, json_answer, said
from tests.documents import RUN_ID, a_run, counted
from tests.instances import enveloped, playwright_2
from tests.torture import until
from tests.watch.fake import FakeClock

SOON: Final = Limits(exchange=0.2)
"""For answers that never end."""
_GZIP: Final = ("Content-Encoding", "gzip")
_PAGE: Final = b"<!doctype html><title>Sign in</title>"

REFUSED: Final = "nobody listens"
DRIPPING: Final = "dripping"
WEATHER: Final[dict[str, Answer | None]] = {
    REFUSED: None,
    "reset": Answer(reset=True),
    "hung up": Answer(hang_up=True),
    "429": Answer(status=429, headers=(("Retry-After", "9"),), body=b'{"error":"Too many requests"}'),
    "500": Answer(status=500, body=b"{}"),
    "503": Answer(status=503, headers=(("Retry-After", "2"),), body=b"<html>"),
    "a page": said(_PAGE, "text/html"),
    "cut": Answer(body=b'{"status":"OK","data":{"runId"'),
    "cut off": Answer(body=b'{"status":"OK","data":{}}', cut=9),
    "damaged": Answer(headers=(_GZIP,), body=gzip.compress(_PAGE * 9)[:-20]),
    "no gzip": Answer(headers=(_GZIP,), body=_PAGE),
    "401": Answer(status=401, body=b'{"error":"Invalid API key"}'),
    "empty": Answer(),
    "not HTTP": Answer(raw=b"SSH-2.0-OpenSSH_9.6\r\n"),
    DRIPPING: Answer(body=b" " * 1000, drip=0.05),
}
"""What a poll can meet; between two of them the weather is fine."""
DRIPS_EVERY: Final = 8
"""Rounds of all weathers: a drip is cut short by the clock on the wall, which does not jump."""


def weather(number: int) -> str:
    """What poll `number` meets; "" when it is fine."""
    turn, is_trouble = divmod(number, 2)
    rounds, place = divmod(turn, len(WEATHER))
    name = list(WEATHER)[place] if is_trouble else ""
    return "" if name == DRIPPING and rounds % DRIPS_EVERY else name


class Troubled(Serving):
    """A run that moves at each poll, its list and its instances, in the weather of the poll `number`."""

    def __init__(self) -> None:
        super().__init__(())
        self.number = 0
        self._run = a_run(("run", "pass", "wait") * 8)

    def answer_to(self, request: Request) -> Answer:
        del self.requests[:-1]
        if (trouble := WEATHER.get(weather(self.number))) is not None:
            return trouble
        if "/instances/" in request.target:
            told = json.loads(enveloped(playwright_2()))
            told["data"]["machineId"] = f"machine-{self.number}"
            return json_answer(told)
        if request.target.partition("?")[0].endswith("/runs"):
            listed = {"runId": RUN_ID, "cursor": "c" * 24, "tags": [f"poll-{self.number}"]}
            return json_answer({"has_more": False, "data": [listed]})
        return self._told_run()

    def _told_run(self) -> Answer:
        stats = self._run["specs"][self.number % 24]["results"]["stats"]
        stats["passes"] = stats["passes"] % 11 + 1
        self._run["meta"]["ciBuildId"] = f"poll-{self.number}"
        body = json.dumps({"status": "OK", "data": counted(self._run)}).encode()
        return Answer(headers=(_GZIP,), body=gzip.compress(body)) if self.number % 3 else Answer(body=body)

    def become(self, number: int) -> None:
        """Be as poll `number` is to meet it. For whoever is in another thread."""
        self.number = number
        if weather(number) == REFUSED:
            self._in_loop(self.close())
        elif not self._server.is_serving():
            self._in_loop(self.open())

    def hang_up(self) -> None:
        """Close every connection. Likewise."""
        self._in_loop(self.drop())

    def _in_loop(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._server.get_loop()).result()

    async def __aenter__(self) -> Self:
        # Bound for all the time: while nobody listens at it, another might be given this port.
        self._kept = socket.socket()
        self._kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._kept.bind(("127.0.0.1", 0))
        self.port = self._kept.getsockname()[1]
        await self.open()
        return self

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port, reuse_port=True)

    async def __aexit__(self, *error: Any) -> None:
        await super().__aexit__(*error)
        self._kept.close()


class Held(NamedTuple):
    """What a process holds."""

    memory: int
    """Resident bytes."""
    files: int
    threads: int


class Soaked(NamedTuple):
    before: Held
    after: Held
    met: dict[str, int]
    """How often each kind of failure was told, and "" how often an answer was."""
    newest: str
    """The build that the run's last answer names."""
    listed: str
    """The tag that the list's last answer names."""


class Soak:
    """Polls a run and its list, and keeps the state that the screen would have."""

    def __init__(self, client: Client, server: Troubled) -> None:
        self.met: Counter[str] = Counter()
        self.state = start((RUN_ID,), 5.0)
        self.clock = FakeClock()
        self.following = Following(self._connect, clock=self.clock, emit=self._emit, interval=5.0)
        self.following.add(RUN_ID)
        self.following.list_runs("Shop42", ALL)
        self._client = client
        self._server = server
        self._asking: Counter[str] = Counter()
        self._stopped: dict[str, bool] = {}
        self._answers = 0
        self.listed = ""
        """The tag that the list's last answer names."""

    @asynccontextmanager
    async def _connect(self) -> AsyncIterator[Service]:
        yield self._client

    def _emit(self, event: Event) -> None:
        self.state = reduce(self.state, event)
        match event:
            case Asked():
                self._asking[event.run_id] += 1
            case InstanceTold():
                self._asking[f"instance {event.instance_id}"] -= 1
            case Listed():
                self._asking[THE_LIST] -= 1
                self.listed = str(event.page.items[0].tags[0])
            case Polled() | PollFailed():
                self._asking[event.run_id] -= 1
                if event.run_id == RUN_ID:
                    self._answers += 1
                    self.met[event.kind.value if isinstance(event, PollFailed) else ""] += 1
            case Scheduled():
                self._stopped[event.run_id] = event.reason == "stopped"

    async def poll(self, number: int) -> None:
        """Let the time until the next question about the run pass, and its answer come."""
        self._server.become(number)
        self._client._limits = SOON if weather(number) == DRIPPING else Limits()
        before = self._answers
        while self._answers == before:
            if self._asking[RUN_ID]:
                await asyncio.sleep(0.0005)
                continue
            for name in [name for name, is_stopped in self._stopped.items() if is_stopped]:
                self.following.wake(name)  # as a person does who has a new key
            await self.clock.advance(2.5)
        if not number % 5:
            self.following.inspect(RUN_ID, [failed(f"{number % 50}.spec.ts")])

    async def held(self, number: int) -> Held:
        """What is held when nothing is under way, and one connection is kept."""
        await self._quiet()
        self._server.hang_up()
        self.following.set_list_hidden(True)
        await self.poll(number)
        await self._quiet()
        process = psutil.Process()
        self.following.set_list_hidden(False)
        return Held(process.memory_info().rss, process.num_fds(), process.num_threads())

    async def _quiet(self) -> None:
        """Until nothing is under way."""
        await until(lambda: not self._asking.total(), lambda: str(+self._asking))
        await asyncio.sleep(0.1)  # for the service's side


async def soak(polls: int, warm: int) -> Soaked:
    """What came of so many polls, counted from the `warm`th on. Both are to be polls in fine weather."""
    with in_thread(Troubled()) as server, ThreadPoolExecutor(2) as threads:
        both = Barrier(2)
        list(threads.map(lambda _: both.wait(), range(2)))  # they are there from the beginning
        asyncio.get_running_loop().set_default_executor(threads)
        async with Client(Address(f"{server.url}/v1"), Key("s3cret-sentinel-0123456789")) as client:
            soaking = Soak(client, server)
            following = asyncio.create_task(soaking.following.follow())
            before = Held(0, 0, 0)
            for number in range(1, polls):
                if number == warm:
                    before = await soaking.held(number)
                else:
                    await soaking.poll(number)
                assert not following.done(), following
            after = await soaking.held(polls)
            # The list is asked for more seldom than the run.
            await soaking.clock.advance(60)
            await soaking._quiet()
            run = soaking.state.current.run
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
    newest = str(run.meta.ci_build_id) if run is not None else ""
    return Soaked(before, after, dict(soaking.met), newest, soaking.listed)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(soak(int(sys.argv[1]), int(sys.argv[2])))._asdict()))
