"""The dialogs before what cannot be undone: which run, what will happen, and which key does it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from currents_tui.core import words
from currents_tui.core.board import Board
from currents_tui.core.board import board as board_of
from currents_tui.core.cells import EMPTY, Line, Tone, crop, joined
from currents_tui.core.consequences import Cancelling, Deleting, cancelling, deleting
from currents_tui.core.deed import Deed, impossible
from currents_tui.core.model import Run
from currents_tui.core.progress import totals
from currents_tui.core.rows.look import Look, elapsed, ratio, run_title, short_id, short_sha, took_label
from currents_tui.core.text import clip
from currents_tui.core.verdict import run_verdict
from currents_tui.core.watched import Watched

DEAF_FOR = timedelta(seconds=0.7)
"""How long a dialog takes no key: what is typed in haste was meant for what lay under it."""

TYPED = 4
"""Characters of the run's id that have to be typed to delete it."""


class Question(Struct, frozen=True):
    """A dialog that is open, about one run whatever happens behind it."""

    deed: Deed
    run_ids: tuple[str, ...]
    opened_at: datetime
    typed: str = ""
    is_wrong: bool = False
    """Whether what was typed last was not the run's id."""
    is_foreign: bool = False
    """Whether the last key is a character that no id has."""
    copied: str = ""
    """What became of saving a copy."""

    @property
    def run_id(self) -> str:
        """The one run that it is about."""
        return self.run_ids[0]

    def hears(self, now: datetime) -> bool:
        return now - self.opened_at >= DEAF_FOR


class Dialog(Struct, frozen=True):
    """A question as it is shown."""

    lines: tuple[Line, ...]
    confirms: bool
    """Whether what it can be confirmed with is in these lines; without, nothing is taken for a yes."""


LEAST_CELLS = 56
"""Cells that a line takes to say what happens; in fewer, nothing can be confirmed."""


class _Row(Struct, frozen=True):
    """A line, and how soon it is left out where there is no room: 0 never, then the highest first."""

    line: Line
    spare: int = 0
    confirms: bool = False
    """Whether it offers what confirms the deed."""


_SPACE = _Row(EMPTY, 9)
_BACK = _Row((("esc", Tone.KEY), ("  Back", Tone.TEXT)))


def caption(question: Question) -> str:
    """The question itself, for the frame."""
    if len(question.run_ids) > 1:
        return f"Cancel these {len(question.run_ids)} runs?"
    if question.deed is Deed.CANCEL:
        return f"Cancel run {short_id(question.run_id)}?"
    return f"DELETE run {short_id(question.run_id)} for ever?"


def dialog(
    question: Question, about: Sequence[Watched], now: datetime, cells: int, height: int, look: Look
) -> Dialog:
    """At most `height` lines of at most `cells` cells: the least important are left out first.

    `about` is how the runs of the question stand now. Where what matters has no room, nothing is offered.
    """
    rows = _rows(question, about, now, look)
    needed = sum(row.spare == 0 for row in rows)
    if any(row.confirms for row in rows) and (needed > height or cells < LEAST_CELLS):
        rows = _no_room(question)
    while len(rows) > height:
        rows.remove(max(reversed(rows), key=lambda row: row.spare))
    lines = tuple(crop(row.line, cells, look.glyphs) for row in rows)
    return Dialog(lines, any(row.confirms for row in rows))


def _no_room(question: Question) -> list[_Row]:
    told = "There is no room to say what happens.", "Make the window larger."
    if len(question.run_ids) > 1:
        told = "They cannot all be listed here.", "Make the window larger, or unmark some."
    return [*(_Row(((line, Tone.WARNING),)) for line in told), _SPACE, _BACK]


def _rows(question: Question, about: Sequence[Watched], now: datetime, look: Look) -> list[_Row]:
    if len(question.run_ids) > 1:
        return _several(question, about, now, look)
    watched = about[0]
    run, board = watched.run, watched.board
    if run is None or board is None:
        return [_Row((("Nothing is known of this run yet.", Tone.TEXT),)), _SPACE, _BACK]
    if (reason := impossible(question.deed, run)) is not None:
        # It came to this while the dialog was open.
        rows = [
            *_which(run, now, look),
            _checked(watched, now, look),
            _SPACE,
            _Row(((reason, Tone.WARNING),)),
        ]
        return [*rows, _SPACE, _BACK]
    if question.deed is Deed.CANCEL:
        return _cancel(question, watched, run, board, now, look)
    return _delete(question, watched, run, now, look)


def _several(question: Question, about: Sequence[Watched], now: datetime, look: Look) -> list[_Row]:
    rows: list[_Row] = []
    for run_id in question.run_ids:
        watched = next((one for one in about if one.run_id == run_id), None)
        rows += _one_of_several(run_id, watched, look)
    # Runs that cannot be had are left as they are; of the others one sees what happens before one says yes.
    is_known = not any(one.run is None and one.trouble is None for one in about)
    return [
        *rows,
        _SPACE,
        _Row((("This cannot be undone.", Tone.WARNING),)),
        _SPACE,
        *_answers(question, now, "Keep them running", "Cancel the runs", is_known=is_known),
    ]


def _one_of_several(run_id: str, watched: Watched | None, look: Look) -> list[_Row]:
    run = watched.run if watched is not None else None
    if watched is None or run is None or watched.board is None:
        is_asked = watched is not None and watched.trouble is None
        told = "nothing is known of it yet" if is_asked else "nothing is known of it: left as it is"
        return [_Row(((f"{short_id(run_id)}  ", Tone.STRONG), (told, Tone.WARNING)))]
    verdict = run_verdict(run)
    first: Line = (
        (f"{short_id(run_id)}  ", Tone.STRONG),
        (f"{verdict.word}  ", verdict.tone),
        (f"{ratio(totals(run).specs)}  ", Tone.TEXT),
        (run.meta.commit.branch or run_title(run), Tone.MUTED),
    )
    if impossible(Deed.CANCEL, run) is not None:
        return [_Row(first), _Row((("    is over: left as it is", Tone.MUTED),), 4)]
    facts = cancelling(run, watched.board)
    # What matters most comes first: in a narrow window the end is cut.
    commit = "turns GREEN; " if facts.turns_green else ""
    told = f"    {commit}{facts.finishing} claimed finish, {facts.never} never start"
    return [_Row(first), _Row(((told, Tone.WARNING if facts.turns_green else Tone.TEXT),), 4)]


def _answers(question: Question, now: datetime, no: str, yes: str, *, is_known: bool = True) -> list[_Row]:
    hears = is_known and question.hears(now)
    keep: Line = (("n", Tone.KEY), (f"  {no}", Tone.STRONG))
    do: Line = (
        ("y", Tone.KEY if hears else Tone.MUTED),
        (f"  {yes}", Tone.TEXT if hears else Tone.MUTED),
    )
    other = f"Any other key {no[:1].lower()}{no[1:].replace('eep', 'eeps', 1)}."
    return [_Row(joined((keep, do), "        "), confirms=is_known), _Row(((other, Tone.MUTED),), 7)]


def _cancel(
    question: Question, watched: Watched, run: Run, board: Board, now: datetime, look: Look
) -> list[_Row]:
    return [
        *_which(run, now, look),
        _checked(watched, now, look),
        _SPACE,
        _Row((("What happens", Tone.STRONG),), 6),
        *_happens(cancelling(run, board)),
        _SPACE,
        _Row((("This cannot be undone.", Tone.WARNING),)),
        _SPACE,
        *_answers(question, now, "Keep it running", "Cancel the run"),
    ]


def _happens(facts: Cancelling) -> list[_Row]:
    finishing = words.counted(facts.finishing, "claimed spec")
    rows = [
        _fact(finishing, "finish, and their results count", 2),
        _fact(words.counted(facts.never, "waiting spec"), "never start", 1),
        _fact("CI machines", "stop at their next spec", 5),
    ]
    if facts.turns_green:
        rows.append(_fact("commit status", "turns GREEN: nothing has failed", 0, Tone.WARNING))
        if facts.never:
            rows.append(_fact("", f"though {words.counted(facts.never, 'spec')} never ran", 4, Tone.WARNING))
    else:
        rows.append(_fact("commit status", "FAILURE where one is reported", 1))
    rows.append(_fact("also posted", "to PR, Slack, webhook, if set up", 8))
    if facts.saved is not None:
        rows.append(_fact("saves about", f"{words.long_span(_rounded(facts.saved))} of machine time", 7))
    return rows


def _rounded(seconds: float) -> float:
    return round(seconds / 60) * 60 if seconds > 120 else seconds


def _delete(question: Question, watched: Watched, run: Run, now: datetime, look: Look) -> list[_Row]:
    return [
        *_which(run, now, look),
        _checked(watched, now, look),
        _SPACE,
        *_lost(run),
        _SPACE,
        _Row((("x", Tone.KEY), (f"  {question.copied or _COPY}", Tone.TEXT)), 3),
        _SPACE,
        _Row(((f"Type the first {TYPED} characters of its id to delete it:", Tone.TEXT),)),
        _Row(_field(question), confirms=True),
    ]


_COPY = "Save the run as JSON first, without its errors"
"""The service tells errors and artifacts with the tests of each spec, and not with the run."""


def _lost(run: Run) -> list[_Row]:
    lost = deleting(run)
    results = [(lost.tests, "test result"), (lost.failures, "failure")]
    counts = [words.counted(lost.specs, "spec result"), *_counted(results)]
    return [
        _Row((("Gone for everyone, at once; Currents cannot restore it:", Tone.WARNING),)),
        _Row(((f"  {', '.join(counts)}", Tone.TEXT),), 1),
        _Row(((f"  {_lost_with_them(lost)}", Tone.TEXT),), 2),
        _Row((("  its share of flakiness and duration history", Tone.TEXT),), 5),
        _Row((("  links to it in pull requests, Slack and Jira go dead", Tone.TEXT),), 6),
    ]


def _lost_with_them(lost: Deleting) -> str:
    """What hangs on the results: with its number where the run tells it, else by its name alone."""
    files = [(lost.screenshots, "screenshot"), (lost.videos, "video")]
    others = ["errors", *(f"{noun}s" for number, noun in files if not number)]
    return ", ".join([*_counted(files), f"any {', '.join(others)} and traces"])


def _counted(numbers: Sequence[tuple[int | None, str]]) -> list[str]:
    return [words.counted(number, noun) for number, noun in numbers if number]


def preview(deed: Deed, run: Run, now: datetime, look: Look) -> tuple[Line, ...]:
    """Which run it is and what `deed` will do to it, for where there is no dialog."""
    rows = _which(run, now, look)
    if impossible(deed, run) is None:
        rows += _happens(cancelling(run, board_of(run))) if deed is Deed.CANCEL else _lost(run)
    return tuple(row.line for row in rows)


def _field(question: Question) -> Line:
    after = "not this run's id" if question.is_wrong else "esc keeps the run"
    if question.is_foreign:
        after = "0-9 and a-f alone; esc keeps the run"
    tone = Tone.WARNING if question.is_wrong or question.is_foreign else Tone.MUTED
    return ((f"  > {question.typed}_".ljust(12), Tone.STRONG), (f"({after})", tone))


def _which(run: Run, now: datetime, look: Look) -> list[_Row]:
    """What tells it from other runs: of two of one commit, only when they were."""
    commit, verdict = run.meta.commit, run_verdict(run)
    dots = look.glyphs.ellipsis
    return [
        _Row(((run_title(run), Tone.STRONG),)),
        _Row(
            joined(
                (
                    ((verdict.word, verdict.tone),),
                    ((f"{ratio(totals(run).specs)} specs", Tone.TEXT),),
                    ((clip(commit.branch or "", 30, ellipsis=dots), Tone.TEXT),) if commit.branch else (),
                    ((f"@{short_sha(commit.sha)}", Tone.MUTED),) if commit.sha else (),
                    ((commit.author_name, Tone.MUTED),) if commit.author_name else (),
                )
            ),
        ),
        *([_Row(((_when(run, now, look), Tone.TEXT),), 1)] if run.created_at is not None else []),
    ]


def _when(run: Run, now: datetime, look: Look) -> str:
    """ "started 02-28 11:02, 3h ago, ran 12:40"; of a run that goes on, how long ago is how long it takes."""
    over = run_verdict(run).is_over
    took = elapsed(run, over, now) if over else None
    began = words.clock_or_date(run.created_at, now, look.zone)
    parts = [f"started {began}", words.short_age(run.created_at, now)]
    if took is not None:
        parts.append(f"{took_label(run, over)} {words.span(took)}")
    return ", ".join(parts)


def _checked(watched: Watched, now: datetime, look: Look) -> _Row:
    if watched.trouble is not None:
        since = words.clock(watched.as_of, look.zone)
        return _Row(((f"No answer now; this is from {since}: {watched.trouble.sentence}", Tone.WARNING),))
    if watched.asking_since is not None or watched.as_of is None:
        return _Row((("Checking…" if look.glyphs.ellipsis == "…" else "Checking.", Tone.MUTED),), 3)
    old = max(0, int((now - watched.as_of).total_seconds()))
    return _Row(((f"Checked {old} s ago.", Tone.MUTED),), 3)


def _fact(what: str, follows: str, spare: int, tone: Tone = Tone.TEXT) -> _Row:
    return _Row(((f"  {what:<18} ", tone), (follows, tone)), spare)
