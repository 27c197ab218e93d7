"""A terminal for tests: runs a program under a pty and keeps what a person at it would see.

The screen is pyte's. The queries that a real terminal answers are answered, every byte is kept, and
whatever is waited for is waited for with a deadline that a slow machine can keep.
"""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import psutil
import pyte

from tests import guards
from tests.patience import PATIENCE

# Started in a session of its own, the child makes the pty its controlling terminal, then becomes
# the program: doing so between fork and exec is not safe in a test process with threads.
_LAUNCH = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGHUP, signal.SIG_IGN if sys.argv[1] == "ignore-hup" else signal.SIG_DFL)
os.execvp(sys.argv[2], sys.argv[2:])
"""

_SYNC_QUERY, _RESIZE_QUERY = b"\x1b[?2026$p", b"\x1b[?2048$p"

# What pyte would draw as text: kitty keyboard sequences.
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=?][0-9;]*u")
_UNFINISHED = re.compile(guards.UNFINISHED.encode())

_MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])|\x1b\[(>[0-9]*|<)u")
_TITLES = re.compile(rb"\x1b\[2([23]);0t")
_PROGRESS = re.compile(rb"\x1b\]9;4;([0-9]);[0-9]+\x07")
_POINTER = re.compile(rb"\x1b\]22;([^\x07]*)\x07")
_SET_FROM_THE_START = {"7", "25"}


def modes_left_on(raw: bytes | bytearray) -> set[str]:
    """Which modes a program has left other than it found them: "1049", "no 25", "kitty" and so on.

    "title" is a title that was kept and not brought back, "progress" a bar that stays in the taskbar,
    "pointer" a shape of the pointer that is not the usual one.
    """
    found: dict[str, bool] = {}
    kitty = 0
    for match in _MODE.finditer(raw):
        if match[3] is not None:
            kitty += 1 if match[3].startswith(b">") else -1
        else:
            for mode in match[1].decode().split(";"):
                found[mode] = match[2] == b"h"
    left = {mode for mode, on in found.items() if on and mode not in _SET_FROM_THE_START}
    left |= {f"no {mode}" for mode in _SET_FROM_THE_START if found.get(mode) is False}
    kept = sum(1 if match[1] == b"2" else -1 for match in _TITLES.finditer(raw))
    shades = [match[1] for match in _PROGRESS.finditer(raw)]
    pointers = [match[1] for match in _POINTER.finditer(raw)]
    left |= {"pointer"} if pointers and pointers[-1] not in (b"", b"default") else set()
    left |= {"kitty"} if kitty > 0 else set()
    left |= {"title"} if kept > 0 else set()
    return left | ({"progress"} if shades and shades[-1] != b"0" else set())


def assert_left_as_found(terminal: Terminal) -> None:
    """That a program that had the whole screen has left its terminal as it was before."""
    assert b"\x1b[?1049h" in terminal.raw, "the program has never had the screen"
    assert terminal.attributes() == terminal.attributes_before
    assert modes_left_on(terminal.raw) == set()
    assert terminal.screen.cursor.attrs == terminal.screen.default_char, "a colour is left on"


class Terminal:
    """Runs `argv` in a pty of `rows` by `cols` cells; a context manager that leaves nothing running.

    `env` is added to the environment, a value of None removes. `in_band_resize` makes the terminal
    one that reports its size in its input; `ignore_hup` starts the program ignoring SIGHUP. `answers` to
    queries go before the usual ones; an empty answer is none. What may be written is what `tests.guards`
    lets pass: drawing, and the sequences `beyond` it that the test expects.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        rows: int = 24,
        cols: int = 80,
        env: Mapping[str, str | None] | None = None,
        cwd: str | None = None,
        in_band_resize: bool = False,
        ignore_hup: bool = False,
        answers: Mapping[bytes, bytes] | None = None,
        beyond: Sequence[str] = (guards.BELL,),
    ) -> None:
        self.raw = bytearray()
        """All that the program has written."""
        self.read_at = 0.0
        """When the last of it came, by `time.perf_counter`: before it was put on the screen here."""
        self.started_at = 0.0
        """When the program was started, likewise."""
        self.screen = pyte.Screen(cols, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._unfed = b""
        usual = {
            _SYNC_QUERY: b"\x1b[?2026;2$y",
            _RESIZE_QUERY: b"\x1b[?2048;2$y" if in_band_resize else b"\x1b[?2048;0$y",
            b"\x1b[c": b"\x1b[?62;22c",
            b"\x1b[6n": b"\x1b[1;1R",
        }
        self._answers = {**(answers or {}), **{k: v for k, v in usual.items() if k not in (answers or {})}}
        environment: dict[str, str | None] = dict(os.environ)
        environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        environment |= {"COLUMNS": None, "LINES": None, "NO_COLOR": None, **(env or {})}
        self._beyond = beyond
        if (env or {}).get("PYTHONPATH", "") is not None:
            environment["PYTHONPATH"] = guards.python_path(environment.get("PYTHONPATH")) or None
        master, slave = os.openpty()
        self.fd = master
        self._set_size(rows, cols)
        self.attributes_before = self.attributes()
        mode = "ignore-hup" if ignore_hup else "default-hup"
        self.started_at = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-ISc", _LAUNCH, mode, *argv],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={name: value for name, value in environment.items() if value is not None},
            cwd=cwd,
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            # The process that asks first has a session of its own.
            family = psutil.Process(self.process.pid).children(recursive=True)
            os.killpg(self.process.pid, signal.SIGKILL)
            for child in family:
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            self.process.wait()
        is_whole = self.process.returncode >= 0 and self.fd >= 0
        while self.read():
            pass
        self.hang_up()
        if kind is None and guards.ARE_ON:
            guards.assert_harmless(bytes(self.raw), self._beyond, whole=is_whole)

    # --- reading

    def pump(self, seconds: float = 0.0) -> bool:
        """Read what comes within `seconds`, once. Returns whether anything came."""
        data = self.read(seconds)
        self.show(data)
        return bool(data)

    def read(self, seconds: float = 0.0) -> bytes:
        """Likewise, without putting it on the screen: whoever measures has no time for that."""
        if self.fd < 0:
            return b""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        try:
            data = os.read(self.fd, 1 << 16) if ready else b""
        except OSError:  # the program has closed its side
            data = b""
        if data:
            self.read_at = time.perf_counter()
            self.raw += data
        elif ready:
            time.sleep(min(seconds, 0.01))
        return data

    def show(self, data: bytes) -> None:
        """Put on the screen what was read."""
        data = self._unfed + data
        unfinished = _UNFINISHED.search(data)
        cut = unfinished.start() if unfinished else len(data)
        data, self._unfed = data[:cut], data[cut:]
        for query, answer in self._answers.items():
            for _ in range(data.count(query)):
                self.send(answer)
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data))

    def text(self) -> str:
        """The screen, line by line, without the blanks at their ends."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait_until(self, reached: Callable[[], bool], what: str, timeout: float = PATIENCE) -> None:
        """Read until `reached()`; fails, naming `what` and showing the screen, after `timeout` seconds."""
        end = time.monotonic() + timeout
        while not reached():
            if time.monotonic() > end:
                raise AssertionError(f"{what} did not come within {timeout} s:\n{self.text()}")
            self.pump(0.02)

    def wait_for(self, wanted: str | Callable[[str], bool], timeout: float = PATIENCE) -> None:
        """Read until the screen shows a text, or satisfies a predicate on its text."""
        if isinstance(wanted, str):
            needle = wanted
            self.wait_until(lambda: needle in self.text(), repr(wanted), timeout)
        else:
            predicate = wanted
            self.wait_until(lambda: predicate(self.text()), "the screen waited for", timeout)

    def bytes_over(self, seconds: float) -> int:
        """How many bytes the program writes in the next `seconds`."""
        before, end = len(self.raw), time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.pump(left)
        return len(self.raw) - before

    def settle(self, quiet: float = 0.3) -> None:
        """Read until nothing has come for `quiet` seconds."""
        while self.pump(quiet):
            pass

    def stop_reading(self, busy: float = 1.0) -> None:
        """Read nothing while the program uses the processor for `busy` seconds; fails if it does not."""
        process = psutil.Process(self.process.pid)
        enough, end = process.cpu_times().user + busy, time.monotonic() + 2 * PATIENCE
        while process.cpu_times().user < enough:
            assert time.monotonic() < end, "the program waits for its terminal"
            time.sleep(0.05)

    def attributes(self) -> list[Any]:
        """The terminal's attributes, as `termios.tcgetattr` gives them."""
        return termios.tcgetattr(self.fd)

    # --- acting

    def send(self, keys: str | bytes) -> None:
        os.write(self.fd, keys.encode() if isinstance(keys, str) else keys)

    def kill(self, number: int) -> None:
        self.process.send_signal(number)

    def resize(self, rows: int, cols: int) -> None:
        self.screen.resize(rows, cols)
        self._set_size(rows, cols)

    def hang_up(self) -> None:
        """Take the terminal away, as a dropped connection does."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def wait_exit(self, timeout: float = PATIENCE) -> int:
        """Read until the program has ended. Returns its exit status, -n for a signal."""
        self.wait_until(lambda: self.process.poll() is not None, "the end of the program", timeout)
        while self.pump(0.0):
            pass
        return self.process.returncode

    def close(self, number: int = signal.SIGTERM, timeout: float = PATIENCE) -> tuple[int, bytes]:
        """Send a signal and wait for the end. Returns the exit status and what was written after it."""
        before = len(self.raw)
        if self.process.poll() is None:
            self.kill(number)
        status = self.wait_exit(timeout)
        return status, bytes(self.raw[before:])

    def _set_size(self, rows: int, cols: int) -> None:
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
