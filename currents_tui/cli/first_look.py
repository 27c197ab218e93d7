"""The first question, asked by a process of its own while this one is still importing the screen.

A refused key or an unknown run is a sentence and an exit status, and neither should cost a flash of the
full screen; so the answer has to be here before the screen is. Importing an HTTP library takes a third of
the time that a screen takes to start, and in a thread it would delay the screen by just that.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from currents_tui.api.address import Address
from currents_tui.api.key import Key
from currents_tui.api.limits import Limits
from currents_tui.cli.surroundings import without_key
from currents_tui.core.problem import Kind, Problem

if TYPE_CHECKING:
    from currents_tui.core.events import Listed, Polled
    from currents_tui.core.model import ProjectPage

HOPELESS = (Kind.KEY_REFUSED, Kind.NOT_FOUND, Kind.BAD_KEY, Kind.BAD_SETTING)
"""What no further asking mends, and no screen need be shown for."""

GRANTED = b"null\n"
"""The line before an answer, where the one before a trouble tells it."""

LARGE = 256 * 1024
"""Bytes of an answer from which on the first screen is not kept waiting for it."""

REST = 15.0
"""Seconds that a granted answer may take until its last byte."""


class Subject(NamedTuple):
    """What the first question is about: a run, else a project's runs, else which projects there are."""

    run_id: str | None = None
    project_id: str | None = None


class FirstLook:
    """Asks once about what is `wanted`. The question goes out at once; `answer` picks up what came of it.

    `deadline` is the moment, by the monotonic clock, until which the answer is waited for.
    """

    def __init__(
        self,
        address: Address,
        key: Key,
        wanted: Subject,
        environ: Mapping[str, str],
        deadline: float,
        limits: Limits | None = None,
    ) -> None:
        self._wanted = wanted
        self._limits = limits or Limits()
        self._deadline = deadline
        self._asked_at = datetime.now(UTC)
        self._head = self._body = b""
        self._has_head = threading.Event()
        # The key goes through the pipe: what is in an environment or on a command line, others can read.
        self._process = subprocess.Popen(
            # -P keeps the working directory off the module path, where any file could pose as a module
            # and be handed the key.
            [sys.executable, "-P", "-m", "currents_tui.cli.first_look"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_surroundings(without_key(environ, key)),
            start_new_session=True,
        )
        self._address, self._key = address, key
        self._reader = threading.Thread(target=self._read, name="first-look", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        pipe, told = self._process.stdin, self._process.stdout
        assert pipe is not None and told is not None  # noqa: S101
        with suppress(OSError):  # it may have ended already; what it told says why
            pipe.write(self._question())
            pipe.flush()
        with told:
            # What a start-up file of the site has printed goes before it.
            heads = (line for line in told if line == GRANTED or _trouble(line) is not None)
            self._head = next(heads, b"")
            self._has_head.set()
            self._body = told.read()
        self._process.wait()
        # Not before: when it closes, nobody waits for an answer any more.
        with suppress(OSError):
            pipe.close()

    def _question(self) -> bytes:
        from msgspec import json  # here, in the thread: the process that asks is started before it

        # Made where it is needed and never kept: it holds the key.
        asked = {"address": str(self._address), "key": self._key.reveal(), "setting": self._key.setting}
        return json.encode({**asked, **self._wanted._asdict(), "limits": self._limits}) + b"\n"

    @property
    def is_granted(self) -> bool:
        """Whether it is known by now that there is an answer."""
        return self._head == GRANTED

    def is_ready(self, within: float = 0.0) -> bool:
        """Whether all of it is here, waited for as long, and reading it keeps no first screen waiting."""
        self._reader.join(within)
        return not self._reader.is_alive() and len(self._body) <= LARGE

    def answer(self) -> FirstAnswer | None:
        """The answer, as soon as it is known that there is one; None when that takes too long, or asking
        again may bring one.

        Raises `Problem` where it would not: the key is refused, or there is no such run or project.
        """
        if not self._has_head.wait(max(0.0, self._deadline - time.monotonic())):
            self._process.kill()
            return None
        if self.is_granted:
            return FirstAnswer(self._rest, self._wanted, self._asked_at)
        problem = _trouble(self._head)
        # Where there is nothing to choose from, there is nothing that a screen could show meanwhile.
        if problem is not None and (problem.kind in HOPELESS or self._wanted == Subject()):
            raise problem
        return None

    def close(self) -> None:
        """End the process that asks, whatever it is at."""
        self._process.kill()

    def _rest(self) -> bytes:
        """The answer to its end, waited for; empty when it broke off."""
        self._reader.join(REST)
        if self._reader.is_alive():
            self._process.kill()
            return b""
        return b"" if self._process.returncode else self._body


class FirstAnswer:
    """An answer that the service has granted, and that may still be on its way."""

    def __init__(self, rest: Callable[[], bytes], wanted: Subject, asked_at: datetime) -> None:
        self._rest = rest
        self._wanted = wanted
        self._asked_at = asked_at

    def read(self) -> Polled | Listed | ProjectPage | None:
        """What is in it, waited for; None when there is nothing, which the screen's own polls will find out
        and say.
        """
        body = self._rest()
        try:
            return self._told(body, datetime.now(UTC))
        except Problem:
            return None

    def _told(self, body: bytes, at: datetime) -> Polled | Listed | ProjectPage:
        from currents_tui.core.events import Listed, Polled

        run_id, project_id = self._wanted
        if run_id is not None:
            from currents_tui.api.decode import read_run

            return Polled(run_id=run_id, run=read_run(body, run_id), asked_at=self._asked_at, at=at)
        from currents_tui.api.decode_list import read_project_page, read_run_page
        from currents_tui.core.run_filter import ALL

        if project_id is None:
            return read_project_page(body)
        page = read_run_page(body)
        return Listed(project_id=project_id, wanted=ALL, page=page, asked_at=self._asked_at, at=at)


def _trouble(line: bytes) -> Problem | None:
    """The trouble that a line tells; None for one that tells none, whoever has printed it."""
    from msgspec import json

    try:
        told = json.decode(line)
        return Problem(Kind(told["kind"]), told["sentence"], told["hint"])
    except (ValueError, TypeError, LookupError, RecursionError):
        return None


def _surroundings(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` with the place that this very program was imported from."""
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [root, environ.get("PYTHONPATH")]))
    return {**environ, "PYTHONPATH": path}


def main() -> None:
    """The process that asks: the question as a line on standard input, on standard output one line that
    tells the trouble, or null and then the answer as it came.
    """
    out = _way_out()
    gc.disable()  # nothing that is made here is garbage before the end
    question = sys.stdin.buffer.readline()
    threading.Thread(target=_end_with_the_asker, daemon=True).start()
    import asyncio

    from msgspec import json

    # httpx would import its command line: a third of the time that this process takes.
    sys.modules.setdefault("click", None)  # type: ignore[arg-type]
    asked = json.decode(question)
    status = 0
    try:
        wanted = Subject(asked["run_id"], asked["project_id"])
        address, limits = Address(asked["address"]), Limits(*asked["limits"])
        key = Key(asked["key"], setting=asked["setting"])
        asyncio.run(_ask(address, key, wanted, limits, out))
    except Problem as problem:
        # Behind a head it is an answer that broke off, and nobody takes this line for one.
        trouble = {"kind": problem.kind, "sentence": str(problem.sentence), "hint": str(problem.hint)}
        out.write(json.encode(trouble) + b"\n")
        status = 1
    out.flush()
    # A name look-up that hangs must not hold this process back.
    os._exit(status)


def _way_out() -> BinaryIO:
    """Where the answer goes: what was standard output, which from now on leads nowhere. Whatever is imported
    may print, and a start-up file of the site has done so before.
    """
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return out


def _end_with_the_asker() -> None:
    """End when whoever asked is gone, however that came about, for the key is here, and nobody reads on."""
    while os.read(0, 1):
        pass
    os._exit(1)


async def _ask(address: Address, key: Key, wanted: Subject, limits: Limits, out: BinaryIO) -> None:
    from currents_tui.api.client import Client

    def say_granted() -> None:
        out.write(GRANTED)
        out.flush()

    async with Client(address, key, limits=limits) as client:
        if wanted.run_id is not None:
            answer = await client.run_answer(wanted.run_id, say_granted)
        elif wanted.project_id is not None:
            answer = await client.runs_answer(wanted.project_id, on_head=say_granted)
        else:
            answer = await client.projects_answer(say_granted)
        out.write(answer)


if __name__ == "__main__":
    main()
