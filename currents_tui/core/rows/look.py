"""What every painter is handed beside its values, and the pieces that several of them draw."""

import re
from datetime import datetime, tzinfo

from msgspec import Struct

from currents_tui.core.cells import Glyphs, Line, Span, Tone
from currents_tui.core.completion import Completion, completion
from currents_tui.core.model import Run
from currents_tui.core.progress import Progress
from currents_tui.core.text import Text, clip, plain
from currents_tui.core.words import UNKNOWN, count


class Look(Struct, frozen=True):
    """How the person at this terminal sees things."""

    glyphs: Glyphs
    zone: tzinfo


def bar(progress: Progress, cells: int, look: Look, *, tone: Tone = Tone.PASSED, stale: bool = False) -> Line:
    """A progress bar of exactly `cells` cells: done, claimed, waiting.

    It is never full before everything is done and never empty once something is. With an unknown
    total it is a broken line: nothing is drawn as a share of nothing.
    """
    if cells <= 0:
        return ()
    glyphs = look.glyphs
    if not progress.total:
        return ((glyphs.unknown * cells, Tone.MUTED),)
    done = _share(progress.done, progress.total, cells)
    claimed = max(_share(progress.claimed, progress.total, cells) - done, 0)
    parts: tuple[Span, ...] = (
        (glyphs.done * done, Tone.STALE if stale else tone),
        (glyphs.claimed * claimed, Tone.STALE if stale else Tone.RUNNING),
        (glyphs.waiting * (cells - done - claimed), Tone.MUTED),
    )
    return tuple(part for part in parts if part[0])


def _share(part: int, whole: int, cells: int) -> int:
    if part >= whole:
        return cells
    return max(min(1, part), min(cells - 1, part * cells // whole))


def ratio(progress: Progress) -> str:
    """ "51/73"; without a total "176/?"."""
    return f"{count(progress.done)}/{count(progress.total)}"


def marks(failed: int | None, flaky: int | None) -> Line:
    """ "3F 2~", with nothing for what did not happen."""
    spans: list[Span] = []
    if failed:
        spans.append((f"{failed}F", Tone.FAILED))
    if flaky:
        spans.append((" " if spans else "", Tone.TEXT))
        spans.append((f"{flaky}~", Tone.FLAKY))
    return tuple(span for span in spans if span[0])


def short_id(run_id: str) -> str:
    """As many characters of a run's id as people write."""
    return clip(run_id, 8, ellipsis="")


def short_sha(sha: str | None) -> str:
    return clip(sha or "", 7, ellipsis="")


_MERGE = re.compile(r"Merge [0-9a-f]{7,40} into [0-9a-f]{7,40}")


def run_title(run: Run) -> Text:
    """What the dashboard calls the run: its pull request, its title, its commit, else its number.

    The order is that of the service's own web page and editor extension.
    """
    commit, meta = run.meta.commit, run.meta
    event = commit.gha_event_data
    number = re.search(r"#(\d+)$", meta.pr.id or "")
    candidates = (
        (event.pr_title if event else None) or meta.pr.title,
        plain(f"Pull Request #{number[1]}") if number else None,
        meta.title,
        commit.message.first_line if commit.message else None,
    )
    for title in candidates:
        if title and title.strip() and not _MERGE.fullmatch(title.strip()):
            return plain(title.strip())
    return plain(f"Run #{meta.ci_build_id or (run.run_id or UNKNOWN)[:6]}")


def framework(run: Run) -> str:
    """ "playwright 1.50.1", "cypress 13.2.0"; "" where nothing tells."""
    told = run.meta.framework
    names = {"pw": "playwright", "cypress": "cypress"}
    kind = names.get((told.type or "").lower(), told.type or "")
    version = told.version or run.cypress_version or ""
    if not kind and run.cypress_version:
        kind = "cypress"
    return f"{kind} {version}".strip()


def elapsed(run: Run, is_over: bool, now: datetime) -> float | None:
    """Seconds from the run's creation until now or, of a run that is over, until its end as far as told."""
    if run.created_at is None:
        return None
    # A first claim has been seen 0.9 s before the run's own creation: clocks differ.
    if not is_over:
        return max(0.0, (now - run.created_at).total_seconds())
    ends = [spec.completed_at for spec in run.specs if spec.completed_at is not None]
    if run.cancellation is not None and run.cancellation.at is not None:
        ends.append(run.cancellation.at)
    known = [max(0.0, (end - run.created_at).total_seconds()) for end in ends]
    if run.duration_ms is not None and not run.specs:
        # The list tells no specs. The span of their known times is then the best there is.
        known.append(run.duration_ms / 1000)
    if not known:
        return None
    # It was given up only after so much silence.
    silent = run.timeout.timeout_value_ms if completion(run) is Completion.TIMEOUT else None
    return max(known) + (silent or 0.0) / 1000


def took_label(run: Run, is_over: bool) -> str:
    """What `elapsed` tells: of a run that was given up after nobody knows how long, only its last result."""
    if not is_over:
        return "elapsed"
    is_cut = completion(run) is Completion.TIMEOUT and not run.timeout.timeout_value_ms
    return "last result after" if is_cut else "ran"
