"""What a Currents run is: frozen values, the same types from the wire to the row.

The field names are those of the API (camelCase there, snake_case here). Every leaf may be `None`, for
the service leaves things out, sends null and adds fields as it pleases; `None` means "not told",
which is never shown as zero. Nothing in here needs a clock.

Sources: the Runs API reference, and answers of the live service seen up to 2026.
"""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Meta, Struct, field

from currents_tui.core.text import Block, Text, plain

Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]
"""A counter. Anything negative or absurd is "not told"."""

Millis = Annotated[float, Meta(ge=0, le=1e12)]
"""A duration in milliseconds."""

Instant = Annotated[datetime, Meta(tz=True)]
"""A moment with its time zone; the service sends ISO 8601 in UTC."""


class Link:
    """A link to an artifact. Equal links lead to the same place.

    The service signs its links anew at every answer, in the query, so two answers about the same
    video differ there and nowhere else: the query takes no part in equality.
    """

    __slots__ = ("place", "url")

    def __init__(self, url: str) -> None:
        self.url: Text = plain(url)
        self.place: str = self.url.split("?", 1)[0]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Link) and other.place == self.place

    def __hash__(self) -> int:
        return hash(self.place)

    def __repr__(self) -> str:
        return f"Link({self.place!r})"

    @property
    def is_web(self) -> bool:
        """Whether it may be handed to a browser: http or https with a host, and nothing else."""
        try:
            parts = urlsplit(self.url)
        except ValueError:
            return False
        return parts.scheme in ("http", "https") and bool(parts.hostname)


class Value(Struct, frozen=True, rename="camel", kw_only=True, gc=False):
    """Base of every value: immutable, named as on the wire, never part of a reference cycle."""


class Platform(Value, frozen=True):
    os_name: Text | None = None
    os_version: Text | None = None
    browser_name: Text | None = None
    """A Playwright project's name, or a Cypress browser's."""
    browser_version: Text | None = None


class SpecCounts(Value, frozen=True):
    """A group's spec files ("instances"): how many there are, handed to a machine, and reported."""

    overall: Count | None = None
    claimed: Count | None = None
    complete: Count | None = None
    passes: Count | None = None
    failures: Count | None = None


class TestCounts(Value, frozen=True):
    """A group's tests. `overall` is what has been reported so far."""

    __test__ = False  # not a test class, whatever its name tells pytest

    overall: Count | None = None
    tests: Count | None = None
    """The planned total; Playwright only."""
    passes: Count | None = None
    failures: Count | None = None
    pending: Count | None = None
    """Deliberately not run (test.skip, it.skip); not "waiting"."""
    skipped: Count | None = None
    """Should have run and could not, because of an error; counts as bad."""
    retries: Count | None = None
    flaky: Count | None = None
    """Passed after a failed attempt; contained in `passes`."""


class Group(Value, frozen=True):
    group_id: Text | None = None
    platform: Platform = Platform()
    instances: SpecCounts = SpecCounts()
    tests: TestCounts = TestCounts()
    tags: tuple[Text, ...] = ()
    created_at: Instant | None = None
    duration_ms: Millis | None = None


class Stats(Value, frozen=True):
    """The tests of one spec. The wall clock fields appear once they are known."""

    suites: Count | None = None
    tests: Count | None = None
    overall: Count | None = None
    passes: Count | None = None
    pending: Count | None = None
    skipped: Count | None = None
    failures: Count | None = None
    flaky: Count | None = None
    retries: Count | None = None
    wall_clock_started_at: Instant | None = None
    wall_clock_ended_at: Instant | None = None
    wall_clock_duration: Millis | None = None
    started_at: Instant | None = None
    ended_at: Instant | None = None
    duration: Millis | None = None

    @property
    def reported(self) -> int:
        """Tests with an outcome so far."""
        return sum(n or 0 for n in (self.passes, self.failures, self.pending, self.skipped))

    @property
    def planned(self) -> int | None:
        """Tests the spec has, as far as told; never less than those reported."""
        told = [n for n in (self.tests, self.overall) if n is not None]
        return max([*told, self.reported]) if told else None


class Dimensions(Value, frozen=True):
    width: Count | None = None
    height: Count | None = None


class Screenshot(Value, frozen=True):
    screenshot_id: Text | None = None
    name: Text | None = None
    test_id: Text | None = None
    test_attempt_index: Count | None = None
    taken_at: Instant | None = None
    height: Count | None = None
    width: Count | None = None
    dimensions: Dimensions = Dimensions()
    size: Count | None = None
    """Bytes."""
    screenshot_url: Link | None = field(default=None, name="screenshotURL")


class Results(Value, frozen=True):
    stats: Stats = Stats()
    video_url: Link | None = None
    screenshots: tuple[Screenshot, ...] = ()
    flaky: Count | None = None
    exception: Block | None = None
    """The error that kept the whole file from running."""


class Spec(Value, frozen=True):
    """One spec file in one group: an "instance" once a machine runs it."""

    group_id: Text | None = None
    spec: Text | None = None
    instance_id: Text | None = None
    claimed_at: Instant | None = None
    """When a machine asked for it; None while it waits."""
    completed_at: Instant | None = None
    """When its results arrived; None until then."""
    machine_id: Text | None = None
    tags: tuple[Text, ...] = ()
    inactivity_timeout_ms: Millis | None = None
    results: Results | None = None

    @property
    def key(self) -> str:
        """What tells this row from every other, whatever its place: the instance's id."""
        return self.instance_id or f"{self.group_id}\n{self.spec}"

    @property
    def stats(self) -> Stats:
        return self.results.stats if self.results is not None else Stats()

    @property
    def started_at(self) -> datetime | None:
        """When its tests began: in batches a claimed spec can wait on its machine."""
        return self.stats.wall_clock_started_at or self.stats.started_at

    @property
    def ended_at(self) -> datetime | None:
        return self.stats.wall_clock_ended_at or self.stats.ended_at or self.completed_at

    @property
    def duration_ms(self) -> float | None:
        """How long it ran, once it has ended."""
        told = self.stats.wall_clock_duration
        if told is None:
            told = self.stats.duration
        if told is None and self.started_at is not None and self.completed_at is not None:
            told = max(0.0, (self.completed_at - self.started_at).total_seconds() * 1000)
        return told

    @property
    def flaky(self) -> int:
        """Flaky tests: the results' own figure, or the statistics' where that is absent."""
        told = self.results.flaky if self.results is not None else None
        return told if told is not None else self.stats.flaky or 0


class GithubEvent(Value, frozen=True):
    """`commit.ghaEventData`: the pull request that GitHub ran the build for."""

    head_ref: Text | None = None
    head_sha: Text | None = None
    base_ref: Text | None = None
    html_url: Link | None = None
    pr_title: Text | None = None


class Commit(Value, frozen=True):
    sha: Text | None = None
    branch: Text | None = None
    author_name: Text | None = None
    author_email: Text | None = None
    message: Block | None = None
    remote_origin: Text | None = None
    default_branch: Text | None = None
    gha_event_data: GithubEvent | None = None


class Framework(Value, frozen=True):
    type: Text | None = None
    version: Text | None = None
    client_version: Text | None = None


class PullRequest(Value, frozen=True):
    id: Text | None = None
    title: Text | None = None


class RunMeta(Value, frozen=True):
    ci_build_id: Text | None = None
    commit: Commit = Commit()
    framework: Framework = Framework()
    platform: Platform = Platform()
    title: Text | None = None
    pr: PullRequest = PullRequest()


class Timeout(Value, frozen=True):
    is_timeout: bool | None = None
    """Not the run's state: it has been seen true on a complete, failed run."""
    timeout_value_ms: Millis | None = None


class Cancellation(Value, frozen=True):
    """Who cancelled the run, and when. Both spellings seen in the wild are read."""

    actor: Text | None = None
    cancelled_by: Text | None = None
    canceled_at: Instant | None = None
    cancelled_at: Instant | None = None
    reason: Text | None = None

    @property
    def by(self) -> Text | None:
        return self.actor or self.cancelled_by

    @property
    def at(self) -> datetime | None:
        return self.canceled_at or self.cancelled_at


class Run(Value, frozen=True):
    run_id: Text | None = None
    project_id: Text | None = None
    completion_state: Text | None = None
    status: Text | None = None
    created_at: Instant | None = None
    duration_ms: Millis | None = None
    """The span of the specs' known times, not the time elapsed: 56 ms in a run minutes old."""
    tags: tuple[Text, ...] = ()
    cypress_version: Text | None = None
    timeout: Timeout = Timeout()
    cancellation: Cancellation | None = None
    previous_run_id: Text | None = None
    deleted_at: Instant | None = None
    groups: tuple[Group, ...] = ()
    meta: RunMeta = RunMeta()
    specs: tuple[Spec, ...] = ()


class FeedItem(Run, frozen=True):
    """A run as the list of a project's runs tells it: without its specs, and with its place in the list."""

    cursor: Text | None = None


class RunPage(Value, frozen=True):
    """Some of a project's runs, newest first."""

    items: tuple[FeedItem, ...] = ()
    has_more: bool = False
    """Whether there are more in the direction that was asked for."""


class Project(Value, frozen=True):
    project_id: Text | None = None
    name: Text | None = None
    created_at: Instant | None = None
    default_branch_name: Text | None = None
    inactivity_timeout_seconds: Count | None = None
    cursor: Text | None = None


class ProjectPage(Value, frozen=True):
    items: tuple[Project, ...] = ()
    has_more: bool = False
