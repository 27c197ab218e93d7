"""What `watch --json` tells: each event with its fields. The names are an interface; more may be added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

COMMON: Final = ("event", "at", "runId")
"""Of every event, and first in it."""
_SPEC: Final = ("spec", "group", "machine", "instanceId", "tests", "over", "durationMs")


class Event(NamedTuple):
    meaning: str
    fields: tuple[str, ...]
    """Behind `COMMON`."""


EVENTS: Final[Mapping[str, Event]] = {
    "run": Event("the first answer", ("specs", "tests", "state")),
    "state": Event("the run's state is another", ("before", "after")),
    "progress": Event("another tenth of the tests is done", ("specs", "tests", "percent")),
    "passed": Event("a spec is over, and passed", _SPEC),
    "flaky": Event("a spec is over, and was flaky", _SPEC),
    "failed": Event("a test of the spec failed; again at its end (over) if more did", _SPEC),
    "stuck": Event(
        "a spec is silent for too long",
        ("spec", "group", "machine", "silentSeconds", "medianSeconds", "medianOf"),
    ),
    "moving": Event("and is heard of again", ("spec",)),
    "trouble": Event("asking has failed, and goes on", ("kind", "sentence")),
    "recovered": Event("and works again", ()),
    "heartbeat": Event("nothing else for 30 s", ("specs", "tests", "state", "ageSeconds")),
    "end": Event("watching is over", ("why", "words", "exitStatus", "run", "failures")),
}
"""By the word for it. `run` of `end` is what `status --json` tells, `failures` what `failures` does."""
