"""The first question, asked by a process of its own while this one is still importing the screen.

A refused key or an unknown run is a sentence and an exit status, and neither should cost a flash of the
full screen; so the answer has to be here before the screen is. Importing an HTTP library takes a third of
the time that a screen takes to start, and in a thread it would delay the screen by just that.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from currents_tui.api.address import Address
from currents_tui.api.key import Key
from currents_tui.core.events import Polled
from currents_tui.core.problem import Kind, Problem

HOPELESS = (Kind.KEY_REFUSED, Kind.NOT_FOUND, Kind.BAD_KEY, Kind.BAD_SETTING)
"""What no further asking mends, and no screen need be shown for."""

LARGE = 256 * 1024
"""Bytes of an answer from which on the first screen is not kept waiting for it."""


class FirstLook:
    """Asks once about `run_id`. The question goes out at once; `answer` picks up what came of it.

    `deadline` is the moment, by the monotonic clock, until which the answer is waited for.
    """

    def __init__(
        self, address: Address, key: Key, run_id: str, environ: Mapping[str, str], deadline: float
    ) -> None:
        self._run_id = run_id
        self._deadline = deadline
        self._asked_at = datetime.now(UTC)
        self._answered_at = self._asked_at
        self._told = b""
        # The key goes through the pipe: what is in an environment or on a command line, others can read.
        self._process = subprocess.Popen(
            # -P keeps the working directory off the module path, where any file could pose as a module
            # and be handed the key.
            [sys.executable, "-P", "-m", "currents_tui.cli.first_look"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_surroundings(environ),
            start_new_session=True,
        )
        self._address, self._key = address, key
        self._reader = threading.Thread(target=self._read, name="first-look", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        self._told, _ = self._process.communicate(self._question())
        self._answered_at = datetime.now(UTC)

    def _question(self) -> bytes:
        # Made where it is needed and never kept: it holds the key.
        asked = {"address": str(self._address), "key": self._key.reveal(), "run": self._run_id}
        return json.dumps(asked).encode()

    def answer(self) -> "FirstAnswer | None":
        """The answer, waited for; None when it is not there in time, or asking again may bring one.

        Raises `Problem` where it would not: the key is refused, or there is no such run.
        """
        self._reader.join(max(0.0, self._deadline - time.monotonic()))
        if self._reader.is_alive():
            self._process.kill()
            return None
        trouble, _, body = self._told.partition(b"\n")
        if self._process.returncode or not trouble:
            return None
        told: dict[str, Any] | None = json.loads(trouble)
        if told is None:
            return FirstAnswer(self._run_id, body, self._asked_at, self._answered_at)
        problem = Problem(Kind(told["kind"]), told["sentence"], told["hint"])
        if problem.kind in HOPELESS:
            raise problem
        return None


class FirstAnswer:
    """An answer that is here and not yet read: reading a large one takes longer than a first screen."""

    def __init__(self, run_id: str, body: bytes, asked_at: datetime, at: datetime) -> None:
        self.is_large = len(body) > LARGE
        self._run_id = run_id
        self._body = body
        self._asked_at = asked_at
        self._at = at

    def read(self) -> Polled | None:
        """The run in it; None when there is none, which the screen's own polls will find out and say."""
        from currents_tui.api.decode import read_run

        try:
            run = read_run(self._body, self._run_id)
        except Problem:
            return None
        return Polled(run_id=self._run_id, run=run, asked_at=self._asked_at, at=self._at)


def _surroundings(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` without the key, and with the place that this very program was imported from."""
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [root, environ.get("PYTHONPATH")]))
    kept = {name: value for name, value in environ.items() if name != "CURRENTS_API_KEY"}
    return {**kept, "PYTHONPATH": path}


def main() -> None:
    """The process that asks: the question on standard input, on standard output one line that tells the
    trouble, or null and then the answer as it came.
    """
    import asyncio

    # httpx would import its command line: a third of the time that this process takes.
    sys.modules.setdefault("click", None)  # type: ignore[arg-type]
    asked = json.load(sys.stdin)
    try:
        trouble, body = None, asyncio.run(_ask(Address(asked["address"]), Key(asked["key"]), asked["run"]))
    except Problem as problem:
        trouble = {"kind": problem.kind, "sentence": problem.sentence, "hint": problem.hint}
        body = bytearray()
    sys.stdout.buffer.write(json.dumps(trouble).encode() + b"\n" + body)
    sys.stdout.buffer.flush()
    # A name look-up that hangs must not hold this process back.
    os._exit(0)


async def _ask(address: Address, key: Key, run_id: str) -> bytearray:
    from currents_tui.api.client import Client

    async with Client(address, key) as client:
        return await client.run_answer(run_id)


if __name__ == "__main__":
    main()
