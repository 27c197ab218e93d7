"""The pages about one run and one spec: every field the service tells, each on a row of its own.

A row knows what `y` copies from it and what `o` opens, so that a page needs no further knowledge.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from currents_tui.core import words
from currents_tui.core.board import Board, SpecRow
from currents_tui.core.cells import Line, Tone, crop
from currents_tui.core.history import NOTHING, History
from currents_tui.core.instance import Artifact, ArtifactKind
from currents_tui.core.model import Group, Link, Platform, Results, Run, Screenshot, Spec
from currents_tui.core.progress import totals
from currents_tui.core.rows.look import Look, elapsed, framework, ratio, run_title, took_label
from currents_tui.core.silence import limit_of
from currents_tui.core.stall import Stall
from currents_tui.core.text import Block, clip_start, fit, plain
from currents_tui.core.verdict import TONES, SpecState, run_sign, sign
from currents_tui.core.words import UNKNOWN

LABEL = 18
"""Cells of the column of labels."""


class Row(Struct, frozen=True):
    """A line of a page. A row without a label is a heading or free text."""

    label: str
    value: str
    tone: Tone = Tone.TEXT
    link: Link | None = None
    copy: str = ""
    """What is copied in place of the value, where that is a part of it."""
    opens: str = ""
    """Where `o` leads, where that is not the link itself."""
    is_place: bool = False
    """Whether the value is a file and a line in it, whose end says more than its beginning."""
    line: Line = ()
    """What is drawn in place of the value, where its author gave it colours."""

    @property
    def copies(self) -> str:
        """What `y` takes from this row."""
        return self.link.url if self.link is not None else self.copy or self.value


def detail_line(row: Row, cells: int, look: Look) -> Line:
    """`row` in `cells` cells."""
    if not row.label:
        spans: Line = row.line or ((row.value, row.tone),)
        return crop(((" ", row.tone), *spans), cells, look.glyphs)
    label = fit(row.label, LABEL, ellipsis=look.glyphs.ellipsis)
    value = row.value
    if row.is_place:
        value = clip_start(value, cells - LABEL - 4, ellipsis=look.glyphs.ellipsis)
    return crop(((f"   {label} ", Tone.MUTED), (value, row.tone)), cells, look.glyphs)


def _heading(text: str) -> Row:
    return Row("", text, Tone.STRONG)


_SPACE = Row("", "")


def _text(label: str, value: str | None, tone: Tone = Tone.TEXT) -> Row:
    return Row(label, value, tone) if value else Row(label, UNKNOWN, Tone.MUTED)


def _link(label: str, link: Link | None, absent: str) -> Row:
    return Row(label, link.url, Tone.LINK, link) if link is not None else Row(label, absent, Tone.MUTED)


def _at(label: str, at: datetime | None, now: datetime, look: Look, absent: str = UNKNOWN) -> Row:
    if at is None:
        return Row(label, absent, Tone.MUTED)
    return Row(label, words.moment(at, now, look.zone))


def _lines(label: str, block: Block | None) -> Iterable[Row]:
    if not block:
        yield _text(label, None)
        return
    for index, line in enumerate(block.split("\n")):
        yield Row(label if index == 0 else " ", line)


# --- the run


def run_rows(
    run: Run,
    known: Board,
    requests: int,
    now: datetime,
    look: Look,
    *,
    history: History = NOTHING,
    run_timeout: float | None = None,
    follows: str = "",
) -> tuple[Row, ...]:
    """Everything the service says about a run. `requests` is what we asked in the last minute.

    What the run does not tell is that of its project, by `history`, or `run_timeout`, as a person has set it;
    `follows` is the branch whose newest run is shown.
    """
    verdict = known.verdict
    over = verdict.is_over
    took = elapsed(run, over, now)
    commit = run.meta.commit
    rows: list[Row] = [
        _heading(run_title(run)),
        Row("verdict", f"{run_sign(verdict, look.glyphs)} {verdict.word}", verdict.tone),
        _text("run id", run.run_id),
        _text("project id", run.project_id),
        _text("completion state", run.completion_state),
        _text("status", run.status),
        _at("created", run.created_at, now, look),
        Row(took_label(run, over), words.long_span(took) if took is not None else UNKNOWN),
        _text("tags", ", ".join(run.tags)) if run.tags else Row("tags", "none", Tone.MUTED),
        *_framework(run),
        *_timeout(run, known, history, run_timeout),
        *_cancellation(run, now, look),
        *([_text("previous run", run.previous_run_id)] if run.previous_run_id else []),
        *([_at("deleted", run.deleted_at, now, look)] if run.deleted_at else []),
        _SPACE,
        _heading("Commit"),
        _text("ci build id", run.meta.ci_build_id),
        _text("sha", commit.sha),
        _text("branch", commit.branch),
        _text("default branch", commit.default_branch or history.default_branch),
        _text("author", commit.author_name),
        _text("author e-mail", commit.author_email),
        _text("remote origin", commit.remote_origin),
        *_pull_request(run),
        *_lines("message", commit.message),
        _SPACE,
        *_sums(run),
    ]
    for group in run.groups:
        rows += [_SPACE, *group_rows(group)]
    rows += [_SPACE, _heading("This program"), Row("requests", f"{requests} in the last minute")]
    if follows:
        rows.append(Row("follows", f"the newest run of {plain(follows)}"))
    return tuple(rows)


def _framework(run: Run) -> Iterable[Row]:
    yield _text("framework", framework(run))
    if run.meta.framework.client_version:
        yield _text("reporter", run.meta.framework.client_version)
    if run.cypress_version:
        yield _text("cypress version", run.cypress_version)
    if run.meta.platform.os_name or run.meta.platform.browser_name:
        yield _text("platform", _platform(run.meta.platform))


def _timeout(run: Run, known: Board, history: History, otherwise: float | None) -> Iterable[Row]:
    told = {True: "yes", False: "no", None: None}[run.timeout.is_timeout]
    yield _text("timed out", told, Tone.WARNING if run.timeout.is_timeout else Tone.TEXT)
    limit = limit_of(known, run, history, otherwise)
    if limit is None:
        yield Row("timeout limit", "not told", Tone.MUTED)
        return
    by_others = ", that of the project" if history.inactivity_limit else ", as set here"
    source = by_others if limit != limit_of(known, run) else ""
    yield Row("timeout limit", f"{words.long_span(limit)}{source}")


def _cancellation(run: Run, now: datetime, look: Look) -> Iterable[Row]:
    told = run.cancellation
    if told is None:
        return
    yield _text("canceled by", told.by, Tone.CANCELED)
    yield _at("canceled", told.at, now, look)
    yield _text("cancel reason", told.reason)


def _pull_request(run: Run) -> Iterable[Row]:
    event = run.meta.commit.gha_event_data
    if event is not None and event.html_url is not None:
        yield _link("pull request", event.html_url, UNKNOWN)
    if run.meta.pr.id:
        yield _text("pull request id", run.meta.pr.id)


def _sums(run: Run) -> Iterable[Row]:
    sums = totals(run)
    yield _heading("Progress")
    yield Row("specs", f"{ratio(sums.specs)} reported, {words.count(sums.specs.claimed)} claimed")
    yield Row("tests", f"{ratio(sums.tests)} reported")
    yield Row(
        "outcome",
        f"{words.count(sums.passed)} passed, {words.count(sums.failed)} failed,"
        f" {words.count(sums.flaky)} flaky, {words.count(sums.skipped)} skipped,"
        f" {words.count(sums.pending)} ignored",
    )


def _platform(platform: Platform) -> str:
    os = " ".join(part for part in (platform.os_name, platform.os_version) if part)
    browser = " ".join(part for part in (platform.browser_name, platform.browser_version) if part)
    return ", ".join(part for part in (browser, os) if part)


def group_rows(group: Group) -> tuple[Row, ...]:
    """Everything about one group: its platform, its five spec counts, its test counts."""
    specs, tests = group.instances, group.tests
    rows = [
        _heading(f"Group {group.group_id or UNKNOWN}"),
        _text("platform", _platform(group.platform)),
        Row(
            "specs",
            f"{words.count(specs.overall)} overall, {words.count(specs.claimed)} claimed,"
            f" {words.count(specs.complete)} complete, {words.count(specs.passes)} passed,"
            f" {words.count(specs.failures)} failed",
        ),
        Row(
            "tests",
            f"{words.count(tests.overall)} overall, {words.count(tests.passes)} passed,"
            f" {words.count(tests.failures)} failed, {words.count(tests.pending)} ignored,"
            f" {words.count(tests.skipped)} skipped, {words.count(tests.retries)} retries,"
            f" {words.count(tests.flaky)} flaky",
        ),
    ]
    if tests.tests is not None:
        rows.append(Row("tests planned", words.count(tests.tests)))
    if group.tags:
        rows.append(Row("tags", ", ".join(group.tags)))
    return tuple(rows)


# --- the spec


def spec_rows(
    row: SpecRow,
    stall: Stall | None,
    now: datetime,
    look: Look,
    *,
    left: Sequence[Artifact] | None = None,
    page: str = "",
) -> tuple[Row, ...]:
    """Everything the run's answer says about one spec, and the address of its `page`.

    `left` is what the attempts at its tests left, where its tests are known.
    """
    spec = row.spec
    stats = spec.stats
    return (
        _heading(spec.spec or UNKNOWN),
        *_state(row, stall, look),
        *_exception(spec),
        _text("group", spec.group_id),
        _text("instance id", spec.instance_id),
        *([Row("page", page, Tone.LINK)] if page else []),
        Row("machine", f"{row.machine}  {spec.machine_id}")
        if spec.machine_id
        else Row("machine", "none has claimed it yet", Tone.MUTED),
        _at("claimed", spec.claimed_at, now, look, "not yet"),
        _at("completed", spec.completed_at, now, look, "not yet"),
        *([Row("tags", ", ".join(spec.tags))] if spec.tags else []),
        _SPACE,
        _heading("Tests"),
        Row("tests", f"{words.count(stats.planned)}, {words.count(stats.reported)} reported"),
        Row("passed", words.count(stats.passes), Tone.PASSED if stats.passes else Tone.TEXT),
        Row("failed", words.count(stats.failures), Tone.FAILED if stats.failures else Tone.TEXT),
        Row("flaky", words.count(spec.flaky), Tone.FLAKY if spec.flaky else Tone.TEXT),
        Row("ignored (pending)", words.count(stats.pending)),
        Row("skipped", words.count(stats.skipped), Tone.WARNING if stats.skipped else Tone.TEXT),
        *([Row("suites", words.count(stats.suites))] if stats.suites is not None else []),
        *([Row("retries", words.count(stats.retries))] if stats.retries is not None else []),
        _at("started", spec.started_at, now, look, "not yet"),
        _at("ended", stats.wall_clock_ended_at or stats.ended_at, now, look, "not yet"),
        _duration(row, now),
        *_artifacts(spec, left, now, look),
    )


def _state(row: SpecRow, stall: Stall | None, look: Look) -> Iterable[Row]:
    state = SpecState.STUCK if stall is not None else row.state
    yield Row("state", f"{sign(state, look.glyphs)} {state.value}", TONES[state])
    if stall is not None:
        since = f"{words.span(stall.silent)}, since {words.clock(stall.since, look.zone)}"
        yield Row("silent for", f"{since}; {stall.usual} (median)", Tone.STUCK)


def _exception(spec: Spec) -> Iterable[Row]:
    if spec.results is not None and spec.results.exception:
        for line in spec.results.exception.split("\n"):
            yield Row("error", line, Tone.FAILED)


def _duration(row: SpecRow, now: datetime) -> Row:
    told = row.spec.duration_ms
    if told is not None and row.spec.completed_at is not None:
        return Row("duration", words.milliseconds(told))
    if row.since is not None:
        return Row("running for", words.span((now - row.since).total_seconds()), Tone.RUNNING)
    return Row("duration", "not yet", Tone.MUTED)


def _artifacts(spec: Spec, left: Sequence[Artifact] | None, now: datetime, look: Look) -> Iterable[Row]:
    """Those of the file, and how many its tests have. As long as only the run's answer is known, which has
    none of Playwright's, it is not said that there are none.
    """
    results = spec.results or Results()
    rows = [_link("video", results.video_url, UNKNOWN)] if results.video_url is not None else []
    rows += _screenshots(results.screenshots, now, look)
    if left is not None:
        told = {
            ArtifactKind.VIDEO: bool(results.video_url),
            ArtifactKind.SCREENSHOT: bool(results.screenshots),
        }
        rows += _counted(Counter(one.kind for one in left), told)
    if rows:
        yield from (_SPACE, _heading("Artifacts"), *rows)


def _counted(left: Mapping[ArtifactKind, int], told: Mapping[ArtifactKind, bool]) -> Iterable[Row]:
    """How many there are of each kind that the run's answer has not `told` already."""
    for kind in ArtifactKind:
        if number := 0 if told.get(kind) else left.get(kind, 0):
            yield Row(f"{kind}s", f"{words.count(number)}, beside the tests")
        elif told.get(kind) is False:
            yield Row(f"{kind}s", "none", Tone.MUTED)


def _screenshots(shots: Sequence[Screenshot], now: datetime, look: Look) -> Iterable[Row]:
    for number, shot in enumerate(shots, start=1):
        yield Row(f"screenshot {number}", _screenshot(shot), Tone.TEXT, shot.screenshot_url)
        yield _at("  taken", shot.taken_at, now, look)
        yield _link("  link", shot.screenshot_url, "none")


def _screenshot(shot: Screenshot) -> str:
    # The plain width and height are 0 in real answers, and the true size is in `dimensions`.
    wide = shot.width or shot.dimensions.width
    high = shot.height or shot.dimensions.height
    parts = [shot.name or shot.screenshot_id or "unnamed"]
    if wide and high:
        parts.append(f"{wide}x{high}")
    if shot.size is not None:
        parts.append(words.size(shot.size))
    if shot.test_id:
        parts.append(f"test {shot.test_id}")
    if shot.test_attempt_index is not None:
        parts.append(f"attempt {shot.test_attempt_index + 1}")
    return "  ".join(parts)
