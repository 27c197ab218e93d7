"""The page of one spec: its tests, and beside them the error, the code and what the attempt left behind."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote

from msgspec import Struct
from textual.app import ComposeResult
from textual.containers import Container

from currents_tui.core.artifacts import Shot, is_stale, shots
from currents_tui.core.cells import EMPTY, Line, Tone, line_width, spread
from currents_tui.core.commands import Command, Place
from currents_tui.core.failures import FailedTest, Outcome, outcome
from currents_tui.core.instance import Test
from currents_tui.core.model import Link
from currents_tui.core.problem import Problem
from currents_tui.core.rows.detail import Row, detail_line
from currents_tui.core.rows.footer import keys
from currents_tui.core.rows.tests import (
    THE_FILE,
    Sight,
    artifacts_of,
    attempt_rows,
    file_row,
    file_rows,
    heading,
    last_failed,
    note,
    ordered_tests,
    summary,
    test_row,
)
from currents_tui.ui.commanded import bindings
from currents_tui.ui.screens.covering import Covering, Deeds
from currents_tui.ui.session import Session
from currents_tui.ui.widgets.painted import Painted
from currents_tui.ui.widgets.pane import Pane, title

BESIDE_FROM = 110
"""Width in cells from which on the error stands beside the tests, and not below them."""


class Around(Struct, frozen=True):
    """What the page is told by the screen below it."""

    sight: Callable[[str], Sight | None]
    """(key of a spec) -> what is known of it; None when it is no longer part of the run."""
    next_failure: Callable[[str, int], str | None]
    """(key of a spec, +1 or -1) -> the key of the failed spec after or before it."""
    pulse: Callable[[int], Line]
    url: Callable[[str | None, str], str]
    """(instance id, test id) -> the page of the test on the dashboard; without a test, of the spec."""
    repeat: Callable[[str, FailedTest | None], None]
    """(key of a spec, a test of it) copies the command that repeats the test, or else the whole file."""
    picture: Callable[[str, tuple[Shot, ...]], None]
    """(instance id, its pictures) shows them."""
    edit: Callable[[FailedTest | None], None]
    """Opens the editor where a test failed."""
    fresh: Callable[[str, Link], Awaitable[Link | None]]
    """(instance id, a link of it that has expired) -> the same, signed just now. Raises `Problem`."""
    deeds: Deeds
    """What can be done to the spec's run."""
    look_again: Callable[[], None]
    """Another spec is looked at now."""


class SpecScreen(Covering):
    PLACE: ClassVar[Place] = Place.SPEC
    BINDINGS = bindings(Place.SPEC)
    AUTO_FOCUS = "#tests"

    def __init__(self, session: Session, spec_key: str, around: Around, test: str = "") -> None:
        super().__init__()
        self.session = session
        self.spec_key = spec_key
        self._around = around
        self.deeds = around.deeds
        self._sight: Sight | None = None
        self._tests: dict[str, Test] = {}
        self._keys: tuple[str, ...] = ()
        self._wanted = test
        """The test to go to as soon as it is known; "" for the first that failed."""
        self._attempts: dict[str, int] = {}
        self._wraps_code = False
        self._rows: tuple[Row, ...] = ()
        self._row_keys: tuple[str, ...] = ()
        self._shown: tuple[str, int] | None = None
        glyphs = session.look.glyphs
        self.tests = Pane(glyphs, id="tests")
        self.error = Pane(glyphs, id="error")
        self._header, self._message, self._footer = Painted(id="top"), Painted(), Painted()
        self._body = Container(self.tests, self.error, id="halves")

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._body
        yield self._message
        yield self._footer

    def on_mount(self) -> None:
        self._header.styles.height = 2
        self.on_resize()

    def on_resize(self) -> None:
        beside = self.app.size.width >= BESIDE_FROM
        self._body.styles.layout = "horizontal" if beside else "vertical"
        self.tests.styles.width = "2fr" if beside else "1fr"
        self.error.styles.width = "3fr" if beside else "1fr"
        self._share()
        self.draw()

    def _share(self) -> None:
        """The tests take no more lines than they need, and at most two in five where the error is below."""
        beside, height = self.app.size.width >= BESIDE_FROM, self.app.size.height
        needed = max(4, min(len(self._tests) + 3, (height - 4) * 2 // 5))
        self.tests.styles.height = "1fr" if beside else needed

    # --- drawing

    def draw(self) -> None:
        """Show what is known of the spec now."""
        if not self.is_attached:
            return
        now, cells = self.session.clock.now(), self.app.size.width
        self._sight = sight = self._around.sight(self.spec_key)
        self._draw_top(sight, now, cells)
        self._draw_tests(sight)
        self._draw_error(sight, now)
        self._message.show(self.said(cells))
        self._footer.show((keys(self.PLACE, cells, without=self.refused()),))

    def _draw_top(self, sight: Sight | None, now: datetime, cells: int) -> None:
        look = self.session.look
        pulse = self._around.pulse(cells)
        if sight is None:
            gone: Line = ((" This spec is no longer part of the run.", Tone.WARNING),)
            self._header.show((spread(gone, pulse, cells - 1, look.glyphs), EMPTY))
            return
        first = spread(heading(sight, cells - line_width(pulse) - 3, look), pulse, cells - 2, look.glyphs)
        self._header.show((((" ", Tone.TEXT), *first), summary(sight, now, cells, look)))

    def _draw_tests(self, sight: Sight | None) -> None:
        look = self.session.look
        instance = sight.instance if sight is not None else None
        self._tests = ordered_tests(instance) if instance is not None else {}
        found = (THE_FILE, *self._tests) if sight is not None else ()
        if found != self._keys:
            self._keys = found
            self._share()

        def paint(key: str, cells: int) -> tuple[Line, ...]:
            if key == THE_FILE:
                return (file_row(sight, cells, look),) if sight is not None else ()
            over = sight is not None and sight.row.spec.completed_at is not None
            return (test_row(self._tests[key], cells, look, is_over=over),)

        count = str(len(self._tests)) if instance is not None else ""
        self.tests.present(
            self._keys, paint, title=title(None, "Tests", count), note=((self._about_tests(), Tone.MUTED),)
        )
        if self._tests and not self._shown:
            failed = [key for key, test in self._tests.items() if _is_bad(test)]
            self.tests.go(self._wanted if self._wanted in self._tests else next(iter(failed), THE_FILE))

    def _about_tests(self) -> str:
        sight = self._sight
        if sight is None:
            return ""
        if self._tests:
            return "asking again" if sight.is_behind else "failed first"
        problem = sight.inspected.problem if sight.inspected is not None else None
        return problem.sentence if problem is not None else "asking"

    def _draw_error(self, sight: Sight | None, now: datetime) -> None:
        test = self._test
        number = self._attempt
        cells = self.error.row_cells - 1
        if sight is None:
            self._rows = ()
        elif test is None:
            self._rows = file_rows(sight, now, self.session.look, page=self._address)
        else:
            look, code, page = self.session.look, self._wraps_code, self._address
            self._rows = tuple(attempt_rows(sight, test, number, cells, look, wrap_code=code, page=page))
        # Of another test, or another attempt, one wants to see the beginning.
        shown = (self.tests.cursor or "", number)
        if len(self._row_keys) != len(self._rows) or shown != self._shown:
            self._row_keys = tuple(f"{number}" for number in range(len(self._rows)))
        is_other = self._shown is not None and shown != self._shown
        self._shown = shown if self._tests or test is not None else None
        self.error.present(
            self._row_keys,
            lambda key, cells: (detail_line(self._rows[int(key)], cells, self.session.look),),
            title=title(None, "Error" if test is not None and _is_bad(test) else "Facts"),
            note=note(test, number),
        )
        if is_other and self._row_keys:
            self.error.go(self._row_keys[0])

    @property
    def _test(self) -> Test | None:
        return self._tests.get(self.tests.cursor or "")

    @property
    def _attempt(self) -> int:
        test = self._test
        if test is None:
            return 0
        return self._attempts.get(self.tests.cursor or "", last_failed(test))

    @property
    def _failed(self) -> FailedTest | None:
        """The test under the cursor as it failed, else the first of the file."""
        sight, test = self._sight, self._test
        if sight is None or test is not None:
            return sight.failed(test) if sight is not None and test is not None else None
        return next(iter(sight.found.tests if sight.found is not None else ()), None)

    @property
    def _address(self) -> str:
        """The page of the test under the cursor, else of the spec."""
        test, instance_id = self._test, self._sight.row.spec.instance_id if self._sight is not None else None
        return self._around.url(instance_id, (test.test_id or "") if test is not None else "")

    def on_pane_moved(self, event: Pane.Moved) -> None:
        self.draw()

    def on_pane_opened(self, event: Pane.Opened) -> None:
        self.do_open()

    # --- commands

    def refusal(self, command: Command) -> str | None:
        test, sight = self._test, self._sight
        if command.id in ("next_attempt", "previous_attempt") and (test is None or len(test.attempts) < 2):
            return "There is one attempt and no other."
        instance = sight.instance if sight is not None else None
        if command.id == "picture" and instance is not None and not shots(instance.artifacts):
            return "There is no screenshot here."
        return super().refusal(command)

    def do_open(self) -> None:
        """Into the error, to scroll it; from there to what its row leads to."""
        if self.tests.has_keys:
            self.set_focus(self.error)
        else:
            self.do_web()

    def do_next_pane(self) -> None:
        self.set_focus(self.error if self.tests.has_keys else self.tests)

    def do_previous_pane(self) -> None:
        self.do_next_pane()

    def do_next_attempt(self) -> None:
        self._turn_attempt(1)

    def do_previous_attempt(self) -> None:
        self._turn_attempt(-1)

    def _turn_attempt(self, step: int) -> None:
        test = self._test
        if test is not None and self.tests.cursor is not None:
            self._attempts[self.tests.cursor] = (self._attempt + step) % len(test.attempts)
            self.draw()

    def do_wrap(self) -> None:
        self._wraps_code = not self._wraps_code
        self.say(f"Long lines of code are {'wrapped' if self._wraps_code else 'cut off'}.")

    def do_next_failure(self) -> None:
        self._to_failure(1)

    def do_previous_failure(self) -> None:
        self._to_failure(-1)

    def _to_failure(self, step: int) -> None:
        key = self._around.next_failure(self.spec_key, step)
        if key is None or key == self.spec_key:
            self.say("No other spec has failed.")
            return
        self.spec_key, self._shown, self._wanted = key, None, ""
        self._attempts.clear()
        self.tests.cursor = self.error.cursor = None  # of another spec one wants to see the beginning
        self.draw()
        self._around.look_again()

    @property
    def _row(self) -> Row | None:
        cursor = self.error.cursor
        known = self.error.has_keys and cursor is not None and int(cursor) < len(self._rows)
        return self._rows[int(cursor or 0)] if known else None

    def do_copy(self) -> None:
        """The row under the cursor; from the list of tests, the whole error."""
        row, failed = self._row, self._failed
        text = row.copies if row is not None else str(failed.message) if failed is not None else ""
        if row is None and not text and self._sight is not None:
            text = self._sight.row.spec.spec or ""
        if not text:
            self.say("Nothing to copy on this row.")
            return
        if row is not None and row.link is not None and is_stale(row.link, self.session.clock.now()):
            self._renew(row, self._copied)
        else:
            self._copied(text)

    def _copied(self, text: str) -> None:
        self.shell.copy_text(text)
        self.say(f"Sent to the clipboard: {text.partition(chr(10))[0]}")

    def do_web(self) -> None:
        row = self._row
        if row is not None and row.link is not None and row.link.is_web:
            if is_stale(row.link, self.session.clock.now()):
                self._renew(row, self._opened)
            else:
                self._opened(row.opens or row.link.url)
        elif self._address:
            self._opened(self._address)
        else:
            self.say("There is no page to open here.")

    def _opened(self, address: str) -> None:
        self.say(self.shell.open_page(address))

    def _renew(self, row: Row, use: Callable[[str], None]) -> None:
        """Ask for the link of `row` anew, for it has expired, and hand it to `use`."""
        self.say("This link has expired: asking for a fresh one.")
        self.run_worker(self._renewed(row, use), name="link", group="link", exclusive=True)

    async def _renewed(self, row: Row, use: Callable[[str], None]) -> None:
        sight, link = self._sight, row.link
        instance_id = sight.row.spec.instance_id if sight is not None else None
        if link is None or not instance_id:
            return
        try:
            fresh = await self._around.fresh(instance_id, link)
        except Problem as problem:
            self.say(problem.sentence)
            return
        if fresh is None:
            self.say("It is no longer there.")
        elif use == self._opened:
            # A trace opens in its viewer, which is told the link.
            told = row.opens.replace(quote(link.url, safe=""), quote(fresh.url, safe=""))
            use(told.replace(link.url, fresh.url))
        else:
            use(fresh.url)

    def do_picture(self) -> None:
        """The screenshots of the attempt, else all that the spec left."""
        sight, test = self._sight, self._test
        instance = sight.instance if sight is not None else None
        if sight is None or instance is None:
            self.say("Nothing is known of its screenshots yet.")
            return
        of_attempt = artifacts_of(instance, test, self._attempt) if test is not None else ()
        self._around.picture(sight.row.spec.instance_id or "", shots(of_attempt) or shots(instance.artifacts))

    def do_repeat(self) -> None:
        self._around.repeat(self.spec_key, self._failed)

    def do_edit(self) -> None:
        self._around.edit(self._failed)

    def do_back(self) -> None:
        if self.error.has_keys:
            self.set_focus(self.tests)
        else:
            self.dismiss()


def _is_bad(test: Test) -> bool:
    return outcome(test) in (Outcome.FAILED, Outcome.FLAKY)
