"""`currents-tui cancel` and `currents-tui delete`: the same deeds as on the screen, for a line of a shell.

What became of each run goes to standard output, everything else to standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from currents_tui.cli import out
from currents_tui.cli.asking import Asking, run
from currents_tui.cli.exit_codes import Exit, Terminated, for_problem
from currents_tui.cli.named_runs import read_run_ids
from currents_tui.cli.surroundings import is_served, local_zone, speaks_utf8
from currents_tui.cli.verb_options import cancel_parser, delete_parser
from currents_tui.core.cells import ASCII, UNICODE
from currents_tui.core.deed import Deed, Ending, Outcome, already, impossible, is_done, told
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.rows.dialog import TYPED, preview
from currents_tui.core.rows.look import Look

if TYPE_CHECKING:
    from currents_tui.api.client import Client
    from currents_tui.core.model import Run

_WORST_FIRST = (
    Exit.UNKNOWN, Exit.USAGE, Exit.KEY, Exit.NOT_FOUND, Exit.STILL_RUNNING, Exit.INTERRUPTED,
    Exit.NOTHING_TO_CANCEL, Exit.OK,
)  # fmt: skip


def cancel(arguments: Sequence[str], environ: Mapping[str, str], started: float) -> int:
    """`currents-tui cancel RUN…`. Raises `Problem` for what is wrong before anything is asked."""
    return _do(Deed.CANCEL, arguments, environ)


def delete(arguments: Sequence[str], environ: Mapping[str, str], started: float) -> int:
    """`currents-tui delete RUN…`. Raises as `cancel` does."""
    return _do(Deed.DELETE, arguments, environ)


def _do(deed: Deed, arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    options = (cancel_parser() if deed is Deed.CANCEL else delete_parser()).parse_args(arguments)
    asking = Asking(options, environ)
    if asking.settings.read_only:
        hint = _why_read_only(environ, is_given=bool(options.read_only))
        raise Problem(Kind.BAD_SETTING, "Read-only: nothing is cancelled or deleted here.", hint)
    if not (options.yes or options.dry_run or _can_ask()):
        raise Problem(
            Kind.BAD_SETTING,
            "Nobody can be asked here: standard input or standard error is no terminal.",
            "Give --yes to do it without a question, or --dry-run to see what it would do.",
        )
    key = asking.key()
    run_ids = read_run_ids(options.runs, lambda: asking.client(key), asking.project)
    look = Look(UNICODE if speaks_utf8(environ) else ASCII, local_zone())
    service = Service(lambda: asking.client(key, read_only=False))
    batch = _Batch(deed, service, look, if_running=getattr(options, "if_running", False))
    possible = batch.look_at(run_ids, _out if options.dry_run else asking.say)
    if not possible or options.dry_run:
        return batch.status
    for group in [possible] if deed is Deed.CANCEL else [[run_id] for run_id in possible]:
        if options.yes or _asked(deed, group):
            batch.carry_out(group)
        else:
            # Runs are deleted one by one: another may have been.
            kept = f"Run {group[0][:8]} was not deleted."
            _err("Nothing was cancelled." if deed is Deed.CANCEL else kept)
            batch.ends(Exit.INTERRUPTED)
    return batch.status


def _why_read_only(environ: Mapping[str, str], *, is_given: bool) -> str:
    """What says so, and what to do about it."""
    if is_served(environ):
        return "TEXTUAL_DRIVER is set, as it is where the screen goes to a browser."
    if is_given:
        return "--read-only was given."
    return "Choose another profile, or change read_only in the settings file."


class Service:
    """Asks and acts over a client that lives for one call: between two of them a person may think."""

    def __init__(self, connect: Callable[[], Client]) -> None:
        self._connect = connect

    def looks(self, run_ids: Sequence[str]) -> list[Run | Problem]:
        """How each run is now."""

        from currents_tui.watch.clock import SystemClock
        from currents_tui.watch.patience import patiently

        async def look(client: Client, run_id: str) -> Run | Problem:
            try:
                return await patiently(partial(client.run, run_id), SystemClock())
            except Problem as problem:
                return problem

        async def all_of_them() -> list[Run | Problem]:
            async with self._connect() as client:
                return [await look(client, run_id) for run_id in run_ids]

        return run(all_of_them())

    def carry_out(self, deed: Deed, run_id: str) -> Outcome:
        """Look once more, write once, and find out what became of it. Raises when interrupted."""
        from currents_tui.watch.clock import SystemClock
        from currents_tui.watch.deeds import carry_out

        async def once() -> Outcome:
            async with self._connect() as client:
                return await carry_out(deed, run_id, client, SystemClock(), _err)

        return run(once())


class _Batch:
    """One deed on several runs, and the worst that came of it."""

    def __init__(self, deed: Deed, service: Service, look: Look, *, if_running: bool) -> None:
        self._deed = deed
        self._service = service
        self._look = look
        self._if_running = if_running
        self.status = Exit.OK

    def ends(self, status: Exit) -> None:
        """Take `status` for the whole, unless something worse has come."""
        self.status = min(status, self.status, key=_WORST_FIRST.index)

    def look_at(self, run_ids: Sequence[str], say: Callable[[str], None]) -> list[str]:
        """Show every run and what would happen to it. Those to which it can happen."""
        from currents_tui.watch.clock import SystemClock

        possible, now = [], SystemClock().now()
        for run_id, seen in zip(run_ids, self._service.looks(run_ids), strict=True):
            if isinstance(seen, Problem):
                _err(f"currents-tui: run {run_id}: {seen}")
                self.ends(for_problem(seen.kind))
                continue
            say(f"Run {run_id}")
            for line in preview(self._deed, seen, now, self._look):
                say(f"  {''.join(text for text, _ in line)}".rstrip())
            if (reason := impossible(self._deed, seen)) is None:
                possible.append(run_id)
            else:
                done = is_done(self._deed, seen)
                _out(already(self._deed, run_id) if done else f"Run {run_id[:8]}: {reason}")
                self.ends(self._for_impossible(seen))
        return possible

    def _for_impossible(self, run: Run) -> Exit:
        if is_done(self._deed, run):
            return Exit.OK
        if run.deleted_at is not None:
            return Exit.NOT_FOUND
        return self._for_over() if self._deed is Deed.CANCEL else Exit.STILL_RUNNING

    def _for_over(self) -> Exit:
        return Exit.OK if self._if_running else Exit.NOTHING_TO_CANCEL

    def carry_out(self, run_ids: Sequence[str]) -> None:
        """Do it to one after the other, telling each."""
        for run_id in run_ids:
            try:
                outcome = self._service.carry_out(self._deed, run_id)
            except (KeyboardInterrupt, Terminated):
                _err(f"Interrupted: look whether run {run_id} was {self._deed.past} before you repeat it.")
                raise
            _out(told(outcome, self._look.zone))
            self.ends(self._for_outcome(outcome))

    def _for_outcome(self, outcome: Outcome) -> Exit:
        if outcome.is_so:
            return Exit.OK
        if outcome.ending is Ending.OVER:
            return self._for_over()
        if outcome.problem is None or outcome.ending is Ending.UNKNOWN:
            return Exit.UNKNOWN
        if outcome.run is not None and impossible(self._deed, outcome.run) is not None:
            return self._for_impossible(outcome.run)
        return for_problem(outcome.problem.kind)


def _can_ask() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def _asked(deed: Deed, run_ids: Sequence[str]) -> bool:
    """Whether the person says yes: with a word or, to delete, with the first characters of the id."""
    if deed is Deed.CANCEL:
        what = f"run {run_ids[0][:8]}" if len(run_ids) == 1 else f"these {len(run_ids)} runs"
        return _answer(f"Cancel {what}? This cannot be undone. [y/N] ").lower() in ("y", "yes")
    typed = _answer(f"Type the first {TYPED} characters of the id of run {run_ids[0]} to delete it: ")
    return len(typed) >= TYPED and run_ids[0].startswith(typed.lower())


def _answer(prompt: str) -> str:
    _forget_what_was_typed()
    print(prompt, end="", file=sys.stderr, flush=True)
    typed = sys.stdin.readline()
    if not typed.endswith("\n"):
        _err("")  # Ctrl+D leaves the cursor behind the question
    return typed.strip()


def _forget_what_was_typed() -> None:
    """What was typed before the question was there is no answer to it."""
    try:
        import termios
    except ImportError:  # Windows
        return
    termios.tcflush(sys.stdin, termios.TCIFLUSH)


def _out(text: str) -> None:
    out.line(text)
    out.flush()


_err = out.tell
