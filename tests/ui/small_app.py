"""A small program under the driver, for tests of what a real terminal gets to see.

Argument: "calm" changes nothing by itself, "count" counts seconds, "flood" redraws without end,
"hostile" shows text that would like to be obeyed.

Keys: q or Ctrl+Q quits, c crashes, b blocks the event loop, x blocks the main thread where no Python
runs, p ends the flood, z suspends, e lends the terminal to another program, f forgets the screen,
n shows the bytes written, d makes the drawing fail, l makes a call that never ends, h hands the terminal
to a child, w to a function that waits for two more counts, r to one that raises, u to one that draws on a
screen of its own until a line is typed, o opens line 3 of README.md in $EDITOR, m turns mouse reports off and
M on, s sets the pointer's shape. Every key is shown.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.events import Key
from textual.widgets import Static

from currents_tui.cli.editor import Editor
from currents_tui.core.outside import Mark, Shade
from currents_tui.ui.cell_driver import CellDriver
from currents_tui.ui.cells import Unchanged
from currents_tui.ui.driver import driver_class
from currents_tui.ui.executor import DaemonExecutor
from currents_tui.ui.lending import edit, lend
from currents_tui.ui.notify import Noticing

HOSTILE = "before \x1b]52;c;aGVsbG8=\x1b\\ \x1b[?1049l \x1bc \u202e after"


class FailingCells(Unchanged):
    def take(self) -> str:
        raise ValueError("a defect, as asked")


class SmallApp(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [("ctrl+q", "quit", "Quit")]

    def __init__(self, manner: str) -> None:
        super().__init__(driver_class=driver_class())
        self.noticing = Noticing(progress=True)
        self.manner = manner
        self.count = 0

    def compose(self) -> ComposeResult:
        yield Static("starting", id="state", markup=False)
        yield Static("no key", id="key", markup=False)
        yield Static("", id="flood", markup=False)

    def on_mount(self) -> None:
        asyncio.get_running_loop().set_default_executor(DaemonExecutor())
        self.query_one("#state", Static).update("ready")
        if isinstance(self._driver, CellDriver):
            self._driver.window.show("a small app", Mark(Shade.NORMAL, 40))
        if self.manner == "hostile":
            self.query_one("#flood", Static).update(Content(HOSTILE))
        self.set_interval(0.05 if self.manner == "flood" else 1.0, self.tick)

    def tick(self) -> None:
        if self.manner in ("calm", "hostile"):
            return
        self.count += 1
        self.query_one("#state", Static).update(f"ready, count {self.count}", layout=False)
        if self.manner == "flood":
            letter = chr(ord("a") + self.count % 26)
            self.query_one("#flood", Static).update("\n".join([letter * self.size.width] * self.size.height))

    async def on_key(self, event: Key) -> None:
        self.query_one("#key", Static).update(f"key {event.key}")
        if event.key == "q":
            self.exit()
        elif event.key == "c":
            raise ValueError("a crash, as asked")
        elif event.key == "p":
            self.manner = "count"
        elif event.key == "b":
            self.call_after_refresh(time.sleep, 600)
        elif event.key == "x":
            self.call_after_refresh(hashlib.pbkdf2_hmac, "sha256", b"", b"", 2_000_000_000)
        elif event.key == "z":
            self.call_after_refresh(self.action_suspend_process)
        elif event.key == "e":
            with self.suspend():
                another_program()
        elif event.key == "f" and isinstance(self._driver, CellDriver):
            self._driver.forget()
        elif event.key == "n" and isinstance(self._driver, CellDriver):
            written = self._driver.bytes_written
            self.query_one("#flood", Static).update(f"written {written}")
        elif event.key == "d" and isinstance(self._driver, CellDriver):
            self._driver._cells = FailingCells()
        elif event.key == "l":
            asyncio.get_running_loop().run_in_executor(None, threading.Event().wait)

    @on(Key)
    def turn_mouse(self, event: Key) -> None:
        if event.key in ("m", "M") and isinstance(self._driver, CellDriver):
            self._driver.set_mouse(event.key == "M")
        elif event.key == "s":
            self.screen.styles.pointer = "text"  # as a field has it that the mouse is over
            self.screen.update_pointer_shape()

    @on(Key)
    def lend_at_key(self, event: Key) -> None:
        if event.key in BORROWERS:
            self.call_next(self.hand_over, event.key)
        elif event.key == "o":
            self.call_next(self.open_editor)

    async def open_editor(self) -> None:
        told = await edit(self, Editor(os.environ), "README.md", 3)
        self.query_one("#key", Static).update(f"back: {told}")

    async def hand_over(self, key: str) -> None:
        use, to_another = BORROWERS[key]
        try:
            told = await lend(self, lambda: use(self), to_another=to_another)
        except ValueError as error:
            told = str(error)
        self.query_one("#key", Static).update(f"back: {told}")


# A handler alone would be called too late where the signal comes just before the reading begins.
CHILD = """
import os, select, signal
told, telling = os.pipe()
os.set_blocking(telling, False)
signal.set_wakeup_fd(telling)
signal.signal(signal.SIGINT, lambda *_: None)
print("a child", flush=True)
while 0 not in select.select([0, told], [], [])[0]:
    os.read(told, 1)
    print("interrupted", flush=True)
print("typed", input(), flush=True)
raise SystemExit(3)
"""


def run_child(app: SmallApp) -> str:
    return f"status {subprocess.run([sys.executable, '-c', CHILD], check=False).returncode}"


def wait_for_counts(app: SmallApp) -> str:
    before = app.count
    while app.count < before + 2:
        time.sleep(0.01)
    return "it counted"


def draw_alone(app: SmallApp) -> str:
    sys.stdout.write("\x1b[?1049h\x1b[?25lalone")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write("\x1b[?25h\x1b[?1049l")
    sys.stdout.flush()
    return "it drew"


def fail(app: SmallApp) -> str:
    raise ValueError("it failed, as asked")


BORROWERS: dict[str, tuple[Callable[[SmallApp], str], bool]] = {
    "h": (run_child, True),
    "w": (wait_for_counts, True),
    "u": (draw_alone, False),
    "r": (fail, False),
}


def another_program() -> None:
    sys.stdout.write("another program\n")
    sys.stdout.flush()
    time.sleep(0.2)


def main() -> None:
    app = SmallApp(sys.argv[1])
    app.run()
    sys.exit(app.return_code or 0)


if __name__ == "__main__":
    main()
