"""What is known about the asking itself: the same for a run and for the list of runs."""

from datetime import datetime
from typing import TypeVar

from msgspec import Struct, structs

from currents_tui.core.events import Asked, PollFailed, Scheduled


class Polling(Struct, frozen=True, kw_only=True):
    as_of: datetime | None = None
    """When the last usable answer arrived."""
    answered_asked_at: datetime | None = None
    """When the question to that answer was sent."""
    asking_since: datetime | None = None
    trouble: PollFailed | None = None
    """Why the last request brought nothing; None after one that did."""
    trouble_since: datetime | None = None
    schedule: Scheduled | None = None
    latency: float | None = None
    """Seconds the last answer took."""

    @property
    def has_stopped(self) -> bool:
        """Whether it will not be asked about again by itself, for another reason than a pause."""
        return (
            self.schedule is not None and self.schedule.next_at is None and self.schedule.reason != "paused"
        )


P = TypeVar("P", bound=Polling)


def asked(known: P, event: Asked | Scheduled | PollFailed) -> P:
    """After a question was sent, brought nothing, or was put off."""
    match event:
        case Asked():
            return structs.replace(known, asking_since=event.at)
        case Scheduled():
            return structs.replace(known, schedule=event)
        case PollFailed():
            since = known.trouble_since or event.at
            return structs.replace(known, asking_since=None, trouble=event, trouble_since=since)


def is_overtaken(known: Polling, asked_at: datetime, at: datetime) -> bool:
    """Whether the answer that came `at` then to a question of `asked_at` would bring an old state back."""
    # Where the one before was asked for after this one came, the clock was set back and tells no order.
    return known.answered_asked_at is not None and asked_at < known.answered_asked_at <= at


def is_later(known: Polling, now: datetime) -> bool:
    """Whether something of it was after `now`: then the clock was set back meanwhile."""
    trouble = known.trouble.at if known.trouble is not None else None
    return any(at is not None and at > now for at in (known.as_of, known.asking_since, trouble))


def not_later(known: P, now: datetime) -> P:
    """As it is known to a clock that was set back to `now`: what was, was then at the latest.

    Else nothing of it would grow old before the clock is where it was. When the question was sent stays as it
    is: that orders answers, and is no age.
    """
    trouble = known.trouble
    if trouble is not None:
        trouble = structs.replace(trouble, at=min(trouble.at, now))
    return structs.replace(
        known,
        as_of=at_latest(known.as_of, now),
        asking_since=at_latest(known.asking_since, now),
        trouble=trouble,
        trouble_since=at_latest(known.trouble_since, now),
    )


def at_latest(at: datetime | None, now: datetime) -> datetime | None:
    return min(at, now) if at is not None else None


def answered(known: P, asked_at: datetime, at: datetime) -> P:
    """After a usable answer."""
    return structs.replace(
        known,
        asking_since=None,
        trouble=None,
        trouble_since=None,
        as_of=at,
        answered_asked_at=asked_at,
        latency=max(0.0, (at - asked_at).total_seconds()),
    )
