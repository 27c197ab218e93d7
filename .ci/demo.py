"""Runs the README's first command under a pty until it shows a run that moves, then quits it.

    demo.py CHECKOUT COMMAND

CHECKOUT is where the tests' own terminal is imported from; the command runs in the current folder.
"""

import re
import sys
import time
from pathlib import Path

INSTALL_PATIENCE = 180.0
MOVE_PATIENCE = 30.0


def main(checkout: str, command: str) -> None:
    """Exit 0 when the run was seen to move and the program to quit."""
    sys.path.insert(0, checkout)
    from tests.terminal import Terminal

    started = time.monotonic()
    with Terminal(["bash", "-c", command], rows=40, cols=120, cwd=str(Path.cwd())) as terminal:
        terminal.wait_for("LIVE", timeout=INSTALL_PATIENCE)
        print(f"-- live after {time.monotonic() - started:.1f} s, the installation included")
        # The first answer is not a move yet.
        terminal.wait_for(lambda text: progress(text) != "", timeout=MOVE_PATIENCE)
        first = progress(terminal.text())
        terminal.wait_for(lambda text: progress(text) not in ("", first), timeout=MOVE_PATIENCE)
        print(f"-- it moved: {first} -> {progress(terminal.text())}")
        terminal.send("q")
        status = terminal.wait_exit()
    if status != 0:
        sys.exit(f"the demo ended with status {status}")


def progress(text: str) -> str:
    """The tests reported so far, as the header tells them."""
    found = re.search(r"tests ([\d,]+/[\d,]+)", text)
    return found[1] if found else ""


if __name__ == "__main__":
    main(*sys.argv[1:])
