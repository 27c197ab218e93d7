"""Follows one run to its end, telling what changes, and then how it ended."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from datetime import datetime

from currents_tui.api.client import Client
from currents_tui.cli import out
from currents_tui.cli.asking import Asking
from currents_tui.cli.exit_codes import Exit, for_problem
from currents_tui.cli.live_line import LiveLine
from currents_tui.cli.verdicts import for_run
from currents_tui.core.annotations import github, gitlab_section
from currents_tui.core.changes import CALM, NOTABLE_AGE, Change, Told, What, heartbeat, merged, news
from currents_tui.core.ending import Ending, Terms, Why, ending
from currents_tui.core.events import Event, Polled
from currents_tui.core.failure_text import as_json, brief_lines
from currents_tui.core.failures import SpecFailures, failures, suspects
from currents_tui.core.model import Run
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.report import end_lines, in_one_line
from currents_tui.core.state import not_later_than, reduce, start
from currents_tui.core.summary import live_summary, moment
from currents_tui.core.watched import Watched, stuck
from currents_tui.core.words import span
from currents_tui.watch.clock import Clock
from currents_tui.watch.instances import instances_of
from currents_tui.watch.moments import Moments

HEARTBEAT = 30.0
"""Seconds without a line after which a log is told that all is well."""
LOOK_FOR_RUN = 5.0
"""Seconds between looks for a run that is not there yet."""
TOGETHER = 15.0
"""Seconds between two lines about specs that passed, so that a large run makes no long log."""
MOST_FAILURES = 20
"""Failed specs whose tests are asked for at the end, and failed tests that are told."""
FAILURES_WITHIN = 60.0
"""Seconds in which those tests are told, or it is said that they were not."""


class Watching:
    """One run, followed until there is nothing more to wait for."""

    def __init__(
        self,
        client: Client,
        run_id: str,
        asking: Asking,
        options: argparse.Namespace,
        line: LiveLine,
        clock: Clock,
        began: datetime,
    ) -> None:
        self._client = client
        self._run_id = run_id
        self._asking = asking
        self._json = options.json
        self._quiet = options.quiet
        self._line = line
        self._clock = clock
        self._began = began
        self._interval = asking.settings.interval
        self._terms = Terms(
            timeout=options.timeout,
            fail_fast=options.fail_fast,
            wait_for_start=options.wait_for_start,
            fail_on_stuck=options.fail_on_stuck,
        )
        self._state = start((run_id,), self._interval)
        self._told = Told()
        self._moved: datetime | None = None
        self._said_at = self._said_calm_at = began
        self._held: list[Change] = []
        self._in_trouble = False

    @property
    def _watched(self) -> Watched:
        return self._state.current

    async def to_the_end(self) -> Ending:
        """Follow the run, telling what changes, and say why that is over."""
        moments = Moments(self._client, self._run_id, clock=self._clock, interval=self._interval)
        async with aclosing(moments.stream()) as stream:
            async for event in stream:
                now = self._clock.now()
                self._not_later_than(now)
                if event is not None:
                    self._happened(event)
                self._tell_recovery(now)
                self._tell_news(now)
                end = ending(self._watched, self._terms, self._began, self._moved, now)
                if end is not None:
                    self._tell_held(now)
                    return end
                self._tell_trouble(now)
                if event is None:
                    self._tick(now)
                    if self._is_given_up(now):
                        moments.ask_now()
        raise AssertionError("the stream has no end")  # pragma: no cover

    def _not_later_than(self, now: datetime) -> None:
        """The clock can be set back meanwhile: then what was, was now at the latest."""
        self._state = not_later_than(self._state, now)
        self._began, self._said_at = min(self._began, now), min(self._said_at, now)
        self._said_calm_at = min(self._said_calm_at, now)
        if self._moved is not None:
            self._moved = min(self._moved, now)

    def _is_given_up(self, now: datetime) -> bool:
        """Whether it was not found so often that nobody asks any more, while it is waited for."""
        trouble = self._watched.trouble
        if trouble is None or self._watched.as_of is not None or not self._watched.has_stopped:
            return False
        return (now - trouble.at).total_seconds() >= LOOK_FOR_RUN

    def _happened(self, event: Event) -> None:
        before = self._watched.run
        self._state = reduce(self._state, event)
        if isinstance(event, Polled) and before is not None and self._watched.run is not before:
            self._moved = event.at

    def _tell_trouble(self, now: datetime) -> None:
        """That asking has begun to fail."""
        trouble = self._watched.trouble
        if trouble is None or self._in_trouble:
            return
        self._in_trouble = True
        fields = {"kind": str(trouble.kind), "sentence": trouble.sentence}
        self._tell([Change(What.TROUBLE, "NET", f"{trouble.sentence} Asking again.", fields)], now)

    def _tell_recovery(self, now: datetime) -> None:
        """That asking works again, before what it has brought."""
        if self._in_trouble and self._watched.trouble is None:
            self._in_trouble = False
            self._tell([Change(What.RECOVERED, "NET", "The service answers again.")], now)

    def _tell_news(self, now: datetime) -> None:
        watched = self._watched
        if watched.run is None or watched.board is None:
            return
        self._told, changes = news(self._told, watched.run, watched.board, stuck(watched, now), now)
        self._tell(changes, now)

    def _tell(self, changes: Sequence[Change], at: datetime) -> None:
        if self._json:
            for change in changes:
                fields = {"event": str(change.what), "at": moment(at), "runId": self._run_id}
                out.json_text({**fields, **change.fields}, indent=None)
                out.flush()
                self._said_at = at
        elif not self._quiet:
            calm = () if self._line.is_live else CALM
            self._held += [change for change in changes if change.what in calm]
            self._print([change for change in changes if change.what not in calm], at)
            if self._held and (at - self._said_calm_at).total_seconds() >= TOGETHER:
                self._tell_held(at)

    def _tell_held(self, at: datetime) -> None:
        """What waited to be told together."""
        held, self._held, self._said_calm_at = self._held, [], at
        self._print(held, at)

    def _print(self, changes: Sequence[Change], at: datetime) -> None:
        for change in merged(changes):
            # The line that is kept up to date tells how far it is, and a terminal needs no log of it.
            if not (self._line.is_live and change.what in (What.PASSED, What.PROGRESS, What.HEARTBEAT)):
                self._line.tell(change, at)
                self._said_at = at

    def _tick(self, now: datetime) -> None:
        self._tell((), now)  # what has waited long enough
        watched = self._watched
        old = (now - watched.as_of).total_seconds() if watched.as_of is not None else 0.0
        if not self._json and not self._quiet:
            self._line.show(self._words(now, old))
        if (now - self._said_at).total_seconds() < HEARTBEAT:
            return
        if watched.run is not None and watched.board is not None:
            self._tell([heartbeat(watched.run, watched.board, old, now, stuck(watched, now))], now)
        elif not self._line.is_live:
            self._said_at = now
            self._asking.say(f"Still asking for run {self._run_id}.")

    def _words(self, now: datetime, old: float) -> str:
        """The line that is kept up to date."""
        watched = self._watched
        if watched.run is None or watched.board is None:
            return f"Asking for run {self._run_id}"
        late = f"{watched.board.verdict.word} "
        if watched.trouble is not None or old >= max(NOTABLE_AGE, 3 * self._interval):
            late = f"{late}(as of {span(old)} ago) "
        return f"{late}{in_one_line(watched.run, watched.board, now, stuck(watched, now))}"

    # --- the end

    async def report(self, end: Ending, environ: Mapping[str, str]) -> Exit:
        """Tell how it ended, with the tests that failed, and give the exit status.

        Raises `Problem` where there was never an answer that could be told.
        """
        status = self._status(end)
        about, board = self._watched.run, self._watched.board
        if about is None or board is None:
            if not self._json:
                raise Problem(end.trouble or Kind.TIMEOUT, end.words)
            self._tell_end(end, status, ())
            return status
        failed = await self._failures(about) if end.trouble is None else ()
        if self._json:
            self._tell_end(end, status, failed)
        else:
            self._print_failures(failed, environ)
            url = self._asking.address.run_page(self._run_id)
            for text in end_lines(about, board, end.words, self._clock.now(), url):
                out.line(text)
        return status

    def _status(self, end: Ending) -> Exit:
        about = self._watched.run
        match end.why:
            case Why.OVER if about is not None:
                return for_run(about)
            case Why.FAILED:
                return Exit.FAILED
            case Why.STUCK:
                return Exit.STUCK
            case Why.TIMEOUT if self._watched.run is None:
                return Exit.UNKNOWN
            case Why.TIMEOUT | Why.NOT_STARTED:
                return Exit.STILL_RUNNING
            case _:
                return for_problem(end.trouble or Kind.TIMEOUT)

    async def _failures(self, about: Run) -> tuple[SpecFailures, ...]:
        """What failed, of the first files that have a failure."""
        first = suspects(about)[:MOST_FAILURES]
        known = await instances_of(self._client, self._clock, first, FAILURES_WITHIN)
        return failures(about, known)[:MOST_FAILURES]

    def _tell_end(self, end: Ending, status: Exit, failed: Sequence[SpecFailures]) -> None:
        about, board, now = self._watched.run, self._watched.board, self._clock.now()
        slow = stuck(self._watched, now)
        url = self._asking.address.run_page(self._run_id)
        out.json_text(
            {
                "event": "end",
                "at": moment(now),
                "runId": self._run_id,
                "why": str(end.why),
                "words": end.words or None,
                "exitStatus": int(status),
                "run": live_summary(about, board, slow, now, url) if about and board else None,
                "failures": as_json(failed, self._asking.address.instance_page),
            },
            indent=None,
        )

    def _print_failures(self, failed: Sequence[SpecFailures], environ: Mapping[str, str]) -> None:
        brief = brief_lines(failed, MOST_FAILURES)
        if not brief:
            return
        for text in _for_log(brief, failed, environ, self._clock.now()):
            out.write(f"{text}\n")
        out.line(f"The whole errors, and how to run the tests again: currents-tui failures {self._run_id}")


def _for_log(
    brief: Sequence[str], failed: Sequence[SpecFailures], environ: Mapping[str, str], now: datetime
) -> list[str]:
    """`brief` as the log of this CI job takes it best."""

    safe = [out.harmless(text) for text in brief] if out.read_as_commands(environ) else list(brief)
    if environ.get("GITHUB_ACTIONS"):
        marks = github(failed, environ.get("GITHUB_WORKSPACE", ""))
        return [*marks, "::group::Failed and flaky tests", *safe, "::endgroup::"]
    if environ.get("GITLAB_CI"):
        at = int(now.timestamp())
        return list(gitlab_section("currents_failed_tests", "Failed and flaky tests", safe, at))
    return ["", *safe, ""]
