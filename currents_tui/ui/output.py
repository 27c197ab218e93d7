"""The thread that writes to the terminal, so that nobody else ever waits for it.

A link can be slow and a terminal can stop reading. The thread takes what is to be written only when
the last has gone out, so that a slow terminal gets the newest state and never a backlog.
"""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from threading import Condition, Lock, Thread
from time import monotonic

_CHUNK = 4096
"""Bytes in one write: what a person waits for behind a full pipe is at most this."""


class Output:
    """Writes to the terminal at `fd` what `take` returns, whenever it is woken.

    `lost` is called, in the thread, when the terminal is gone.
    """

    def __init__(self, fd: int, take: Callable[[], str], encoding: str, lost: Callable[[], None]) -> None:
        self.bytes_written = 0
        self.writing = Lock()
        """Held while a frame goes out."""
        self._fd = fd
        self._take = take
        self._encoding = encoding
        self._lost = lost
        self._state = Condition()
        self._woken = False
        self._busy = False
        self._stopped = False
        self._held = False
        self._thread: Thread | None = None

    def start(self) -> None:
        self._stopped = False
        self._thread = Thread(target=self._run, name="terminal-output", daemon=True)
        self._thread.start()

    def hold(self) -> None:
        """Write nothing until `release`: what closes before that was never to be seen."""
        self._held = True

    @property
    def is_held(self) -> bool:
        """Whether nothing has been written so far, by `hold`."""
        return self._held

    def release(self) -> None:
        """Write, from now on, what there is to take."""
        with self._state:
            self._held = False
            self._state.notify_all()

    def wake(self) -> None:
        """There may be something to take."""
        with self._state:
            self._woken = True
            self._state.notify_all()

    def drain(self, timeout: float) -> bool:
        """Wait, at most `timeout` seconds, until all is written. Returns whether it is."""
        with self._state:
            thread = self._thread
            if thread is None or self._held:
                return True
            return self._state.wait_for(lambda: not (self._woken or self._busy), timeout)

    def halt(self) -> None:
        """Write nothing more, not even the rest of a frame that the terminal does not read."""
        self._stopped = True

    def close(self, timeout: float) -> None:
        """End the thread, after what is still to be written or `timeout` seconds."""
        self.drain(timeout)
        with self._state:
            self._stopped = True
            self._state.notify_all()
        if self._thread is not None:
            # It cannot hold up the end of the process: it is a daemon.
            self._thread.join(timeout)
            self._thread = None

    def _run(self) -> None:
        while True:
            with self._state:
                self._busy = False
                self._state.notify_all()
                self._state.wait_for(lambda: (self._woken and not self._held) or self._stopped)
                if self._stopped:
                    return
                self._woken, self._busy = False, True
            try:
                with self.writing:
                    self._write(self._take().encode(self._encoding, "replace"))
            except OSError:
                self._stopped = True
                self._lost()

    def _write(self, data: bytes) -> None:
        while data and not self._stopped:
            _, ready, _ = select.select([], [self._fd], [], 0.1)
            if ready:
                written = os.write(self._fd, data[: _piece(data)])
                self.bytes_written += written
                data = data[written:]


def _piece(data: bytes) -> int:
    """How many bytes of `data` go out in one write. A signal may come before the next, so that neither a
    sequence nor a character is cut, but for a string that is itself longer than a write.
    """
    if len(data) <= _CHUNK:
        return len(data)
    cut = data.rfind(b"\x1b", 0, _CHUNK + 1)
    return cut if cut > 0 else _CHUNK


def write_within(fd: int, data: bytes, seconds: float) -> None:
    """Write to a terminal that may have stopped reading, for at most `seconds`. Never raises.

    One byte at a time, for a terminal that is ready has promised room for no more than that.
    """
    end = monotonic() + seconds
    try:
        for index in range(len(data)):
            _, ready, _ = select.select([], [fd], [], max(0.0, end - monotonic()))
            if not ready:
                return
            os.write(fd, data[index : index + 1])
    except (OSError, ValueError):
        return
