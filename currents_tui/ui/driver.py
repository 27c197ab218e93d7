"""The driver to hand to `App(driver_class=…)`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.driver import Driver


def driver_class() -> type[Driver] | None:
    """The driver of this project, or None where Textual's own has to stay (Windows)."""
    if sys.platform == "win32":
        return None
    from currents_tui.ui.cell_driver import CellDriver

    return CellDriver
