"""The cell diff: what it writes makes the same screen, costs few bytes, and obeys nobody's text."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from currents_tui.ui.cells import Cells, Unchanged
from currents_tui.ui.motion import UNKNOWN, move
from currents_tui.ui.sequences import SYNC_END, SYNC_START
from currents_tui.ui.sgr import PLAIN, apply, transition
from tests.safety import forbidden
from tests.ui.model_terminal import ModelTerminal

ENTER = "\x1b[?1049h"
LEAVE = "\x1b[?1049l"
HOME = "\x1b[1;1H"
TEXT = "38;2;224;224;224;48;2;18;18;18"
MUTED = "38;2;120;120;120;48;2;18;18;18"


def at(row: int, column: int, text: str, style: str = "") -> str:
    """A span as Textual writes it; rows and columns from 0."""
    styled = f"\x1b[{style}m{text}\x1b[0m" if style else text
    return f"\x1b[{row + 1};{column + 1}H{styled}"


def started(width: int = 80, height: int = 24, encoding: str = "utf-8") -> Cells:
    cells = Cells(width, height, encoding)
    cells.feed(ENTER)
    assert cells.take() == ENTER
    return cells


def written(cells: Cells, frame: str) -> str:
    cells.feed(frame)
    return cells.take()


STYLES = ["", "31", "1;31;44", "3;4;38;5;120", "7;32", "2;9;48;2;9;9;9", "1;38;2;1;2;3;48;2;9;9;9", "4;44"]


# --- bytes


def test_a_tick_of_eight_machines_and_a_clock_costs_less_than_110_bytes() -> None:
    cells = started()

    def frame(second: int) -> str:
        spans = [at(0, 70, f"12:00:{second:02}", TEXT)]
        spans += [at(5 + k, 2, f"machine {k}  spec.ts   {(second + k) % 10}s  │", TEXT) for k in range(8)]
        return "\n".join(spans) + HOME

    written(cells, frame(0))
    costs = [len(written(cells, frame(second)).encode()) for second in range(1, 60)]
    assert max(costs) <= 60


def test_a_poll_that_changes_eight_rows_header_and_bars_costs_less_than_a_kilobyte() -> None:
    cells = started(120, 40)

    def frame(poll: int) -> str:
        spans = [at(0, 90, f"{40 + poll}/73  {poll}F", "1;" + TEXT)]
        spans.append(at(1, 0, "█" * (50 + poll) + "░" * (50 - poll), "38;2;80;200;120;48;2;18;18;18"))
        for k in range(8):
            spans.append(at(6 + 3 * k, 0, f"spec {k}".ljust(60), TEXT))
            spans.append(at(6 + 3 * k, 60, f"{poll * 37 % 91:>3} {poll % 7}F 0:{poll:02}".ljust(60), MUTED))
        return "\n".join(spans) + HOME

    written(cells, frame(0))
    assert max(len(written(cells, frame(poll)).encode()) for poll in range(1, 30)) < 500


def test_an_equal_frame_costs_nothing() -> None:
    cells = started()
    frame = at(3, 3, "seventy-three specs", TEXT) + HOME
    assert "seventy-three" in written(cells, frame)
    assert written(cells, frame) == ""


def test_only_the_newest_state_is_written() -> None:
    cells = started()
    for n in range(100):
        cells.feed(at(0, 0, f"count {n:03}", TEXT))
    out = cells.take()
    assert "count 099" in out and len(out) < 80


def test_a_short_gap_is_written_over_and_a_long_one_jumped() -> None:
    cells = started()
    written(cells, at(0, 0, "a-b" + "-" * 40 + "c", TEXT))
    out = written(cells, at(0, 0, "x-y" + "-" * 40 + "z", TEXT))
    assert "x-y" in out and out.endswith(("\x1b[40Cz", "\x1b[44Gz"))


def test_cells_of_one_style_are_written_together_where_that_is_shorter() -> None:
    cells = started()

    def frame(mark: str) -> str:
        rows = (at(y, 0, mark, "38;2;200;10;10") + at(y, 30, mark, "38;2;10;200;10") for y in range(10))
        return "".join(rows)

    written(cells, frame("a"))
    out = written(cells, frame("b"))
    assert out.count("m") == 1  # the brush had the first colour already


def test_a_blank_is_not_worth_a_change_of_style() -> None:
    cells = started()
    frame = at(0, 0, "one", f"1;{TEXT}") + at(0, 3, " ", MUTED) + at(0, 4, "two", f"1;{TEXT}")
    assert "one two" in written(cells, frame)


# --- synchronized output


def test_brackets_stand_around_large_updates_only() -> None:
    cells = started()
    begun = []
    for data in (SYNC_START, at(0, 0, "x" * 70), SYNC_END):
        cells.feed(data)
        begun.append(cells.in_frame)
    assert begun == [True, True, False]
    large = cells.take()
    assert large.startswith(SYNC_START) and large.endswith(SYNC_END)

    for data in (SYNC_START, at(0, 0, "y"), SYNC_END):
        cells.feed(data)
    assert SYNC_START not in cells.take()
    cells.feed(SYNC_START)
    cells.feed(SYNC_END)
    assert cells.take() == ""


def test_no_brackets_where_the_terminal_has_not_said_that_it_knows_them() -> None:
    assert SYNC_START not in written(started(), at(0, 0, "x" * 70))


# --- what passes and what does not


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b[?1000h",
        "\x1b[?1016l",
        "\x1b[?7l",
        "\x1b[?25l",
        "\x1b[?2004h",
        "\x1b[?2026$p",
        "\x1b[?2048$p",
        "\x1b[>25u",
        "\x1b[<u",
        "\x1b]52;c;aGVsbG8=\x07",
        "\x1b]22;pointer\x07",
        "\x1b]2;currents\x07",
        "\x07",
        "\x1b[?1000l\x1b[?1003l",
    ],
)
@pytest.mark.parametrize("make", [started, Unchanged])
def test_what_textual_sends_passes_untouched_and_in_order(
    make: Callable[[], Cells | Unchanged], sequence: str
) -> None:
    cells = make()
    cells.feed(at(0, 0, "before"))
    cells.feed(sequence)
    cells.feed(at(1, 0, "after"))
    out = cells.take()
    assert out.index("before") < out.index(sequence) < out.index("after")


FORBIDDEN = [
    "\x1b]52;c;aGVsbG8=\x07",
    "\x1b]52;c;aGVsbG8=\x1b\\",
    "\x1b]8;;https://files.example\x1b\\",
    "\x1b]2;a title\x07",
    "\x1b]0;unterminated",
    "\x1bP1$r\x1b\\",
    "\x1b_apc\x1b\\",
    "\x1bc",
    "\x1b(0",
    "\x1b[?1049l",
    "\x1b[?25h",
    "\x1b[6n",
    "\x1b[c",
    "\x1b[3S",
    "\x1b[!p",
    "\x1b[1;5r",
    "\x1b[" + "9" * 40 + "H",
    "\x1b[2J",
    "\x1b[5B",
    "\x1b",
    "\x9b2J",
    "\x9d52;c;aGVsbG8=\x9c",
    "\x07\x08\x0b\x0c\x0e\x0f\x00\x7f\x85",
    "\u202e\u2066\u200e\u061c",
    "\u2028\u2029\ufeff\u200b",
    "\ud800",
    "\U000e0041",
    "\ue000\uf8ff\U000f0000\U0010fffd",
    "\U0010eeee",  # kitty shows a part of a picture there
]
_DRAWS = re.compile(r"\x1b\[[0-9;]*[mHGCDABJK]|[\r\n\x08]")


def assert_only_draws(out: str) -> None:
    """That nothing is in it that a terminal obeys or that misleads, but colours, moves and erasures."""
    wrong = forbidden(_DRAWS.sub("", out))
    assert not wrong, f"{set(wrong)} in {out!r}"


@pytest.mark.parametrize("hostile", FORBIDDEN)
@pytest.mark.parametrize("make", [started, Unchanged])
def test_what_stands_in_drawn_text_does_not_pass(make: Callable[[], Cells | Unchanged], hostile: str) -> None:
    cells = make()
    cells.feed(at(0, 0, f"a{hostile}é", TEXT))
    out = cells.take()
    assert f"a{hostile}" not in out
    strict = ModelTerminal(80, 24)
    strict.feed("\x1b[m" + out)
    assert strict.cells[0][0].cluster == "a"
    assert "\x08" not in out
    assert_only_draws(out)
    # A string that never ends takes only its introducer with it.
    assert "é" in out or "unterminated" in hostile


@pytest.mark.parametrize("sequence", ["\x1bc", "\x1b]52;c;?\x07", "\x1b[?47h", "\x1b]0;x\x07", "\x1b[18t"])
def test_what_textual_never_sends_does_not_pass(sequence: str) -> None:
    cells = started()
    assert written(cells, sequence) == ""


@settings(deadline=None)
@given(st.lists(st.text(max_size=40) | st.sampled_from(FORBIDDEN), max_size=8).map("".join))
def test_no_text_whatever_brings_anything_but_drawing_to_the_terminal(text: str) -> None:
    cells, plain = started(40, 5), Unchanged()
    drawn = written(cells, at(1, 2, text, TEXT))
    assert_only_draws(drawn)
    ModelTerminal(40, 5).feed(HOME + "\x1b[m" + drawn)
    plain.feed(at(1, 2, text, TEXT))
    assert_only_draws(plain.take())


@settings(deadline=None)
@given(st.text(alphabet="\x1b[]0123456789;?hlHmJKABCDG\r\n\x07\\ 你a\u0301", max_size=120))
@example("\x1b[?1049l")
@example("\x1b[?47h")
def test_no_sequence_whatever_brings_anything_but_drawing_to_the_terminal(text: str) -> None:
    cells, plain = started(40, 5), Unchanged()
    drawn = written(cells, "a" + text)
    assert_only_draws(drawn)
    if drawn:
        ModelTerminal(40, 5).feed(HOME + "\x1b[m" + drawn)
    plain.feed("a" + text)
    assert_only_draws(plain.take())


def test_what_does_not_pass_leaves_its_place_so_that_nothing_old_shows_at_the_end() -> None:
    cells = started(20, 1)
    terminal = ModelTerminal(20, 1)
    terminal.feed(written(cells, at(0, 0, "x" * 20, TEXT)))
    terminal.feed(written(cells, at(0, 0, "a\x1b[2Jb".ljust(21), TEXT)))
    assert "".join(cell.cluster for cell in terminal.cells[0]).rstrip() == "a\ufffd\ufffd\ufffdb"


# --- corners


def test_half_of_a_wide_character_cannot_stay() -> None:
    cells = started(10, 1)
    written(cells, at(0, 0, "你好吗"))
    out = written(cells, at(0, 1, "x") + at(0, 4, "y"))
    terminal = ModelTerminal(10, 1)
    terminal.feed("\x1b[H\x1b[m你好吗\x1b[H" + "\x1b[7G" + out)
    assert [cell.cluster for cell in terminal.cells[0][:6]] == [" ", "x", "好", "", "y", " "]


def test_a_flag_is_one_cluster_and_what_follows_is_placed_anew() -> None:
    cells = started(10, 1)
    out = written(cells, at(0, 0, "🇫🇷ab"))
    assert "🇫🇷\x1b[1;3Hab" in out


def test_behind_an_emoji_that_goes_the_row_is_written_anew() -> None:
    cells = started(10, 1)
    written(cells, at(0, 0, "a❤️bcd"))
    assert "xbcd" in written(cells, at(0, 0, "a x")).replace(" ", "").replace("\x1b[C", "")


def test_text_beyond_the_last_column_or_row_is_not_written() -> None:
    cells = started(5, 2)
    out = written(cells, at(0, 0, "abcdefgh") + at(7, 0, "nowhere") + at(1, 4, "你"))
    assert "abcde" in out and "f" not in out and "nowhere" not in out and "你" not in out


def test_the_last_column_is_never_left_by_a_relative_move() -> None:
    assert move(3, UNKNOWN, 4, 0) in ("\x1b[5H", "\r\x1b[B")
    assert move(3, UNKNOWN, 4, 70) == "\x1b[5;71H"
    assert move(3, UNKNOWN, 3, 5) in ("\x1b[6G", "\r\x1b[5C")
    assert move(UNKNOWN, UNKNOWN, 0, 0) == "\x1b[H"


def test_what_the_alternate_screen_showed_is_forgotten_with_it() -> None:
    cells = started()
    written(cells, at(0, 0, "here", "1;31"))
    assert written(cells, LEAVE) == f"\x1b[m{LEAVE}"
    assert written(cells, at(1, 0, "meanwhile")) == ""
    out = written(cells, ENTER)
    assert out == ENTER or out.startswith(ENTER)
    out += cells.take()
    assert "here" in out and "meanwhile" in out


def test_forgetting_writes_all_anew() -> None:
    cells = started()
    whole = written(cells, at(0, 0, "one", TEXT) + at(9, 0, "two", TEXT))
    cells.forget()
    assert cells.take() == whole


def test_after_a_resize_nothing_is_taken_for_known() -> None:
    cells = started()
    written(cells, at(0, 0, "one") + HOME)
    cells.resize(100, 30)
    assert cells.take() == ""
    assert "one" in written(cells, at(0, 0, "one") + HOME)
    cells.resize(100, 30)
    assert written(cells, at(0, 0, "one") + HOME) == ""


@pytest.mark.parametrize(
    ("erasure", "left"),
    [
        ("\x1b[2;3H\x1b[K", ["abcd", "ab", "abcd"]),
        ("\x1b[2;3H\x1b[1K", ["abcd", "   d", "abcd"]),
        ("\x1b[2;3H\x1b[2K", ["abcd", "", "abcd"]),
        ("\x1b[2;3H\x1b[J", ["abcd", "ab", ""]),
        ("\x1b[2;3H\x1b[1J", ["", "   d", "abcd"]),
        ("\x1b[2J", ["", "", ""]),
    ],
)
def test_what_is_erased_becomes_blank(erasure: str, left: list[str]) -> None:
    cells = started(4, 3)
    terminal = ModelTerminal(4, 3)
    terminal.feed(written(cells, "".join(at(y, 0, "abcd") for y in range(3))))
    terminal.feed(written(cells, erasure))
    assert ["".join(cell.cluster for cell in row).rstrip() for row in terminal.cells] == left


def test_a_widget_that_takes_text_gets_the_cursor_and_nobody_else_pays_for_it() -> None:
    cells = started()
    assert not written(cells, at(3, 3, "x") + HOME).endswith("H")
    assert written(cells, at(3, 3, "y") + "\x1b[8;10H").endswith("\x1b[8;10H")
    assert written(cells, "\x1b[8;11H") == "\x1b[C"


def test_what_the_encoding_lacks_keeps_its_place() -> None:
    out = written(started(encoding="iso8859-1"), at(0, 0, "é─你x"))
    assert "é???x" in out


# --- styles


@settings(deadline=None)
@given(st.sampled_from(STYLES), st.sampled_from(STYLES))
def test_a_transition_leads_from_one_style_to_the_other(before: str, after: str) -> None:
    start, end = apply(PLAIN, before), apply(PLAIN, after)
    sequence = transition(start, end)
    assert apply(start, sequence[2:-1]) is end if sequence else start is end
    assert apply(PLAIN, transition(None, end)[2:-1]) is end


def test_a_transition_says_only_what_differs() -> None:
    text, bold = apply(PLAIN, TEXT), apply(PLAIN, f"1;{TEXT}")
    assert transition(text, bold) == "\x1b[1m"
    assert transition(bold, text) == "\x1b[22m"
    assert transition(text, PLAIN) == "\x1b[m"
    assert transition(text, apply(PLAIN, MUTED)) == "\x1b[38;2;120;120;120m"


@pytest.mark.parametrize("nonsense", ["99999", "38", "38;2;1", "48;5;" + "1" * 9, "77", ";;;"])
def test_codes_that_nobody_knows_change_nothing(nonsense: str) -> None:
    assert apply(PLAIN, nonsense) is PLAIN
