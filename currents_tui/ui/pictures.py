"""The way to a picture's page: what it needs may not be there, and is not imported before its key."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from currents_tui.core.artifacts import Shot
from currents_tui.core.cells import Line
from currents_tui.ui.session import Fresh, Session

if TYPE_CHECKING:
    from currents_tui.ui.screens.picture import PictureScreen

NOT_INSTALLED = "Pictures need the package textual-image, installed where this program is (README)."


async def _no_other(shot: Shot) -> Shot | None:
    return None


def picture_page(
    session: Session,
    shots: tuple[Shot, ...],
    *,
    pulse: Callable[[int], Line],
    fresh: Fresh = _no_other,
) -> PictureScreen | str:
    """The page that shows `shots`, or a sentence why there is none."""
    if not shots:
        return "There is no screenshot here."
    if session.fetch is None:
        return "Pictures cannot be loaded here."
    if find_spec("PIL") is None:
        return NOT_INSTALLED
    from currents_tui.ui.screens.picture import PictureScreen

    return PictureScreen(session, shots, session.fetch, fresh=fresh, pulse=pulse)
