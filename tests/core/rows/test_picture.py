"""The lines around a picture fit into every width and say what matters."""

from __future__ import annotations

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from currents_tui.core.cells import ASCII, UNICODE, Line, line_width
from currents_tui.core.rows.look import Look
from currents_tui.core.rows.picture import loading, picture_header, picture_keys, picture_size

LOOK = Look(UNICODE, UTC)


def text(line: Line) -> str:
    return "".join(part for part, _ in line)


def test_which_of_how_many_it_is() -> None:
    assert "screenshot 2, attempt 1  2 of 3" in text(
        picture_header("screenshot 2, attempt 1", 1, 3, (), 80, LOOK)
    )
    assert " of " not in text(picture_header("screenshot", 0, 1, (), 80, LOOK))


def test_how_large_it_is() -> None:
    assert picture_size((1280, 720), 48_123, LOOK) == "1280×720, 48.1 kB"
    assert picture_size((1280, 720), 48_123, Look(ASCII, UTC)).isascii()


def test_how_far_the_loading_is() -> None:
    half = text(loading(500_000, 1_000_000, 80, LOOK))
    assert half.startswith("Loading  ████████████░")
    assert half.endswith("500.0 kB of 1.0 MB")
    unknown = text(loading(500_000, None, 80, LOOK))
    assert "╌╌╌" in unknown
    assert unknown.endswith("  500.0 kB")
    # A storage that sends more than it said.
    assert "░" not in text(loading(2_000, 1_000, 80, LOOK))


def test_the_way_out_is_always_told() -> None:
    assert text(picture_keys(12, several=True, sharper=True, is_loading=True)) == " esc cancel"
    wide = text(picture_keys(80, several=True, sharper=True, is_loading=False))
    assert wide == " esc back  [ ] other  v sharper  o web  y copy link  ? help"
    assert "other" not in text(picture_keys(80, several=False, sharper=False, is_loading=False))


@given(st.integers(0, 200), st.integers(0, 10**8), st.none() | st.integers(0, 10**8), st.integers(1, 40))
def test_no_line_is_wider_than_the_screen(cells: int, so_far: int, total: int | None, count: int) -> None:
    assert line_width(loading(so_far, total, cells, LOOK)) <= cells
    if cells >= 3:
        assert line_width(picture_header("x" * 50, 0, count, (), cells, LOOK)) <= cells
        for flag in (True, False):
            keys = picture_keys(cells, several=flag, sharper=flag, is_loading=flag)
            assert line_width(keys) <= cells
