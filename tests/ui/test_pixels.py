"""Pictures from strangers: decoded within bounds, and drawn with cells that keep their shape."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from textual.strip import Strip

from currents_tui.core.problem import Kind, Problem
from currents_tui.ui.pixels import KEPT, SHADES, Drawing, decode, fitted, strips
from tests.pictures import BLUE, GREEN, RED, bomb, encoded, halves


def problem_of(data: bytes) -> Problem:
    with pytest.raises(Problem) as caught:
        decode(data)
    return caught.value


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "JPEG"])
def test_what_a_browser_takes_is_decoded(kind: str) -> None:
    picture = decode(encoded(halves(), kind))
    assert (picture.mode, picture.size) == ("RGB", (40, 40))
    red, green, blue = picture.getpixel((5, 5))  # type: ignore[misc]
    assert red > 200
    assert max(green, blue) < 60


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_becomes_colours(mode: str) -> None:
    assert decode(encoded(Image.new(mode, (3, 2)))).mode == "RGB"


def test_what_can_be_seen_through_is_on_white() -> None:
    image = Image.new("RGBA", (2, 1), (0, 0, 0, 0))
    image.putpixel((1, 0), (255, 0, 0, 255))
    picture = decode(encoded(image))
    assert [picture.getpixel((x, 0)) for x in (0, 1)] == [(255, 255, 255), (255, 0, 0)]
    palette = Image.new("P", (1, 1))
    palette.info["transparency"] = 0
    assert decode(encoded(palette)).getpixel((0, 0)) == (255, 255, 255)


def test_of_what_moves_the_first_frame_is_shown() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), colour) for colour in (RED, GREEN)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert decode(out.getvalue()).getpixel((0, 0)) == RED


def test_no_more_is_kept_than_a_terminal_shows() -> None:
    assert decode(encoded(Image.new("L", (2 * KEPT, 10)))).size == (KEPT, 5)


@pytest.mark.parametrize(("width", "height"), [(7_072, 7_072), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_not_lit(width: int, height: int) -> None:
    problem = problem_of(bomb(width, height))
    assert problem.kind is Kind.TOO_LARGE
    assert problem.sentence == "The picture has more than 50 million pixels."


def test_what_is_cut_off_is_told() -> None:
    whole = encoded(Image.effect_noise((64, 64), 60))
    assert problem_of(whole[: len(whole) // 2]).sentence == "The picture is damaged or cut off."
    assert problem_of(bomb(100, 100_000)).kind is Kind.BAD_ANSWER


@pytest.mark.parametrize(
    "data", [b"", b"<html>", b"\x89PNG\r\n\x1a\n", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"]
)
def test_what_is_no_picture_is_told(data: bytes) -> None:
    problem = problem_of(data)
    assert problem.kind is Kind.BAD_ANSWER
    assert problem.sentence.startswith("It is no picture that can be read")


@given(st.binary(max_size=300), st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"]), st.integers(0, 120))
def test_whatever_comes_it_is_a_picture_or_a_sentence(junk: bytes, kind: str, at: int) -> None:
    data = bytearray(encoded(halves(9, 7), kind))
    data[at : at + len(junk)] = junk
    try:
        assert decode(bytes(data)).mode == "RGB"
    except Problem as problem:
        assert problem.sentence.endswith(".")


@given(*(st.integers(0, 5_000),) * 2, *(st.integers(-1, 300),) * 2)
def test_a_picture_fits_and_keeps_its_shape(width: int, height: int, cells: int, rows: int) -> None:
    columns, lines = fitted((width, height), cells, rows)
    assert 0 <= columns <= max(0, cells)
    assert 0 <= lines <= max(0, rows)
    if min(width, height, cells, rows) < 1:
        assert (columns, lines) == (0, 0)
    elif columns > 4 and lines > 4:
        assert abs(columns / (2 * lines) - width / height) < width / height * 0.2


def text(found: list[Strip]) -> list[str]:
    return [strip.text for strip in found]


def test_a_cell_has_two_halves_and_alike_ones_are_blanks() -> None:
    image = Image.new("RGB", (2, 4), RED)
    image.putpixel((0, 1), GREEN)
    found = strips(image, 2, 2, Drawing.HALVES)
    assert text(found) == ["▀ ", "  "]
    first, second = found[0]
    assert first.style is not None
    assert second.style is not None
    assert first.style.color is not None
    assert first.style.bgcolor is not None
    assert (first.style.color.triplet, first.style.bgcolor.triplet) == (RED, GREEN)
    assert second.style.color is None
    assert len(list(found[1])) == 1


def test_without_more_than_ascii_a_cell_is_a_blank() -> None:
    found = strips(halves(4, 8), 4, 4, Drawing.BLANKS)
    assert text(found) == ["    "] * 4
    colours = [segment.style.bgcolor.triplet for strip in found for segment in strip]  # type: ignore[union-attr]
    assert colours == [RED, RED, BLUE, BLUE]


def test_without_colours_letters_tell_what_is_bright() -> None:
    image = Image.new("L", (10, 2))
    for x in range(10):
        image.paste(x * 28, (x, 0, x + 1, 2))
    (strip,) = strips(image.convert("RGB"), 10, 9, Drawing.SHADES)
    assert strip.text == SHADES
    assert all(segment.style is None for segment in strip)


@given(*(st.integers(1, 60),) * 4, st.sampled_from([*Drawing]))
def test_what_is_drawn_is_as_large_as_it_should_be(
    width: int, height: int, cells: int, rows: int, drawing: Drawing
) -> None:
    found = strips(Image.new("RGB", (width, height), RED), cells, rows, drawing)
    columns, lines = fitted((width, height), cells, rows)
    assert [strip.cell_length for strip in found] == [columns] * lines
    assert [len(strip.text) for strip in found] == [columns] * lines
