"""The page of a picture: loading, drawing, turning, and every way in which it can fail."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from msgspec import structs

from currents_tui.core.artifacts import Shot
from currents_tui.core.cells import ASCII
from currents_tui.core.model import Link
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.rows.look import Look
from currents_tui.ui.pictures import NOT_INSTALLED, picture_page
from currents_tui.ui.screens.picture import PictureScreen
from currents_tui.ui.session import Fresh, Progress
from tests.builders import NOW
from tests.pictures import RED, encoded, halves
from tests.ui.watching import Watching, watching

PNG = encoded(halves(40, 20))
SHOTS = tuple(
    Shot(f"screenshot {number}", Link(f"https://files.example/{number}.png")) for number in (1, 2, 3)
)
EXPIRED = Problem(Kind.FORBIDDEN, "The link has expired (403).")


@dataclass
class Storage:
    """Gives what it was told to give, by the link's end; what it has no answer for never comes."""

    answers: dict[str, bytes | Problem]
    asked: list[str] = field(default_factory=list)
    progress: Progress | None = None
    given_up: int = 0
    """How often a question was given up."""

    async def fetch(self, url: str, progress: Progress) -> bytes:
        self.asked.append(url)
        self.progress = progress
        answer = self.answers.get(url.rsplit("/", 1)[-1])
        if answer is None:
            try:
                await asyncio.Event().wait()
            finally:
                self.given_up += 1
        if isinstance(answer, Problem):
            raise answer
        assert answer is not None
        return answer


@dataclass
class Fresher:
    """Signs links anew: the query says how often."""

    turn: int = 0
    gone: bool = False

    async def __call__(self, shot: Shot) -> Shot | None:
        self.turn += 1
        return None if self.gone else Shot("another name", Link(f"{shot.link.place}?turn={self.turn}"))


@dataclass
class Page:
    watched: Watching
    screen: PictureScreen
    storage: Storage

    def shown(self) -> str:
        return self.watched.shown()

    def colours(self) -> int:
        return len({segment.style for strip in self.screen.view.strips for segment in strip})

    async def until(self, wanted: str | Callable[[], bool]) -> None:
        reached = (lambda: wanted in self.shown()) if isinstance(wanted, str) else wanted
        await self.watched.until(reached)

    async def until_drawn(self) -> None:
        await self.until(lambda: bool(self.screen.view.strips))


@asynccontextmanager
async def page(
    storage: Storage,
    shots: tuple[Shot, ...] = SHOTS,
    *,
    fresh: Fresh | None = None,
    size: tuple[int, int] = (80, 24),
    pictures: str = "blocks",
    ascii: bool = False,
) -> AsyncIterator[Page]:
    async with watching(size=size) as watched:
        session = structs.replace(watched.app.session, fetch=storage.fetch, pictures=pictures)
        if ascii:
            session = structs.replace(session, look=Look(ASCII, session.look.zone))
        screen = picture_page(session, shots, pulse=lambda cells: (), fresh=fresh or Fresher(gone=True))
        assert isinstance(screen, PictureScreen)
        watched.app.push_screen(screen)
        await watched.pilot.pause()
        yield Page(watched, screen, storage)


async def test_it_is_loaded_and_drawn_in_its_shape() -> None:
    async with page(Storage({"1.png": PNG})) as one:
        await one.until("40×20")
        assert one.storage.asked == ["https://files.example/1.png"]
        drawn = one.screen.view.strips
        # 21 rows of 80 cells for a picture twice as wide as high.
        assert {strip.cell_length for strip in drawn} == {80}
        assert len(drawn) == 20
        assert "screenshot 1  1 of 3" in one.shown()
        assert "40×20" in one.shown()
        assert one.colours() == 2


async def test_it_is_drawn_anew_at_another_size() -> None:
    async with page(Storage({"1.png": PNG})) as one:
        await one.until_drawn()
        await one.watched.pilot.resize_terminal(40, 24)
        await one.until(lambda: one.screen.view.strips[0].cell_length == 40)
        assert len(one.screen.view.strips) == 10
        await one.watched.pilot.resize_terminal(3, 3)
        await one.watched.pilot.resize_terminal(80, 24)
        await one.until(lambda: bool(one.screen.view.strips) and one.screen.view.strips[0].cell_length == 80)


async def test_what_is_on_the_screen_is_the_picture() -> None:
    async with page(Storage({"1.png": PNG})) as one:
        await one.until_drawn()
        await one.watched.pilot.pause()
        view = one.screen.view
        line = view.render_line(1)
        assert line.cell_length == 80
        assert line.text.strip(" ▀") == ""
        (segment,) = [segment for segment in line if segment.text]
        assert segment.style is not None
        assert segment.style.bgcolor is not None
        assert segment.style.bgcolor.triplet == RED


async def test_the_others_are_a_key_away_and_loaded_once() -> None:
    async with page(Storage({f"{number}.png": PNG for number in (1, 2, 3)})) as one:
        await one.until_drawn()
        for key, number in (("]", 2), ("]", 3), ("]", 1), ("[", 3)):
            name = "right_square_bracket" if key == "]" else "left_square_bracket"
            await one.watched.press(name)
            await one.until(f"screenshot {number}  {number} of 3")
            await one.until("40×20")
        assert [url[-5] for url in one.storage.asked] == ["1", "2", "3"]


async def test_a_single_one_has_no_other() -> None:
    async with page(Storage({"1.png": PNG}), SHOTS[:1]) as one:
        await one.until_drawn()
        await one.watched.press("right_square_bracket")
        await one.until("There is no other picture.")


async def test_how_far_it_is_is_told_and_esc_gives_it_up() -> None:
    async with page(Storage({})) as one:
        await one.until(lambda: one.storage.progress is not None)
        assert one.storage.progress is not None
        one.storage.progress(250_000, 1_000_000)
        await one.until("250.0 kB of 1.0 MB")
        assert "esc cancel" in one.shown()
        await one.watched.press("escape")
        await one.until(lambda: not one.watched.shows(PictureScreen))
        await one.until(lambda: one.storage.given_up == 1)


async def test_turning_gives_up_what_is_loading() -> None:
    async with page(Storage({"2.png": PNG})) as one:
        await one.until(lambda: len(one.storage.asked) == 1)
        await one.watched.press("right_square_bracket")
        await one.until_drawn()
        assert "screenshot 2" in one.shown()
        assert one.storage.given_up == 1


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Problem(Kind.NOT_FOUND, "It is gone."), "It is gone."),
        (EXPIRED, "The link has expired (403)."),
        (b"<html>", "It is no picture that can be read: no PNG, JPEG, GIF or WebP."),
        (PNG[:60], "The picture is damaged or cut off."),
        (b"", "It is no picture that can be read: no PNG, JPEG, GIF or WebP."),
    ],
)
async def test_what_cannot_be_shown_is_a_sentence(answer: bytes | Problem, sentence: str) -> None:
    async with page(Storage({"1.png": answer, "2.png": PNG})) as one:
        await one.until(sentence)
        await one.watched.press("right_square_bracket")
        await one.until_drawn()


async def test_an_expired_link_is_renewed_once() -> None:
    fresh = Fresher()
    async with page(Storage({"1.png": EXPIRED, "1.png?turn=1": PNG}), fresh=fresh) as one:
        await one.until_drawn()
        assert [url.rsplit("/", 1)[-1] for url in one.storage.asked] == ["1.png", "1.png?turn=1"]
        await one.watched.press("y")
        await one.until("Sent to the clipboard: https://files.example/1.png?turn=1")
        assert "screenshot 1" in one.shown()
    fresh = Fresher()
    async with page(Storage({"1.png": EXPIRED, "1.png?turn=1": EXPIRED}), fresh=fresh) as one:
        await one.until("The link has expired")
        assert fresh.turn == 1


async def test_a_link_that_says_it_has_expired_is_not_followed_at_all() -> None:
    expires = int((NOW - timedelta(minutes=1)).timestamp())
    shots = (Shot("screenshot", Link(f"https://files.example/1.png?Expires={expires}")),)
    async with page(Storage({"1.png?turn=1": PNG}), shots, fresh=Fresher()) as one:
        await one.until_drawn()
        assert one.storage.asked == ["https://files.example/1.png?turn=1"]


async def test_one_that_is_gone_has_no_fresh_link() -> None:
    async with page(Storage({"1.png": EXPIRED}), fresh=Fresher(gone=True)) as one:
        await one.until("The link has expired")


async def test_it_opens_and_copies_its_link() -> None:
    async with page(Storage({"1.png": PNG})) as one:
        await one.until_drawn()
        await one.watched.press("o")
        assert one.watched.opened == ["https://files.example/1.png"]
        await one.watched.press("y")
        await one.until("Sent to the clipboard: https://files.example/1.png")


@pytest.mark.parametrize("key", ["c", "D"])
async def test_what_is_not_done_here_says_where_it_is(key: str) -> None:
    async with page(Storage({"1.png": PNG})) as one:
        await one.until_drawn()
        await one.watched.press(key)
        await one.until("Runs are cancelled and deleted on the main screen")


@pytest.mark.parametrize("key", ["c", "D", "j", "G", "s", "v"])
async def test_no_key_does_harm(key: str) -> None:
    async with page(Storage({"1.png": PNG})) as one:
        await one.until_drawn()
        await one.watched.press(key)
        assert one.watched.shows(PictureScreen)
        assert one.watched.service.written == []


async def test_where_only_ascii_can_be_drawn_nothing_else_is() -> None:
    async with page(Storage({"1.png": encoded(halves(41, 23))}), ascii=True) as one:
        await one.until_drawn()
        assert all(strip.text.isascii() for strip in one.screen.view.strips)
        assert one.colours() >= 2


async def test_without_colours_it_is_drawn_with_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with page(Storage({"1.png": PNG})) as one:
        await one.until_drawn()
        assert len({strip.text[0] for strip in one.screen.view.strips}) == 2


async def test_without_a_terminal_blocks_remain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PictureScreen, "terminal_said", None)
    async with page(Storage({"1.png": PNG}), pictures="auto") as one:
        await one.until(lambda: PictureScreen.terminal_said == "")
        await one.until_drawn()
        await one.watched.press("v")
        await one.until("blocks only")


async def test_why_there_is_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    async with watching() as watched:
        session = watched.app.session

        def told(shots: tuple[Shot, ...] = SHOTS) -> object:
            return picture_page(session, shots, pulse=lambda cells: ())

        assert told(()) == "There is no screenshot here."
        assert told() == "Pictures cannot be loaded here."
        session = structs.replace(session, fetch=Storage({}).fetch)
        monkeypatch.setitem(sys.modules, "PIL", None)
        assert told() == NOT_INSTALLED
