"""The rows of the pane of runs: each run in two lines, narrow beside the others or over the whole screen."""

from datetime import datetime

from currents_tui.core import words
from currents_tui.core.cells import Line, Span, Tone, cell, crop, fitting, joined, line_width, spread
from currents_tui.core.feed import Feed
from currents_tui.core.model import Run
from currents_tui.core.progress import Progress, totals
from currents_tui.core.rows.look import Look, elapsed, marks, ratio, run_title, short_id, short_sha
from currents_tui.core.state import State
from currents_tui.core.text import clip
from currents_tui.core.verdict import run_sign, run_verdict
from currents_tui.core.watched import Watched
from currents_tui.core.words import UNKNOWN

ROOMY = 60
"""Cells from which on a run's row has the title, the author and the age as well."""


def run_row(
    watched: Watched, now: datetime, cells: int, look: Look, *, marked: bool = False, shown: bool = False
) -> tuple[Line, Line]:
    """One run in two lines: id, verdict and progress, then branch and time.

    `marked` says that it is to be cancelled with others, `shown` that the other panes are about it.
    """
    run = watched.newest
    sign: Span = ("*" if marked else look.glyphs.shown if shown else " ", Tone.KEY)
    if run is None:
        text = watched.trouble.sentence if watched.trouble is not None else "asking"
        tone = Tone.FAILED if watched.trouble is not None else Tone.MUTED
        return (
            (sign, (short_id(watched.run_id), Tone.TEXT)),
            ((f"   {clip(text, max(0, cells - 3), ellipsis=look.glyphs.ellipsis)}", tone),),
        )
    head = (sign, (f"{short_id(watched.run_id)} ", Tone.STRONG if shown else Tone.TEXT))
    if cells >= ROOMY:
        return _roomy(
            run, elapsed(watched.lasting or run, run_verdict(run).is_over, now), head, now, cells, look
        )
    return _narrow(run, head, now, cells, look)


def _narrow(run: Run, head: Line, now: datetime, cells: int, look: Look) -> tuple[Line, Line]:
    done = f"{_done(totals(run).specs, cells)} "
    branch = run.meta.commit.branch or run_title(run)
    return (
        spread((*head, *_verdict(run, look)), ((done, Tone.TEXT),), cells, look.glyphs),
        spread(((f"   {branch}", Tone.MUTED),), ((f"{_when(run, now)} ", Tone.TEXT),), cells, look.glyphs),
    )


def _roomy(
    run: Run, took: float | None, head: Line, now: datetime, cells: int, look: Look
) -> tuple[Line, Line]:
    sums, commit = totals(run), run.meta.commit
    share = words.percent(sums.specs.done, sums.specs.total or 0)
    over = run_verdict(run).is_over
    marked = marks(sums.failed, sums.flaky)
    right: Line = (
        cell(ratio(sums.specs), 8, right=True),
        cell(share, 5, Tone.MUTED, right=True),
        (" " * max(1, 7 - line_width(marked)), Tone.TEXT),
        *marked,
        cell(words.span(took) if took is not None else UNKNOWN, 8, right=True),
        (" ", Tone.TEXT),
    )
    verdict = _verdict(run, look)
    padding = " " * max(0, 10 - line_width(verdict))
    where = joined(
        (
            ((commit.branch, Tone.TEXT),) if commit.branch else (),
            ((f"@{short_sha(commit.sha)}", Tone.MUTED),) if commit.sha and cells >= 100 else (),
        )
    )
    # Of a run that goes on, the time it has taken says when it began.
    age = cell(words.short_age(run.created_at, now) if over else "", 8, Tone.MUTED, right=True)
    author = cell(commit.author_name or "", 16, Tone.MUTED, glyphs=look.glyphs)
    title = cell(run_title(run), max(0, cells - 50), Tone.MUTED, glyphs=look.glyphs)
    return (
        spread((*head, *verdict, (f"{padding}  ", Tone.TEXT), *where), right, cells, look.glyphs),
        ((" " * 22, Tone.TEXT), title, ("  ", Tone.TEXT), author, (" ", Tone.TEXT), age, (" ", Tone.TEXT)),
    )


def _verdict(run: Run, look: Look) -> Line:
    verdict = run_verdict(run)
    return ((f"{run_sign(verdict, look.glyphs)} {verdict.word}", verdict.tone),)


def _when(run: Run, now: datetime) -> str:
    """How long a run has been going; how long ago one that is over began."""
    if run_verdict(run).is_over:
        return words.short_age(run.created_at, now)
    took = elapsed(run, False, now)
    return words.span(took) if took is not None else UNKNOWN


def _done(specs: Progress, cells: int) -> str:
    """How many specs of how many; how much of it where the figures would cover the verdict."""
    told = ratio(specs)
    return told if len(told) <= cells - 22 else words.percent(specs.done, specs.total or 0)


def gap_row(feed: Feed, cells: int, look: Look) -> tuple[Line, Line]:
    """The row where more runs are that are not loaded."""
    dots = look.glyphs.ellipsis
    if feed.paging is not None:
        first: Span = (f"   {dots} more runs: asking", Tone.MUTED)
    elif feed.page_trouble:
        first = (f"   {dots} no more runs: {feed.page_trouble}", Tone.FAILED)
    else:
        first = (f"   {dots} more runs", Tone.MUTED)
    second: Span = ("     enter asks again" if feed.page_trouble and feed.paging is None else "", Tone.MUTED)
    return crop((first,), cells, look.glyphs), crop((second,), cells, look.glyphs)


def runs_note(state: State, cells: int, look: Look) -> Line:
    """What the pane says about itself in at most `cells` cells: trouble, a filter, what is followed."""
    feed = state.feed
    if feed is None or cells < 8:
        return ()
    if feed.trouble is not None:
        old = f"old: {words.clock(feed.as_of, look.zone)}"
        told = old if feed.as_of is not None else feed.trouble.sentence
        return crop(((told, Tone.FAILED),), cells, look.glyphs)
    parts: list[Line] = []
    if state.follows:
        parts.append(((f"follows {state.follows}", Tone.KEY),))
    if not feed.wanted.is_empty:
        parts.append((("filter: ", Tone.MUTED), (str(feed.wanted), Tone.KEY)))
    return fitting(parts, cells) or crop(joined(parts), cells, look.glyphs)


def runs_empty(state: State) -> str:
    """What stands in the pane when there is no run in it."""
    feed = state.feed
    if feed is None or (feed.as_of is None and feed.trouble is None):
        return "Asking."
    if feed.as_of is None and feed.trouble is not None:
        return feed.trouble.hint or feed.trouble.sentence
    if not feed.wanted.is_empty:
        return "No run matches the filter; esc clears it."
    return "No run has been recorded in this project yet."


def run_message(run: Run, cells: int, look: Look) -> Line:
    """The run under the cursor in full, for the row above the keys."""
    commit = run.meta.commit
    parts: tuple[Line, ...] = (
        ((run_title(run), Tone.TEXT),),
        ((commit.branch, Tone.MUTED),) if commit.branch else (),
        ((commit.author_name, Tone.MUTED),) if commit.author_name else (),
        ((f"tags {', '.join(run.tags)}", Tone.MUTED),) if run.tags else (),
        ((run.meta.ci_build_id, Tone.MUTED),) if run.meta.ci_build_id else (),
    )
    return crop(((" ", Tone.TEXT), *joined(parts)), cells, look.glyphs)
