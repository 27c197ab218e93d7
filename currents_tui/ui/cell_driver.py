"""Textual's driver for Linux and macOS, writing only the cells that changed, and leaving nothing behind.

Everything that this project takes from inside Textual 8.2's driver is in this file:
`LinuxDriver._file`, `._writer_thread`, `._key_thread` (joined by `disable_input`), `.attrs_before`,
`._must_signal_resume`, `._auto_restart`, `._mouse_pixels`, `.exit_event`, `._sigtstp_application`,
`._sigcont_application`, `textual._xterm_parser.XTermParser` and its `._timeout_time`.
"""

from __future__ import annotations

import contextlib
import os
import select
import termios
from codecs import getincrementaldecoder, lookup
from collections.abc import Callable, Iterator
from functools import partial
from threading import Event, Lock, RLock
from typing import Any

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from currents_tui.ui.cells import Cells, Filter, Unchanged
from currents_tui.ui.notify import Noticing
from currents_tui.ui.output import Output
from currents_tui.ui.restore import Guard
from currents_tui.ui.window import Window

SWITCH = "CURRENTS_TUI_DIFF"
"""Environment variable: "0" writes what Textual writes, without comparing cells."""

_POINTER, _USUAL_POINTER = "\x1b]22;", "\x1b]22;default\x07"
"""How what sets the pointer's shape begins, and the whole of what takes it back."""

_PATIENCE = 0.5
"""Seconds to wait, when leaving the screen, for a terminal that does not read."""

_HALF_A_KEY = 0.1
"""Seconds after which it is looked whether more has come of a key that has come in part."""

_AFTER_RESIZE = 0.15
"""Seconds. Textual's own repainting comes sooner; what it has painted is not painted again."""


class EndOfInput(Event):
    """Set when no more keys are to be read. It can be waited for together with them."""

    def __init__(self) -> None:
        super().__init__()
        self._pipe: tuple[int, int] | None = None
        self._using_pipe = RLock()  # a signal may come, and want to set it, while it is being set

    @contextlib.contextmanager
    def waited_for(self) -> Iterator[int]:
        """What becomes readable when this is set. It has to be asked first whether it is."""
        with self._using_pipe:
            self._pipe = end, told = os.pipe()
        try:
            yield end
        finally:
            with self._using_pipe:
                self._pipe = None
                os.close(end)
                os.close(told)

    def set(self) -> None:
        with self._using_pipe:
            is_new = not self.is_set()
            super().set()
            if is_new and self._pipe is not None:
                os.write(self._pipe[1], b"\0")


class CellDriver(LinuxDriver):
    """Draws through `Cells` and puts the terminal back under all circumstances."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        if self._file is None:
            raise OSError("standard error is closed")
        fd = self._file.fileno()
        encoding = lookup(self._file.encoding).name
        self._cells: Filter = Unchanged() if os.environ.get(SWITCH) == "0" else Cells(0, 0, encoding)
        self.exit_event: EndOfInput = EndOfInput()
        self._drawing = Lock()
        self._output = Output(fd, self._take, encoding, self._lost)
        noticing: Noticing | None = getattr(app, "noticing", None)
        self.window = Window(
            self.write,
            title=noticing is not None and noticing.title,
            progress=noticing is not None and noticing.progress,
        )
        """What is shown outside the screen."""
        self._guard = Guard(self.fileno, fd, self._output, self._resized, self._farewell)
        self._raw: list[Any] | None = None
        self._pointer = _USUAL_POINTER
        if getattr(app, "starts_behind_curtain", False):
            self._output.hold()

    def raise_curtain(self) -> None:
        """Show what has been drawn so far; until now nothing has reached the terminal."""
        self._output.release()

    @property
    def bytes_written(self) -> int:
        """Bytes that have gone to the terminal so far."""
        return self._output.bytes_written

    def write(self, data: str) -> None:
        if data.startswith(_POINTER):
            self._pointer = data
        with self._drawing:
            self._cells.resize(*self._app.size)
            self._cells.feed(data)
            complete = not self._cells.in_frame
        if complete:
            self._output.wake()

    def forget(self) -> None:
        """Write the whole screen anew: another program may have written over it."""
        with self._drawing:
            self._cells.forget()
        self._output.wake()

    def set_mouse(self, on: bool) -> None:
        """Mouse reports on or off from now on, also when the terminal is taken back after it was lent."""
        self._mouse = True  # without, Textual does neither
        if on:
            self._enable_mouse_support()
        else:
            self._disable_mouse_support()
        self._mouse = on

    def _take(self) -> str:
        with self._drawing:
            if self._cells.in_frame:
                return ""
            try:
                return self._cells.take()
            except Exception as error:
                # A defect in there has to end the program, not to freeze its screen.
                self._cells = Unchanged()
                self._soon(partial(self._app.call_later, _raised, error))
                return ""

    def _farewell(self) -> bytes:
        # Behind the curtain no title has been kept yet: another program's would be brought back.
        return b"" if self._output.is_held else self.window.farewell

    def _lost(self) -> None:
        self._guard.lost()

    # --- application mode

    def start_application_mode(self) -> None:
        self._guard.arm(self._attributes())
        self._output.start()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if not self._end_writer_thread():
            # In the background still: Textual has stopped the process and has not begun.
            self._guard.disarm()
            self._output.close(_PATIENCE)
            return
        self._raw = self._attributes()
        self.window.begin()
        if self._pointer != _USUAL_POINTER:
            self.write(self._pointer)  # Textual tells a shape when it changes, and not anew

    def _end_writer_thread(self) -> bool:
        """End Textual's own writer, which holds up the program when the terminal does not read.

        Returns whether there was one, that is, whether application mode has begun.
        """
        writer, self._writer_thread = self._writer_thread, None
        if writer is None:
            return False
        writer.stop()
        return True

    @contextlib.contextmanager
    def lent(self, *, to_another: bool) -> Iterator[None]:
        """While suspended: the terminal is `to_another` program's, or still this one's to draw on.

        Another has ctrl+c for itself. What this one draws is taken back when a signal ends it.
        """
        self._guard.deaf = to_another
        if not to_another:
            self._guard.arm(self._attributes())
        try:
            yield
        finally:
            if not to_another:
                self._guard.disarm()
            self._guard.deaf = False

    def _attributes(self) -> list[Any] | None:
        try:
            return termios.tcgetattr(self.fileno)
        except termios.error:
            return None

    def stop_application_mode(self) -> None:
        self.window.end()
        if (shape := self._pointer) != _USUAL_POINTER:
            self.write(_USUAL_POINTER)
            self._pointer = shape
        if self._mouse_pixels:
            self.write("\x1b[?1016l")
            self._mouse_pixels = False
        super().stop_application_mode()
        # What the program prints next must come after this.
        self._output.drain(_PATIENCE)
        self._raw = None
        self._guard.disarm()

    def close(self) -> None:
        super().close()
        self._output.close(_PATIENCE)

    # --- being stopped and continued

    def _sigtstp_application(self, *_: object) -> None:
        if self._auto_restart:
            self._soon(super()._sigtstp_application)
        else:
            # The screen is lent to another program, and the loop may wait for that one to end.
            super()._sigtstp_application()

    def _sigcont_application(self, *_: object) -> None:
        if not self._guard.leaving:
            self._soon(self._continue)

    def _soon(self, callback: Callable[[], object]) -> None:
        """Run it between two steps of the program: a signal arrives in the middle of one."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(callback)

    def _continue(self) -> None:
        if self._must_signal_resume:
            super()._sigcont_application()
        elif self._raw is not None:
            # Not suspended by ourselves: all modes are still set, unless the shell has touched them.
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self._raw)
            self.forget()

    def _resized(self) -> None:
        """The terminal may have moved or lost what it showed, also where the size is the same again."""
        with self._drawing:
            self._cells.forget()

        def wake_later() -> None:
            self._loop.call_later(_AFTER_RESIZE, self._output.wake)

        self._soon(wake_later)

    # --- input

    def run_input_thread(self) -> None:
        """Read keys until told to end. Bytes that are no UTF-8, or that no parser knows, do no harm."""
        decode = getincrementaldecoder("utf-8")("ignore").decode
        parser = XTermParser(self._debug)
        with self.exit_event.waited_for() as end:
            while not self.exit_event.is_set():
                # Textual looks ten times a second, which is a tenth of what an idle program takes.
                patience = None if parser._timeout_time is None else _HALF_A_KEY
                ready, _, _ = select.select([self.fileno, end], [], [], patience)
                if self.fileno in ready and (text := decode(self._typed())):
                    parser = self._dispatch(parser, text)
                parser = self._dispatch(parser, None)

    def _typed(self) -> bytes:
        """What there is to read."""
        try:
            data = os.read(self.fileno, 4096)
        except OSError:
            data = b""
        if not data and not self.exit_event.is_set():
            self._lost()
        return data

    def _dispatch(self, parser: XTermParser, data: str | None) -> XTermParser:
        """Feed `data`, or the passing of time, and send the events. Returns the parser to go on with."""
        try:
            for event in parser.tick() if data is None else parser.feed(data):
                self.process_message(event)
        except Exception:
            # One report that Textual cannot read must not end all input.
            return XTermParser(self._debug)
        return parser


def _raised(error: Exception) -> None:
    raise error
