"""Half a day of polls, with the time between them left out: nothing may pile up."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from tests.bench.figure import Figure
from tests.bench.rig import Rig, Service, Story
from tests.cli.program import ROOT, clean
from tests.cli.serving import in_thread
from tests.documents import a_run

POLLS, WARM = 10_000, 500


def soak(rig: Rig) -> Iterator[Figure]:
    """Every answer differs from the one before, or there is none; counted from the 500th on, when all caches
    are filled.
    """
    story = Story(a_run())
    answers = [story.after(range(8)) for _ in range(11)]
    with in_thread(Service(answers[:1])) as service:
        service.says_in_turn(answers)
        before, after = _told("tests.bench.soaked", service.url)
    yield from _figures(f"{POLLS:,} polls, time compressed", before, after)
    soaked = _told("tests.watch.soaking")
    assert soaked["newest"] == soaked["listed"] == f"poll-{POLLS}", "it shows old data"
    what = f"{POLLS:,} polls in all weathers, time compressed"
    yield from _figures(what, soaked["before"], soaked["after"])


def _told(module: str, *arguments: str) -> Any:
    argv = [sys.executable, "-m", module, *arguments, str(POLLS), str(WARM)]
    return json.loads(subprocess.run(argv, cwd=ROOT, env=clean(), capture_output=True, check=True).stdout)


def _figures(what: str, before: Sequence[int], after: Sequence[int]) -> Iterator[Figure]:
    """What is held more than before: resident bytes, and open files and threads."""
    memory, files, threads = before
    yield Figure(
        kind="soak",
        what=f"{what}: memory more",
        value=(after[0] - memory) / 1e6,
        unit="MB",
        most=10,
        how=f"once, from the {WARM}th to the last",
    )
    yield Figure(
        kind="soak",
        what="the same: files and threads more",
        value=max(0, after[1] - files) + max(0, after[2] - threads),
        unit="",
        most=0,
        how="likewise",
    )
