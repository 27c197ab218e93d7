"""The real application with a picture's page on top of it, at a terminal. Arguments: the setting for
pictures, and how many pictures there are.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from pathlib import Path

from currents_tui.core.artifacts import Shot
from currents_tui.core.cells import UNICODE
from currents_tui.core.model import Link
from currents_tui.core.rows.look import Look
from currents_tui.ui import app
from currents_tui.ui.app import CurrentsApp
from currents_tui.ui.driver import driver_class
from currents_tui.ui.pictures import picture_page
from currents_tui.ui.screens.picture import PictureScreen
from currents_tui.ui.session import Progress, Session
from currents_tui.watch.clock import SystemClock
from tests.pictures import encoded, halves
from tests.ui.watching import Service, usual


async def fetch(url: str, progress: Progress) -> bytes:
    return encoded(halves(320, 160))


@asynccontextmanager
async def connect() -> AsyncIterator[Service]:
    run = usual()
    yield Service({run.run_id or "": run})


def session(pictures: str) -> Session:
    return Session(
        run_ids=(usual().run_id or "",),
        interval=5.0,
        connect=connect,
        clock=SystemClock(),
        look=Look(UNICODE, UTC),
        run_url=lambda run_id: f"https://app.example.com/run/{run_id}",
        spec_url=lambda instance: f"https://app.example.com/instance/{instance}",
        open_url=lambda address: False,
        save_copy=lambda run_id, answer: "",
        fetch=fetch,
        pictures=pictures,
    )


class PictureApp(CurrentsApp):
    # Textual looks for it beside the subclass.
    CSS_PATH = str(Path(app.__file__).parent / "styles" / "app.tcss")

    def __init__(self, pictures: str, count: int) -> None:
        super().__init__(session(pictures), driver_class=driver_class())
        self.count = count

    def on_mount(self) -> None:
        super().on_mount()
        self.call_after_refresh(self.open_pictures)

    def open_pictures(self) -> None:
        numbers = range(1, self.count + 1)
        shots = tuple(Shot(f"screenshot {n}", Link(f"https://files.example/{n}.png")) for n in numbers)
        page = picture_page(self.session, shots, pulse=lambda cells: ())
        assert isinstance(page, PictureScreen)
        self.push_screen(page)


def main() -> None:
    shown = PictureApp(sys.argv[1], int(sys.argv[2]))
    shown.run()
    sys.exit(shown.return_code or 0)


if __name__ == "__main__":
    main()
