"""Errors keep their author's colours, and nothing else of what an escape sequence can do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.core.cells import Tone
from currents_tui.core.ink import inked, lines_of
from currents_tui.core.text import block

ESC = "\x1b"
pieces = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from([f"{ESC}[31m", f"{ESC}[0m", f"{ESC}[2J", f"{ESC}]52;c;eA==\x07", "\x9b1m", ESC]),
        st.from_regex(rf"{ESC}\[[0-9;:]{{0,12}}m", fullmatch=True),
    ),
    max_size=12,
).map("".join)


def test_colours_become_tones_and_the_text_is_plain() -> None:
    told = inked(f"Error: {ESC}[2mexpect({ESC}[22m{ESC}[31mreceived{ESC}[39m)\n{ESC}[1mbold{ESC}[22m rest")
    assert told == "Error: expect(received)\nbold rest"
    assert told.lines == (
        (("Error: ", Tone.TEXT), ("expect(", Tone.MUTED), ("received", Tone.FAILED), (")", Tone.TEXT)),
        (("bold", Tone.STRONG), (" rest", Tone.TEXT)),
    )


@pytest.mark.parametrize(
    ("parameters", "tone"),
    [
        ("32", Tone.PASSED),
        ("33", Tone.WARNING),
        ("36", Tone.CYAN),
        ("90", Tone.MUTED),
        ("91", Tone.FAILED),
        ("1;34", Tone.RUNNING),
        ("38;5;9", Tone.FAILED),
        ("38;5;46", Tone.PASSED),
        ("38;5;240", Tone.MUTED),
        ("38;2;250;20;30", Tone.FAILED),
        ("38;2;250;250;250", Tone.TEXT),
        ("48;5;196", Tone.TEXT),
        ("48;2;250;0;0;32", Tone.PASSED),
        ("7", Tone.STRONG),
        ("31;0", Tone.TEXT),
        ("", Tone.TEXT),
        ("999999", Tone.TEXT),
        ("38", Tone.TEXT),
        ("38;5", Tone.TEXT),
    ],
)
def test_a_colour_is_shown_in_the_nearest_tone(parameters: str, tone: Tone) -> None:
    assert inked(f"{ESC}[{parameters}mx").lines == ((("x", tone),),)


def test_a_colour_lasts_over_the_end_of_a_line() -> None:
    assert inked(f"{ESC}[31ma\nb").lines == ((("a", Tone.FAILED),), (("b", Tone.FAILED),))


def test_blank_lines_around_it_are_cut_off_and_indentation_is_not() -> None:
    told = inked(f"\n{ESC}[31m\n  a\n\n b{ESC}[0m\n")
    assert told == "  a\n\n b"


def test_a_block_without_colours_has_lines_too() -> None:
    assert lines_of(block("a\n\nb")) == ((("a", Tone.TEXT),), (), (("b", Tone.TEXT),))


@given(pieces)
def test_nothing_that_a_terminal_obeys_is_left(raw: str) -> None:
    told = inked(raw)
    for line in told.split("\n"):
        assert line == block(line), "what has passed the gate passes it unchanged"
    assert "\n".join("".join(text for text, _ in line) for line in told.lines) == told


@given(st.text(st.characters(exclude_characters="\x1b\x9b\x0b\x0c\x85\u2028\u2029"), max_size=40))
def test_without_sequences_it_says_what_a_block_says(raw: str) -> None:
    kept = [line for line in inked(raw).split("\n") if line.strip()]
    assert kept == [line for line in block(raw).split("\n") if line.strip()]
