"""The simulated service for tests of the whole program: at its end it is looked at what it was asked."""

from __future__ import annotations

import json
import urllib.request
from itertools import compress
from operator import not_
from types import TracebackType
from typing import Any, ClassVar

from currents_tui.sim import launch
from currents_tui.sim.storage import PREFIX
from tests import guards


class Simulator(launch.Simulator):
    """A simulated service that is asked and never written to."""

    takes_writes: ClassVar[bool] = False
    _looked_at = 0
    """How many of its requests have been looked at."""

    def look(self) -> None:
        """Look at what it was asked since the last time. Raises AssertionError, naming what was wrong."""
        with urllib.request.urlopen(f"{self.url.removesuffix('/v1')}/sim/log", timeout=30) as told:  # noqa: S310
            log: list[dict[str, Any]] = json.load(told)
        new = [request for request in log if request["id"] > self._looked_at]
        self._looked_at = log[-1]["id"] if log else 0
        guards.assert_keyless(*(request["path"] for request in new))
        stored = [request["path"].startswith(PREFIX) for request in new]
        guards.assert_unkeyed((request["path"], request["keyed"]) for request in compress(new, stored))
        guards.assert_of_the_api(request["path"] for request in compress(new, map(not_, stored)))
        if not self.takes_writes:
            guards.assert_only_questions((request["method"], request["path"]) for request in new)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.look()
        finally:
            self.close()


class WritableSimulator(Simulator):
    """One for tests in which runs are cancelled and deleted."""

    takes_writes = True
