"""That the screen, whatever is on top of it, has those told who look elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import structs

from currents_tui.core.outside import Mark, Shade
from currents_tui.core.state import State
from currents_tui.core.text import plain
from currents_tui.ui.attention import Attention, Outlet
from currents_tui.ui.notify import Noticing, Notify
from tests.builders import failed, group, passed, run, running
from tests.core.happening import OTHER
from tests.ui.watching import Watching, watching

SPECS = (passed("a.spec.ts", took=20), passed("b.spec.ts", took=20), passed("c.spec.ts", took=20))
CLEAN = group(overall=4, complete=3, failures=0, flaky=0)
ALIVE = run(*SPECS, running("d.spec.ts", for_=5), groups=(CLEAN,))
FAILING = run(*SPECS, running("d.spec.ts", for_=5, failures=1), groups=(CLEAN,), status="FAILING")
OVER = run(
    *SPECS,
    failed("d.spec.ts"),
    groups=(group(overall=4, complete=4, failures=1),),
    state="COMPLETE",
    status="FAILED",
)


class Recorder(Attention):
    """Attention whose way out is written down."""

    def __init__(self) -> None:
        super().__init__(Noticing(notify=Notify.OSC9))
        self.rung: list[str] = []
        self.shown: list[tuple[str, Mark]] = []

    def look(self, state: State, now: datetime, outlet: Outlet) -> None:
        super().look(state, now, self)

    def ring(self, told: Sequence[str]) -> None:
        self.rung += told

    def show_outside(self, title: str, mark: Mark) -> None:
        if self.shown[-1:] != [(title, mark)]:
            self.shown.append((title, mark))


async def attentive(watched: Watching) -> Recorder:
    """What is told from now on, of runs that have been seen once."""
    recorder = watched.screen.attention = Recorder()
    await watched.advance(1)
    assert recorder.rung == []
    return recorder


async def test_a_run_that_fails_while_it_is_watched_rings_at_the_failure_and_at_the_end() -> None:
    async with watching(ALIVE) as watched:
        recorder = await attentive(watched)
        await watched.poll(FAILING)
        await watched.advance(1)
        assert [told.split(":")[0] for told in recorder.rung] == ["\x1b]9;FAILING"]
        await watched.poll(OVER)
        for _ in range(5):
            await watched.advance(1)
        assert [told.split(":")[0] for told in recorder.rung] == ["\x1b]9;FAILING", "\x1b]9;FAILED"]
        assert [(title.partition(" feat")[0], mark) for title, mark in recorder.shown] == [
            ("RUNNING 3/4", Mark(Shade.NORMAL, 75)),
            ("FAILING 3/4", Mark(Shade.ERROR, 75)),
            ("FAILED 4/4 1F", Mark()),
        ]


async def test_it_is_told_also_where_a_page_covers_the_screen() -> None:
    async with watching(ALIVE) as watched:
        recorder = await attentive(watched)
        await watched.press("question_mark")
        assert watched.app.screen is not watched.screen
        await watched.poll(OVER)
        await watched.advance(1)
        assert len(recorder.rung) == 1


async def test_a_run_beside_the_one_that_is_shown_rings_and_is_not_in_the_title() -> None:
    other = structs.replace(ALIVE, run_id=plain(OTHER))
    async with watching(ALIVE, other, size=(120, 40)) as watched:
        recorder = await attentive(watched)
        watched.service.answers[OTHER] = structs.replace(OVER, run_id=other.run_id)
        for _ in range(120):
            await watched.advance(1)
            if recorder.rung:
                break
        assert [told.split(":")[0] for told in recorder.rung] == ["\x1b]9;FAILED"]
        assert len(recorder.shown) == 1


async def test_silence_rings_at_a_tick() -> None:
    async with watching(ALIVE) as watched:
        recorder = await attentive(watched)
        for _ in range(70):
            await watched.advance(1)
        assert [told.split(":")[0] for told in recorder.rung] == ["\x1b]9;STUCK"]


async def test_a_run_that_was_over_when_it_was_opened_is_told_to_nobody() -> None:
    async with watching(OVER) as watched:
        recorder = await attentive(watched)
        await watched.advance(30)
        assert recorder.rung == []
