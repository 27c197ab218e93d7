"""Starting a program that has a window of its own."""

import subprocess
from collections.abc import Mapping, Sequence
from threading import Thread


def start_apart(argv: Sequence[str], environ: Mapping[str, str]) -> None:
    """Start it without this terminal, and do not wait for it. Raises OSError, and ValueError for what is no
    command.

    Its output would go over the screen, and neither ctrl+c nor the end of the terminal is meant for it.
    """
    process = subprocess.Popen(
        argv,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    Thread(target=process.wait, name="apart", daemon=True).start()
