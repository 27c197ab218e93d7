"""What is shown of a run outside the screen: in the title of the window, and in the taskbar.

Neither has a clock in it, nor the number of tests: both are sent again only when they change.
"""

from enum import IntEnum

from msgspec import Struct

from currents_tui.core.progress import totals
from currents_tui.core.rows.look import ratio
from currents_tui.core.text import clip
from currents_tui.core.watched import Watched

NAME = "currents-tui"
_BRANCH_CELLS = 40

SILENT_AFTER = 3
"""Requests in a row without an answer from which on the title says so: one is soon made good."""


class Shade(IntEnum):
    """How the taskbar's bar looks: the state of ConEmu's OSC 9;4."""

    NONE = 0
    NORMAL = 1
    ERROR = 2


class Mark(Struct, frozen=True):
    """A bar in the taskbar, or none."""

    shade: Shade = Shade.NONE
    percent: int = 0
    """Whole per cent of the specs that are done."""


def window_title(watched: Watched) -> str:
    """ "FAILING 51/73 5F feat/checkout - currents-tui"; before anything is known, the program's name."""
    run, board = watched.known, watched.known_board
    if run is None or board is None:
        return NAME
    sums = totals(run)
    parts = [
        "DELETED" if run.deleted_at is not None else board.verdict.word,
        ratio(sums.specs) if sums.specs.total is not None else "",
        f"{sums.failed}F" if sums.failed else "",
        clip(run.meta.commit.branch or "", _BRANCH_CELLS),
        "(no answer)" if watched.trouble is not None and watched.trouble.attempt >= SILENT_AFTER else "",
    ]
    return f"{' '.join(filter(None, parts))} - {NAME}"


def taskbar_mark(watched: Watched) -> Mark:
    """How far the run is. Nothing once it is over: a bar that stays would look like work."""
    run, board = watched.known, watched.known_board
    if run is None or board is None or board.verdict.is_over:
        return Mark()
    sums = totals(run)
    if not sums.specs.total:
        return Mark()
    is_bad = bool(sums.failed) or board.verdict.word == "FAILING"
    return Mark(Shade.ERROR if is_bad else Shade.NORMAL, 100 * sums.specs.done // sums.specs.total)
