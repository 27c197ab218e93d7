"""The real screen on a source with a defect, which knows the key as a defect of ours would."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from currents_tui.api.address import Address
from currents_tui.api.key import Key
from currents_tui.cli.full_screen import Target, show
from currents_tui.cli.main import ended
from currents_tui.cli.options import screen_parser
from currents_tui.cli.settings import Settings
from currents_tui.core.model import Run
from currents_tui.watch.follow import Service
from tests.cli.program import KEY, RUN_ID
from tests.feeds import Unasked


class Defective(Unasked):
    def __init__(self, secret: str) -> None:
        self.secret = secret

    async def run(self, run_id: str) -> Run:
        # The screen is there by then: a crash has something to take back.
        await asyncio.sleep(2)
        raise RuntimeError(f"a defect, as asked, \x1b]0;with\x07 the key in hand: Bearer {self.secret}")


class DefectiveTarget(Target):
    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Service]:
        yield Defective(self.key.reveal())


if __name__ == "__main__":
    # Nobody listens at port 1: the first look finds nothing out, and the screen opens.
    target = DefectiveTarget(Address("http://127.0.0.1:1/v1"), Key(KEY), (RUN_ID,))
    settings = Settings(screen_parser().parse_args([RUN_ID]), os.environ)
    screen = partial(show, target, settings, settings.interval, os.environ, time.monotonic())
    sys.exit(ended(screen, os.environ))
