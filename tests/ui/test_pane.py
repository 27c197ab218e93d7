"""What a pane paints, and when it does not."""

from collections.abc import Sequence

from currents_tui.core.cells import Line, Tone
from tests.ui.watching import watching


async def test_nothing_is_painted_while_what_it_is_made_of_is_the_very_same() -> None:
    async with watching(size=(120, 40)) as watched:
        pane = watched.screen.pane("groups")
        keys, matter, painted = ("1", "2"), object(), list[str]()

        def paint(key: str, cells: int) -> Sequence[Line]:
            painted.append(key)
            return (((key, Tone.TEXT),),)

        def present(made_of: tuple[object, ...] | None, caption: str = "x") -> int:
            before = len(painted)
            pane.present(keys, paint, title=((caption, Tone.STRONG),), made_of=made_of)
            return len(painted) - before

        assert present((matter,)) == 2
        assert present((matter,)) == 0
        assert present((object(),)) == 2
        assert present((matter,), "y") == 2
        assert present(None) == present(None) == 2


async def test_what_comes_to_the_top_does_not_come_under_the_cursor_of_somebody_at_the_keys() -> None:
    async with watching(size=(120, 40)) as watched:
        pane = watched.screen.pane("specs")

        def present(keys: str, *, hold: bool) -> str | None:
            pane.present(tuple(keys), lambda key, cells: (((key, Tone.TEXT),),), title=(), hold=hold)
            return pane.cursor

        assert present("abc", hold=False) == "a"
        assert present("bac", hold=True) == "a"
        assert present("cba", hold=False) == "c"
