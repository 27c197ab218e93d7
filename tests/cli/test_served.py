"""The screen in a browser, as textual-serve has it: drawn into packets on standard output."""

import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from tests import guards
from tests.canned import CannedServer
from tests.cli import answers
from tests.cli.program import KEY, RUN_ID, clean, installed
from tests.cli.serving import enveloped, serving
from tests.patience import PATIENCE

GOOD = enveloped(answers.playwright(complete=False))


def packet(kind: bytes, payload: bytes) -> bytes:
    """As Textual's web driver reads and writes them."""
    return kind + len(payload).to_bytes(4, "big") + payload


def read_until(stream: IO[bytes], wanted: bytes, before: bytes = b"") -> bytes:
    told, end = before, time.monotonic() + PATIENCE
    while wanted not in told:
        assert time.monotonic() < end, told[-2000:]
        if select.select([stream], [], [], 0.1)[0]:
            told += os.read(stream.fileno(), 1 << 16)
    guards.assert_keyless(told)
    return told


@contextmanager
def served(server: CannedServer) -> Iterator[subprocess.Popen[bytes]]:
    env = clean(
        CURRENTS_API_KEY=KEY,
        TEXTUAL_DRIVER="textual.drivers.web_driver:WebDriver",
        TEXTUAL_COLOR_SYSTEM="truecolor",
        COLUMNS="120",
        ROWS="40",
    )
    argv = [installed(), RUN_ID, "--api-url", f"{server.url}/v1", "--interval", "1"]
    with subprocess.Popen(argv, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_browser_shows_the_run_and_can_do_nothing_to_it() -> None:
    with serving(GOOD) as server, served(server) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        told = read_until(process.stdout, b"cart.spec.ts")
        assert told.startswith(b"__GANGLION__\n")
        # That no write comes of it, the server itself sees to.
        process.stdin.write(packet(b"D", b"cD"))
        process.stdin.flush()
        told += read_until(process.stdout, b"Read-only")
        process.stdin.write(packet(b"M", json.dumps({"type": "quit"}).encode()))
        process.stdin.flush()
        told += process.communicate()[0]
        assert process.wait(PATIENCE) == 0
    assert KEY.encode() not in told


def test_it_ends_with_whoever_serves_it() -> None:
    with serving(GOOD) as server, served(server) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        read_until(process.stdout, b"cart.spec.ts")
        process.stdin.close()
        process.stdout.close()
        status = process.wait(3.0)
        asked = len(server.requests)
        time.sleep(2.5)  # two intervals
        assert len(server.requests) == asked
        assert status == 128 + signal.SIGPIPE
