"""What keys do to the specs of the run that is shown: open one, walk the failures, repeat and edit a test."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec import structs

from currents_tui.core.cells import Line
from currents_tui.core.rows.look import short_id
from currents_tui.core.rows.panes import failing
from currents_tui.core.state import compared_to
from currents_tui.core.watched import stuck
from currents_tui.ui.screens.pane_commands import PaneCommands

if TYPE_CHECKING:
    from currents_tui.core.artifacts import Shot
    from currents_tui.core.board import SpecRow
    from currents_tui.core.failures import FailedTest
    from currents_tui.core.model import Link
    from currents_tui.core.rows.tests import Sight
    from currents_tui.ui.screens.covering import Deeds


class SpecCommands(PaneCommands):
    """A command a method. The screen below gives them their state."""

    def pulse(self, cells: int) -> Line:
        """How fresh the data is."""
        raise NotImplementedError

    def deeds_of(self, run_id: str) -> "Deeds":
        """What can be done to that run, for a page about it."""
        raise NotImplementedError

    def inspect(self) -> None:
        """Ask for the tests of what is looked at now."""
        raise NotImplementedError

    @property
    def spec_under_cursor(self) -> "SpecRow | None":
        raise NotImplementedError

    def open_spec(self, key: str, test: str = "") -> None:
        """The page of the spec `key`, at the test of that id."""
        from currents_tui.ui.screens.spec import Around, SpecScreen

        around = Around(
            sight=self._sight,
            next_failure=self._failure_beside,
            pulse=self.pulse,
            url=self._test_url,
            repeat=self._repeat,
            edit=self._edit,
            picture=self._picture,
            deeds=self.deeds_of(self.state.selected),
            fresh=self._fresh,
            look_again=self.inspect,
        )
        self.app.push_screen(SpecScreen(self.session, key, around, test))
        self.inspect()

    def _sight(self, key: str) -> "Sight | None":
        """What is known of a spec, for its page."""
        known = self.state.current.board
        row = known.by_key.get(key) if known is not None else None
        stalls = stuck(self.state.current, self.session.clock.now(), self.state.pace, self.state.run_timeout)
        return self.panes.sight(row, self.state, stalls) if row is not None else None

    def _failure_beside(self, key: str, step: int) -> str | None:
        """The failed spec after or before `key`, the newest first, in whichever group."""
        return _beside([row.key for row in self.panes.failure_list.suspects], key, step)

    def _test_url(self, instance_id: str | None, test_id: str) -> str:
        """The page of the test, else of the spec; "" where the service names no instance."""
        if not instance_id:
            return ""
        page = self.session.spec_url(instance_id)
        return f"{page}/test/{quote(test_id, safe='')}" if test_id else page

    @property
    def page_under_cursor(self) -> str:
        """The page of the test under the cursor, else of the spec."""
        row, test = self.spec_under_cursor, self.test_under_cursor
        instance_id = row.spec.instance_id if row is not None else None
        return self._test_url(instance_id, test.test_id if test is not None else "")

    @property
    def error_under_cursor(self) -> str:
        """The error of the test under the cursor, else what kept the file from running, else its first."""
        row, test = self.spec_under_cursor, self.failed_test
        found = self.panes.failures_of(row, self.state) if row is not None else None
        if found is not None and found.exception and self.test_under_cursor is None:
            return str(found.exception)
        return str(test.message) if test is not None else ""

    def do_next_failure(self) -> None:
        self._to_failure(1)

    def do_previous_failure(self) -> None:
        self._to_failure(-1)

    def _to_failure(self, step: int) -> None:
        known, pane = self.state.current.board, self.pane("specs")
        if known is None:
            return
        if self.panes.failures.has_keys:
            entry = self.panes.failure_at_cursor
            to = _beside(self.panes.failure_list.heads, entry.row.key if entry is not None else "", step)
            self.panes.failures.go(to or "")
            return
        failures = [key for key in pane.keys if key in known.by_key and failing(known.by_key[key])]
        if not failures:
            hidden = any(map(failing, known.rows))
            self.say(
                "No failed spec matches the filter."
                if hidden
                else "No spec has failed. Key 3: the flaky ones."
            )
            return
        if self.alone:
            self.leave_alone("specs")
        self.set_focus(pane)
        if pane.cursor in failures:
            place = failures.index(pane.cursor) + step
        else:
            here = pane.keys.index(pane.cursor) if pane.cursor in pane.keys else -1
            passed = set(pane.keys[: here + 1])  # a place looked up per failure is quadratic
            before = sum(key in passed for key in failures)
            place = min(before, len(failures) - 1) if step > 0 else before - 1
        pane.go(failures[place % len(failures)])

    def do_compare(self) -> None:
        """Measure the failures against the next of the earlier runs."""
        from currents_tui.core.standing import baseline, next_choice

        current = self.state.current
        history = current.history
        base = baseline(history, next_choice(history, current.compared_to)) if history is not None else None
        if base is None:
            return
        self.state = compared_to(self.state, base.run_id)
        where = f"{base.branch or 'no branch'} {short_id(base.run_id)} ({base.state})"
        self.say(f"Failures are compared with {where}.")

    def do_repeat(self) -> None:
        row = self.spec_under_cursor
        if row is None:
            self.say("There is no spec on this row.")
        else:
            self._repeat(row.key, self.failed_test)

    def _repeat(self, key: str, test: "FailedTest | None") -> None:
        current = self.state.current
        row = current.board.by_key.get(key) if current.board is not None else None
        command = test.command if test is not None else ""
        if not command and row is not None and current.run is not None:
            from currents_tui.core.failures import repeat_file

            command = repeat_file(current.run, row.spec)
        if command:
            self.shell.copy_text(command)
        self.say(f"Sent to the clipboard: {command}" if command else "Nobody knows how to repeat this one.")

    @property
    def test_under_cursor(self) -> "FailedTest | None":
        """The failed test on the row under the cursor, among the failures."""
        entry = self.panes.failure_at_cursor if self.panes.failures.has_keys else None
        return entry.test if entry is not None else None

    @property
    def failed_test(self) -> "FailedTest | None":
        """The failed test under the cursor, else the first of the spec under it."""
        if self.test_under_cursor is not None:
            return self.test_under_cursor
        row = self.spec_under_cursor
        found = self.panes.failures_of(row, self.state) if row is not None else None
        return next(iter(found.tests), None) if found is not None else None

    def do_edit(self) -> None:
        self._edit(self.failed_test)

    def _edit(self, test: "FailedTest | None") -> None:
        from currents_tui.ui.lending import edit

        editor = self.session.editor
        if test is None or test.place is None:
            self.say("Nothing tells on which line it failed.")
            return
        if editor is None:
            self.say("There is no editor here.")
            return
        spec, line = test.place

        async def lend() -> None:
            self.say(await edit(self.app, editor, spec, line))

        self.app.call_next(lend)

    def do_picture(self) -> None:
        from currents_tui.core.artifacts import shots

        test, row = self.failed_test, self.spec_under_cursor
        if test is None or row is None:
            self.say("There is no failed test on this row, or its tests are not known yet.")
        else:
            self._picture(row.spec.instance_id or "", shots(test.artifacts))

    def _picture(self, instance_id: str, found: "tuple[Shot, ...]") -> None:
        from currents_tui.ui.pictures import picture_page

        async def fresh(shot: "Shot") -> "Shot | None":
            link = await self._fresh(instance_id, shot.link)
            return structs.replace(shot, link=link) if link is not None else None

        page = picture_page(self.session, found, pulse=self.pulse, fresh=fresh)
        if isinstance(page, str):
            self.say(page)
        else:
            self.app.push_screen(page)

    async def _fresh(self, instance_id: str, link: "Link") -> "Link | None":
        """The link as it is signed now; None when there is none any more. Raises `Problem`."""
        told = await self.following.aside(
            f"instance {instance_id}", lambda service: service.instance(instance_id)
        )
        return next((one.link for one in told.artifacts if one.link == link), None)


def _beside(keys: Sequence[str], key: str, step: int) -> str | None:
    """The one of `keys` after or before `key`, round the ends; None where there are none."""
    if not keys:
        return None
    place = keys.index(key) + step if key in keys else 0 if step > 0 else -1
    return keys[place % len(keys)]
