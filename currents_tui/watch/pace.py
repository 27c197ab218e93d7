"""How long to wait before the next question: functions of what is known, without clock or network."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from currents_tui.core.problem import Kind

MIN_INTERVAL = 1.0
"""Seconds: never asked more often than this, whatever the setting."""
SLOW = 15.0
"""Seconds between looks at what is not moving, not in front, or over; and after a 403."""
UNFOCUSED = 30.0
"""Seconds between looks while nobody sees the terminal."""
UNCHANGED_ANSWERS = 4
"""Answers in a row without a change, after which a run is looked at slowly."""
OVER_LOOKS_FOR = 120.0
"""Seconds that a run is still looked at after it was over: late results come in, and a reset revives it."""
BACK_OFF_CAP = 60.0
"""Seconds: the longest pause after failures, and for a slow server."""
RETRY_AFTER_CAP = 300.0
"""Seconds: the longest pause that the server can ask for."""
BACKGROUND_GAP = 2.0
"""Seconds between two questions about runs that nobody looks at, however many they are."""
SLOWED_FOR = 120.0
"""Seconds for which everything is asked slowly after the service wanted fewer requests."""
GONE_AFTER = 4
"""Times in a row that a run is not found before it is taken as gone."""

_HOPELESS = (Kind.KEY_REFUSED, Kind.BAD_KEY, Kind.BAD_SETTING)
"""Asking again gives the same answer until a person has changed something."""


class Hold(Struct, frozen=True):
    """The service has asked for fewer requests."""

    since: datetime
    until: datetime
    """When something may be asked again."""
    slowed_until: datetime
    """When it may be asked as often as before."""

    def is_on(self, now: datetime) -> bool:
        """Whether nothing is to be asked."""
        return self.since <= now < self.until

    def slows(self, now: datetime) -> bool:
        """Whether nothing is to be asked, or only slowly."""
        # Before it began there is none: it would last for hours after a wall clock was set back.
        return self.since <= now < self.slowed_until


class Failure(Struct, frozen=True, kw_only=True):
    """The last question failed."""

    kind: Kind
    in_a_row: int
    """Failures in a row, this one included."""
    of_its_kind: int
    """The same, of this kind alone."""
    retry_after: float | None = None
    """Seconds the server asked to wait."""
    jitter: float
    """From 0 to 1, drawn once for this failure, so that planning anew does not draw again."""


class Situation(Struct, frozen=True, kw_only=True):
    """Everything that the pace depends on."""

    interval: float
    """The setting, in seconds."""
    took: float = 0.0
    """Seconds the last answer took."""
    unchanged: int = 0
    """Answers in a row that were equal to the one before."""
    over_for: float | None = None
    """Seconds that the run was over and unchanged at the last answer; None while it goes on."""
    failure: Failure | None = None
    paused: bool = False
    focused: bool = True
    background: float = 0.0
    """Seconds between looks at what nobody looks at; 0 when somebody does."""
    slowed: bool = False
    """Whether the service has lately asked for fewer requests."""


class Pace(Struct, frozen=True):
    """Seconds from the last answer to the next question, or None for no question; and why so."""

    seconds: float | None
    reason: str = ""


def pace(now: Situation) -> Pace:
    """The slowest of all that applies; a tie goes to the setting."""
    interval = max(now.interval, MIN_INTERVAL)
    if now.paused:
        return Pace(None, "paused")
    if now.failure is not None:
        told = after_failure(now.failure, interval)
    elif now.over_for is not None:
        told = Pace(None, "over") if now.over_for >= OVER_LOOKS_FOR else Pace(SLOW, "over")
    else:
        told = Pace(SLOW, "unchanged") if now.unchanged >= UNCHANGED_ANSWERS else Pace(interval)
    if told.seconds is None:
        return told
    floor = 0.0 if now.failure is not None else interval
    return _slowest(
        (
            Pace(floor),
            told,
            Pace(min(now.took, BACK_OFF_CAP), "slow server"),
            Pace(now.background, "background"),
            Pace(_slowed(interval) if now.slowed else 0.0, "rate limited"),
            Pace(0.0 if now.focused else UNFOCUSED, "unfocused"),
        )
    )


def _slowed(interval: float) -> float:
    """Half as often, and at least as slowly as what nobody looks at."""
    return min(max(SLOW, 2 * interval), max(BACK_OFF_CAP, interval))


def background(others: int) -> float:
    """Seconds between looks at one of `others` runs that are not in front."""
    return max(SLOW, BACKGROUND_GAP * others)


def after_failure(failure: Failure, interval: float) -> Pace:
    """The pause after a failure: what the server asked for, else a random part of a growing span.

    The whole span is random ("full jitter"), so that the clients of a server that comes back do not
    all come back at the same moment.
    """
    if failure.kind in _HOPELESS or (failure.kind is Kind.NOT_FOUND and failure.of_its_kind >= GONE_AFTER):
        return Pace(None, "stopped")
    if failure.retry_after:
        return Pace(max(min(failure.retry_after, RETRY_AFTER_CAP), interval), "retry-after")
    if failure.kind in (Kind.FORBIDDEN, Kind.NOT_FOUND):
        return Pace(max(SLOW, interval), "backing off")
    span = min(max(BACK_OFF_CAP, interval), interval * 2.0 ** min(failure.in_a_row - 1, 16))
    return Pace(max(MIN_INTERVAL, span * failure.jitter), "backing off")


def _slowest(paces: Sequence[Pace]) -> Pace:
    return max(paces, key=lambda one: one.seconds or 0.0)
