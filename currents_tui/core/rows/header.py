"""The rows on top: which run this is, how far it has come, and how far the screen can be believed."""

from collections.abc import Iterable
from datetime import datetime

from currents_tui.core import words
from currents_tui.core.board import Board
from currents_tui.core.cells import Line, Span, Tone, crop, fitting, joined, line_width, spread
from currents_tui.core.forecast import Forecast, foreseen
from currents_tui.core.freshness import Freshness, age, expected_interval, freshness
from currents_tui.core.model import Run
from currents_tui.core.progress import Totals, totals
from currents_tui.core.rows.look import (
    Look,
    bar,
    elapsed,
    framework,
    marks,
    ratio,
    run_title,
    short_id,
    short_sha,
    took_label,
)
from currents_tui.core.silence import limit_of
from currents_tui.core.state import State, requests_per_minute
from currents_tui.core.text import clip, plain
from currents_tui.core.verdict import SpecState, run_sign
from currents_tui.core.watched import Watched, stuck

WIDE = 100
"""Cells from which on the header takes four rows and says more."""

FRESHNESS_TONES = {
    Freshness.ASKING: Tone.MUTED,
    Freshness.LIVE: Tone.PASSED,
    Freshness.PAUSED: Tone.WARNING,
    Freshness.STALE: Tone.WARNING,
    Freshness.OFFLINE: Tone.FAILED,
    Freshness.RETRYING: Tone.WARNING,
    Freshness.OVER: Tone.MUTED,
    Freshness.STOPPED: Tone.FAILED,
    Freshness.GONE: Tone.WARNING,
}


def header(state: State, now: datetime, cells: int, look: Look) -> tuple[Line, ...]:
    """The rows on top, each with a blank at both ends: 3, or 4 where there is room."""
    inner = cells - 2
    wide = cells >= WIDE
    current = state.current
    run, known = current.known, current.known_board
    if run is None or known is None:
        first = spread(_unknown(state), pulse(state, now, look, wide=wide), inner, look.glyphs)
        rows: tuple[Line, ...] = (first, *((),) * (3 if wide else 2))
    else:
        stale = freshness(state, current, now) in (Freshness.STALE, Freshness.OFFLINE)
        sums = totals(run)
        if wide:
            first = spread(_program(run), pulse(state, now, look, wide=True), inner, look.glyphs)
            top: tuple[Line, ...] = (first, _identity(run, known, state.follows, inner, look))
        else:
            beat = pulse(state, now, look, wide=False)
            room = inner - max(line_width(beat), _LONGEST_PULSE) - 1
            top = (spread(_where(run, known, state.follows, room, look), beat, inner, look.glyphs),)
        counts = crop(_counts(known, sums, look, inner, stale=stale), inner, look.glyphs)
        rows = (*top, counts, _times(state, run, known, sums, now, look, inner))
    return tuple(((" ", Tone.TEXT), *row) for row in rows)


def tiny(state: State, now: datetime, cells: int, look: Look, said: str = "") -> tuple[Line, ...]:
    """All there is below 60x15: one line, who is stuck, and what was `said`, else how there would be more."""
    line = _one_line(state, now, cells, look)
    last: Span = (said, Tone.TEXT) if said else ("60x15 shows more.  q quit  ? help", Tone.MUTED)
    more = crop((last,), cells, look.glyphs)
    stalls = stuck(state.current, now, state.pace, state.run_timeout)
    if not stalls:
        return line, more
    worst = stalls[0]
    name = (worst.row.spec.spec or "?").rsplit("/", 1)[-1]
    told = f"! STUCK {worst.row.machine} {words.span(worst.silent)} {name}"
    return line, crop(((told, Tone.STUCK),), cells, look.glyphs), more


def _one_line(state: State, now: datetime, cells: int, look: Look) -> Line:
    """ "FAILING 51/73 5F 3~ eta ~5m 14:14:51" """
    current = state.current
    run, known = current.known, current.known_board
    if run is None or known is None:
        return crop(_unknown(state), cells, look.glyphs)
    sums = totals(run)
    left = _ahead(state, run, known, now)
    return fitting(
        [
            ((known.verdict.word, known.verdict.tone),),
            ((ratio(sums.specs), Tone.TEXT),),
            marks(sums.failed, sums.flaky),
            ((f"eta {left.short}", Tone.TEXT),) if left is not None else (),
            _freshness_word(state, now),
            ((words.clock(current.as_of, look.zone), Tone.MUTED),),
        ],
        cells,
        " ",
    )


def _unknown(state: State) -> Line:
    """The run of which nothing is known or, where none is shown, the project in which it would be."""
    program: Span = ("currents-tui  ", Tone.STRONG)
    if state.selected or state.feed is None:
        return program, (state.selected, Tone.TEXT)
    return program, ("project ", Tone.MUTED), (clip(plain(state.feed.project_id), 40), Tone.TEXT)


def _freshness_word(state: State, now: datetime) -> Line:
    word = freshness(state, state.current, now)
    return ((word.value, FRESHNESS_TONES[word]),)


def pulse(state: State, now: datetime, look: Look, *, wide: bool) -> Line:
    """As of when, when next, how fresh; and what it costs where there is room."""
    current = state.current
    parts: list[Line] = []
    if current.as_of is not None:
        parts.append(_as_of(state, current, now, look))
    if not state.paused and (wait := _next(current, now)):
        parts.append(((wait, Tone.TEXT),))
    if wide:
        if current.latency is not None:
            parts.append(((f"api {current.latency * 1000:.0f} ms", Tone.MUTED),))
        parts.append(((f"{requests_per_minute(state, now)} req/min", Tone.MUTED),))
    word = freshness(state, current, now)
    text = f"{word.value}{_every(state, current, wide=wide) if word is Freshness.LIVE else ''}"
    parts.append(((text, FRESHNESS_TONES[word]),))
    return joined(parts, "  " if wide else " ")


def _every(state: State, current: Watched, *, wide: bool) -> str:
    """ " 5s", " 15s (rate limited)": how often it is asked, and why not as often as was set.

    In a narrow header only what is not as set: that is worth the room.
    """
    interval = expected_interval(state, current)
    if interval <= state.interval:
        return f" {state.interval:g}s" if wide else ""
    reason = current.schedule.reason if current.schedule is not None else ""
    return f" {round(interval, 1):g}s" + (f" ({reason})" if wide and reason else "")


def _as_of(state: State, current: Watched, now: datetime, look: Look) -> Line:
    old = age(current, now)
    interval = expected_interval(state, current)
    if old <= 2 * interval or current.is_settled:
        return ((words.clock(current.as_of, look.zone), Tone.TEXT),)
    tone = Tone.STRONG if old <= 4 * interval else Tone.ALERT
    return ((f"{words.clock(current.as_of, look.zone)}, {words.span(old)} old", tone),)


def _next(current: Watched, now: datetime) -> str:
    if current.asking_since is not None:
        return "asking"
    if current.schedule is None or current.schedule.next_at is None:
        return ""
    return f"next {max(0, round((current.schedule.next_at - now).total_seconds()))}s"


def _program(run: Run) -> Line:
    return (("currents-tui", Tone.STRONG), ("  project ", Tone.MUTED), (run.project_id or "?", Tone.TEXT))


_LONGEST_PULSE = 22
"""Cells of "14:14:59 next 13s LIVE": what stands beside it is not to come and go with the seconds."""


def _where(run: Run, known: Board, follows: str, room: int, look: Look) -> Line:
    """Which run it is; that its branch is followed is worth more than its commit, where `room` is for one."""
    verdict, sha = known.verdict, run.meta.commit.sha
    commit: Line = ((f"@{short_sha(sha)}", Tone.MUTED),) if sha else ()

    def way(follows: str, commit: Line) -> Line:
        return joined(
            (
                ((f"{run.project_id or '?'} > {short_id(run.run_id or '?')}", Tone.TEXT),),
                ((f"{run_sign(verdict, look.glyphs)} {verdict.word}", verdict.tone),),
                joined((_branch(run, follows, 40, look), commit), " "),
            )
        )

    ways = (way(follows, commit), way(follows, ())) if follows else ()
    return _first_that_fits(ways, room) or way("", commit)


def _identity(run: Run, known: Board, follows: str, cells: int, look: Look) -> Line:
    """Which run it is, where it comes from, and more of it as long as there is room."""
    commit, verdict, dots = run.meta.commit, known.verdict, look.glyphs.ellipsis
    sha: Line = ((f"@{short_sha(commit.sha)}", Tone.MUTED),) if commit.sha else ()
    author: Line = ((clip(commit.author_name, 20, ellipsis=dots), Tone.MUTED),) if commit.author_name else ()

    def named(title: int, *rest: Line) -> Line:
        return joined(
            (
                ((short_id(run.run_id or "?"), Tone.TEXT),),
                ((f"{run_sign(verdict, look.glyphs)} {verdict.word}", verdict.tone),),
                ((clip(run_title(run), title, ellipsis=dots), Tone.STRONG),),
                _branch(run, follows, 28, look),
                *rest,
            )
        )

    title = 44 if line_width(named(44)) <= cells else 24
    origin = _origin(run, cells - line_width(named(title)) - 1)
    room = cells - line_width(origin) - 1
    ways = [named(title, *rest) for rest in ((sha, author), (sha,))]
    return spread(_first_that_fits(ways, room) or named(title), origin, cells, look.glyphs)


def _first_that_fits(ways: Iterable[Line], room: int) -> Line:
    return next((way for way in ways if line_width(way) <= room), ())


def _branch(run: Run, follows: str, most: int, look: Look) -> Line:
    """ "follows main"; "feat/checkout, follows main" as long as there is no run of what is followed."""
    branch, dots = run.meta.commit.branch or "", look.glyphs.ellipsis
    named: Line = ((clip(branch, most, ellipsis=dots), Tone.TEXT),) if branch else ()
    if not follows or follows == branch:
        return (("follows ", Tone.KEY), *named) if follows else named
    return joined((named, ((f"follows {clip(plain(follows), most, ellipsis=dots)}", Tone.KEY),)), ", ")


def _origin(run: Run, cells: int) -> Line:
    return fitting(
        (
            ((framework(run), Tone.MUTED),) if framework(run) else (),
            ((clip(run.meta.ci_build_id, 24), Tone.MUTED),) if run.meta.ci_build_id else (),
        ),
        cells,
    )


def _counts(known: Board, sums: Totals, look: Look, cells: int, *, stale: bool) -> Line:
    """Bar and figures of the whole run. The figures come first: the bar takes what they leave."""
    wide = cells >= WIDE
    figures = _figures(known, sums, cells - 18, wide=wide)
    # Figures grow as a run goes on; the bar beside them is not to shrink meanwhile, where it has the room.
    left = cells - line_width(figures) - 8
    room = min(60, max(min(left, _LEAST_BAR), left - _growth(sums, wide=wide)))
    tone = Tone.FAILED if sums.failed else Tone.PASSED
    return (
        ("specs ", Tone.MUTED),
        *bar(sums.specs, room, look, tone=tone, stale=stale),
        (" ", Tone.TEXT),
        *figures,
    )


def _figures(known: Board, sums: Totals, room: int, *, wide: bool) -> Line:
    """Without room, what was left out goes first, then what waits and what runs; never what failed."""
    states = known.states
    running, waiting = states.get(SpecState.RUNNING, 0), states.get(SpecState.WAITING, 0)
    runs: Line = ((f"{words.count(running)} run", Tone.RUNNING),) if running else ()
    waits: Line = ((f"{words.count(waiting)} wait", Tone.WAITING),) if waiting else ()
    percent = f" {words.percent(sums.specs.done, sums.specs.total or 0)}" if wide else ""
    specs: Line = ((ratio(sums.specs), Tone.STRONG), (percent, Tone.MUTED))
    tests: Line = (("tests ", Tone.MUTED), (ratio(sums.tests), Tone.STRONG))
    bad = _bad(sums, wide=wide)
    ways: tuple[tuple[Line, ...], ...] = (
        (specs, joined((runs, waits), " "), tests, _outcomes(sums, wide=wide)),
        (specs, joined((runs, waits), " "), tests, bad),
        (specs, runs, tests, bad),
        (specs, tests, bad),
    )
    gap = "   " if wide else "  "
    whole = (joined(way, gap) for way in ways)
    return next((told for told in whole if line_width(told) <= room), fitting((specs, bad, tests), room, gap))


def _bad(sums: Totals, *, wide: bool) -> Line:
    """What failed and what was flaky."""
    if not wide:
        return marks(sums.failed, sums.flaky)
    return _named((sums.failed, "FAILED", Tone.FAILED), (sums.flaky, "flaky", Tone.FLAKY))


def _named(*told: tuple[int | None, str, Tone]) -> Line:
    """Numbers with what they count, without those of nothing."""
    return joined(((f"{words.count(number)} {name}", tone),) if number else () for number, name, tone in told)


_LEAST_BAR = 16
"""Cells of the bar for which figures get nothing to grow into."""


def _growth(sums: Totals, *, wide: bool) -> int:
    """Cells that the figures take more once everything is done."""
    ends = [(sums.specs.done, sums.specs.total), (sums.tests.done, sums.tests.total)]
    if wide and sums.passed:
        ends.append((sums.passed, sums.tests.total))
    more = sum(len(words.count(total)) - len(words.count(done)) for done, total in ends if total is not None)
    percent = words.percent(sums.specs.done, sums.specs.total or 0)
    return max(0, more + (len("100%") - len(percent) if wide and percent else 0))


def _outcomes(sums: Totals, *, wide: bool) -> Line:
    bad = _bad(sums, wide=wide)
    if not wide:
        left_out = (sums.skipped or 0) + (sums.pending or 0)
        rest: Line = ((f"{words.count(left_out)}-", Tone.MUTED),) if left_out else ()
        return joined((bad, rest), " ")
    good = _named((sums.passed, "passed", Tone.PASSED))
    return joined(
        (good, bad, _named((sums.skipped, "skipped", Tone.WARNING), (sums.pending, "ignored", Tone.MUTED)))
    )


def _ahead(state: State, run: Run, known: Board, now: datetime) -> Forecast | None:
    current = state.current
    stalls = stuck(current, now, state.pace, state.run_timeout)
    return foreseen(known, run, current.history, now, [stall.row.key for stall in stalls])


def _eta(left: Forecast, room: int) -> Line:
    """As much of it as there is room for: the time, its range, and what it is made from."""
    ways = (((left.words, Tone.TEXT), (f" {left.basis}", Tone.MUTED)), ((left.words, Tone.TEXT),))
    short: Line = ((left.short, Tone.TEXT),)
    label: Line = (("eta ", Tone.MUTED),)
    return next(((*label, *way) for way in ways if line_width((*label, *way)) <= room), (*label, *short))


def _times(state: State, run: Run, known: Board, sums: Totals, now: datetime, look: Look, cells: int) -> Line:
    over = known.verdict.is_over
    took = elapsed(run, over, now)
    parts: list[Line] = [
        (
            (f"{took_label(run, over)} ", Tone.MUTED),
            (words.span(took) if took is not None else "?", Tone.TEXT),
        )
    ]
    left = _ahead(state, run, known, now)
    # The verdict is worth more than how sure the time is, and than how many tests it takes.
    taken = line_width(parts[0]) + 3 + (len(f"eta {left.short}") + 3 if left is not None else 0)
    failing_since = state.current.failing_since
    outcome = _outcome(run, known, sums, look, failing_since)
    if taken + line_width(outcome) > cells:
        outcome = _outcome(run, known, None, look, failing_since)
    if left is not None:
        room = cells - line_width(parts[0]) - 3 - (line_width(outcome) + 3 if outcome else 0)
        parts.append(_eta(left, room))
    parts.append(outcome)
    # A running run does not tell it itself: its project does, or who is watching.
    limit = limit_of(known, run, state.current.history, state.run_timeout)
    if limit and not over:
        parts.append(((f"timeout {words.span(limit)}", Tone.MUTED),))
    if run.tags:
        parts.append((("tags ", Tone.MUTED), (", ".join(run.tags), Tone.TEXT)))
    return fitting(parts, cells, "   ")


def _outcome(run: Run, known: Board, sums: Totals | None, look: Look, failing_since: datetime | None) -> Line:
    """What the verdict is and why; without `sums` in fewer words."""
    if known.verdict.word == "CANCELED":
        canceled = run.cancellation
        by = f" by {canceled.by}" if canceled and canceled.by else ""
        at = f" at {words.clock(canceled.at, look.zone)}" if canceled and canceled.at else ""
        left = [row.spec.claimed_at is not None for row in known.rows if row.state is SpecState.CANCELED]
        awaited = sum(known.states.get(state, 0) for state in (SpecState.RUNNING, SpecState.WAITING))
        rest = f", {words.counted(awaited, 'spec')} still finishing" if awaited else ""
        rest += f", {words.counted(sum(left), 'spec')} not reported" if any(left) else ""
        rest += f", {left.count(False)} never begun" if not all(left) else ""
        return ((f"canceled{by}{at}{rest}", Tone.CANCELED),)
    if known.verdict.word == "TIMEOUT":
        lost = known.states.get(SpecState.TIMED_OUT, 0)
        return ((f"{words.counted(lost, 'spec')} never reported", Tone.WARNING),)
    if known.first_failure is not None and not known.verdict.is_over:
        # It may have been seen to fail before the file with the failure was reported.
        since = words.clock(min(known.first_failure, failing_since or known.first_failure), look.zone)
        failed = f" ({words.count(sums.failed)} failed)" if sums is not None and sums.failed else ""
        return (("verdict known: ", Tone.MUTED), (f"FAIL since {since}{failed}", Tone.FAILED))
    return ()
