"""From seconds of the story to instants of the wall clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a run lies in real time.

    A plan counts in seconds at speed 1, from the run's own zero; at speed N everything lasts an Nth.
    """

    origin_ms: float
    """The run's zero, in milliseconds since the epoch."""
    speed: float

    def seconds(self, now_ms: float) -> float:
        """How far the plan has come at that instant, in seconds at speed 1."""
        return (now_ms - self.origin_ms) * self.speed / 1000

    def ms(self, seconds: float) -> int:
        """The instant of a moment in the plan, in milliseconds since the epoch."""
        return round(self.origin_ms + seconds * 1000 / self.speed)

    def stamp(self, seconds: float) -> str:
        """The instant of a moment in the plan as the service writes it."""
        return stamp(self.ms(seconds))


def stamp(ms: int) -> str:
    """ISO 8601 in UTC with milliseconds and a Z."""
    minute, rest = divmod(ms, 60_000)
    return f"{_minute(minute)}{rest // 1000:02d}.{rest % 1000:03d}Z"


@lru_cache(maxsize=8192)
def _minute(minute: int) -> str:
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%M:")


def parse(text: str) -> float:
    """Milliseconds since the epoch of an ISO 8601 instant; without a zone it is UTC.

    Raises ValueError if it is not one.
    """
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000
