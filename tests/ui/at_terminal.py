"""The small app at a terminal, as tests start it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from tests import guards
from tests.terminal import Terminal

ROOT = str(Path(__file__).parents[2])


def small_app(
    manner: str = "calm",
    *,
    env: Mapping[str, str | None] | None = None,
    cols: int = 80,
    in_band_resize: bool = False,
    ignore_hup: bool = False,
    ignoring: str = "",
) -> Terminal:
    """`tests.ui.small_app`, which has a title of its own and something to show in the taskbar.

    It is started to ignore the signal `ignoring`.
    """
    start = ["sh", "-c", f"trap '' {ignoring}; exec \"$@\"", "sh"] if ignoring else []
    return Terminal(
        [*start, sys.executable, "-m", "tests.ui.small_app", manner],
        cwd=ROOT,
        env=env,
        cols=cols,
        in_band_resize=in_band_resize,
        ignore_hup=ignore_hup,
        beyond=(guards.BELL, guards.TASKBAR, r"\x1b\]2;a small app\x07"),
    )
