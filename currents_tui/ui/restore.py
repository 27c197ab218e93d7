"""Puts the terminal back as it was, however the process ends, and ends it when it has to end.

Python runs signal handlers in the main thread, between two bytecodes: one that is stuck runs none.
The byte that Python's own C handler writes into the wakeup pipe arrives all the same, so a thread
waits for it there. The same thread is told by the kernel when the terminal goes away, which SIGHUP
does not tell a process that was started ignoring it.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import signal
import termios
from collections.abc import Callable
from threading import Lock, Thread
from types import FrameType
from typing import Any, NoReturn

from currents_tui.ui.output import Output, write_within

_BY_CHANCE = (
    signal.SIGHUP,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGALRM,
    signal.SIGVTALRM,
    signal.SIGPROF,
    signal.SIGXCPU,
    signal.SIGABRT,
)
"""Nobody means them for a program like this, but they would end it; unless it was started to ignore them."""

FATAL = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, *_BY_CHANCE)
"""End the process with 128 and their number. Ctrl+C at the keyboard is a key and no signal.

SIGABRT is what another process sends: `abort` in this one gives no thread the time to do anything.
"""

FROM_KEYS = (signal.SIGINT, signal.SIGQUIT)
"""What a terminal in its usual mode sends to everybody at it, when ctrl+c or ctrl+\\ is pressed."""

RESTORE = (
    b"\x1b\\"  # ends a string that was cut off on its way
    b"\x1b[?2026l\x1b[m"
    b"\x1b[?2048l\x1b[?2004l"  # in-band resize, bracketed paste
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l\x1b[?1004l"  # mouse, focus
    b"\x1b]22;default\x07"  # the pointer's shape, likewise before: kitty keeps one for each screen
    b"\x1b[<u"  # kitty keyboard: it is the alternate screen's own, so before leaving that
    b"\x1b[?7h\x1b[?1049l\x1b[?25h"
)
"""Takes back every mode that Textual sets."""

_PATIENCE = 0.5
"""Seconds given to a frame on its way out, and again to RESTORE, if the terminal does not read."""


class Guard:
    """Watches over the terminal at `tty` (input) and `output` from the first `arm` on.

    `resized` is called in the watching thread after each SIGWINCH. `farewell` gives what is written behind
    RESTORE: it takes back what only some terminals are sent. To be made in the main thread.
    """

    def __init__(
        self,
        tty: int,
        fd: int,
        output: Output,
        resized: Callable[[], None],
        farewell: Callable[[], bytes] = bytes,
    ) -> None:
        self._tty = tty
        self._fd = fd
        self._output = output
        self._resized = resized
        self._farewell = farewell
        self._attributes: list[Any] | None = None
        self._armed = False
        self._lock = Lock()
        self._pipe: tuple[int, int] | None = None
        self.leaving = False
        """A fatal signal has arrived: nothing is to be started any more."""
        self.deaf = False
        """Whether another program has the terminal, so that its ctrl+c is not meant for this one."""

    def arm(self, attributes: list[Any] | None) -> None:
        """The modes are about to be set; `attributes` are the terminal's from before, to go back to."""
        if self._pipe is None:
            self._watch_signals()
        self._attributes = attributes
        self._armed = True

    def disarm(self) -> None:
        """The modes have been taken back."""
        self._armed = False

    def restore(self) -> None:
        """Take back the modes, if they are set. At most a second passes, whatever the terminal does."""
        with self._lock:
            if not self._armed:
                return
            self._armed = False
            self._output.halt()
            held = self._output.writing.acquire(timeout=_PATIENCE)
            # In the background, changing the terminal would stop the process instead of ending it.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
            write_within(self._fd, RESTORE + self._farewell(), _PATIENCE)
            if self._attributes is not None:
                with contextlib.suppress(termios.error):
                    termios.tcsetattr(self._tty, termios.TCSANOW, self._attributes)
            if held:
                self._output.writing.release()

    def leave(self, status: int) -> NoReturn:
        """Restore the terminal and end the process at once: nothing that hangs can delay it."""
        self.leaving = True
        try:
            self.restore()
        finally:
            os._exit(status)

    def lost(self) -> NoReturn:
        """The terminal is gone: end as SIGHUP would."""
        self.leave(128 + signal.SIGHUP)

    def _watch_signals(self) -> None:
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        self._pipe = reading, writing
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        for number in FATAL:
            if number not in _BY_CHANCE or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._signalled)
        atexit.register(self.restore)
        Thread(target=self._watch, args=(reading,), name="terminal-guard", daemon=True).start()

    def _is_meant(self, number: int) -> bool:
        return number in FATAL and not (self.deaf and number in FROM_KEYS)

    def _signalled(self, number: int, _frame: FrameType | None) -> None:
        if not self._is_meant(number):
            return
        self.leaving = True
        # Told once more, in case another has taken the wakeup pipe.
        if self._pipe is not None:
            with contextlib.suppress(BlockingIOError):
                os.write(self._pipe[1], bytes([number]))

    def _watch(self, reading: int) -> None:
        poller = select.poll()
        poller.register(reading, select.POLLIN)
        if os.isatty(self._tty):
            poller.register(self._tty, 0)  # hanging up is told without being asked for
        while True:
            for fd, happened in poller.poll():
                if fd == reading:
                    for number in os.read(reading, 64):
                        self._told(number)
                elif happened & (select.POLLHUP | select.POLLERR):
                    self.lost()
                else:
                    poller.unregister(fd)

    def _told(self, number: int) -> None:
        if self._is_meant(number):
            self.leave(128 + number)
        elif number == signal.SIGWINCH:
            self._resized()
