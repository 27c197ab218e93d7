"""Lines of toned text."""

from hypothesis import given
from hypothesis import strategies as st

from currents_tui.core.cells import (
    ASCII,
    UNICODE,
    Glyphs,
    Line,
    Tone,
    cell,
    crop,
    fitting,
    line_width,
    spread,
)
from currents_tui.core.text import plain, width

texts = st.text(max_size=20).map(plain)
lines = st.lists(st.tuples(texts, st.sampled_from(Tone)), max_size=5).map(tuple)


@given(lines, st.integers(0, 60))
def test_a_cropped_line_fits(line: Line, cells: int) -> None:
    assert line_width(crop(line, cells, UNICODE)) <= cells


@given(lines, lines, st.integers(0, 60))
def test_spread_fills_its_cells_exactly(left: Line, right: Line, cells: int) -> None:
    assert line_width(spread(left, right, cells, UNICODE)) in (cells, line_width(crop(right, cells, UNICODE)))


@given(st.lists(lines, max_size=5), st.integers(0, 60))
def test_fitting_takes_whole_parts_only(parts: list[Line], cells: int) -> None:
    result = fitting(parts, cells)
    assert line_width(result) <= cells or not result


@given(texts, st.integers(0, 30), st.booleans())
def test_a_cell_is_as_wide_as_it_is_told(text: str, cells: int, right: bool) -> None:
    assert width(cell(text, cells, right=right)[0]) == cells


def test_every_glyph_is_one_cell_and_the_ascii_set_is_ascii() -> None:
    for name in Glyphs.__struct_fields__:
        drawn, plainly = getattr(UNICODE, name), getattr(ASCII, name)
        assert width(drawn) == len(drawn), name
        assert plainly.isascii(), name
        assert len(plainly) == len(drawn), name


def test_a_cut_is_shown_where_one_cell_is_left() -> None:
    line = ("tags e2e", Tone.TEXT), ("  ", Tone.TEXT), ("webshop-1", Tone.TEXT)
    assert "".join(text for text, _ in crop(line, 11, UNICODE)) == "tags e2e  …"
    assert "".join(text for text, _ in crop(line, 12, UNICODE)) == "tags e2e  w…"
    assert "".join(text for text, _ in crop(line[2:], 1, UNICODE)) == "w"
