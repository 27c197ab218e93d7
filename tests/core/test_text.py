"""The gate for text: whatever goes in, what comes out is safe, the same again, and as wide as it says."""

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from currents_tui.core.text import (
    MAX_JOINS,
    MAX_LENGTH,
    MAX_MARKS,
    Block,
    Text,
    block,
    clip,
    clip_start,
    fit,
    pieces,
    plain,
    width,
)
from tests.safety import forbidden

ESC = "\x1b"
FAMILY = "👨\u200d👩\u200d👧\u200d👦"

# Text that is mostly hostile: arbitrary characters are rarely controls, marks or joiners in a row.
SPICE = [
    "\x00\x07\x08\x0b\x0c\r\n\t\x1b\x7f\x85\x9b\x9c\x9d\u2028\u2029",
    "\u200b\u200c\u200d\u200e\u202e\u2066\u2069\ufeff\ue000\ud800\udfff\U000e0041",
    "\u0301\u0903\ufe0f\u20e3\u1160\u11a8👩🏽❤🇩क界한e1[]();?/@~]PX^_\\c",
]
hostile = st.text(st.one_of(st.sampled_from("".join(SPICE)), st.characters(exclude_categories=())))


class TestPlain:
    @pytest.mark.parametrize(
        "honest",
        [
            "tests/[id]/page[0-9]+.ts",
            "[/]",
            "[@click=app.quit]x[/]",
            ":smiley: and $x and {0} and %s",
            "naïve Größe Ελλάδα Привет",
            "テスト検査 검사 测试.spec.ts",
            "क्षि สวัสดี שלום مرحبا",
            "می\u200cخواهم",
            FAMILY,
            "👩🏽\u200d❤️\u200d💋\u200d👨🏽 👍🏽 ❤️ 1️⃣ 🇩🇪",
            "e\u0301\u0323",
            "\u1112\u1161\u11ab",
            "",
        ],
    )
    def test_honest_text_is_shown_as_it_is(self, honest: str) -> None:
        assert plain(honest) == honest

    @pytest.mark.parametrize(
        ("raw", "shown"),
        [
            (f"a{ESC}]52;c;AAAA\x07b", "ab"),
            (f"a{ESC}]52;c;AAAA{ESC}\\b", "ab"),
            ("a\x9d52;c;AAAA\x9cb", "ab"),
            (f"a{ESC}[31mb{ESC}[0m", "ab"),
            ("a\x9b31mb", "ab"),
            (f"a{ESC}[?1049lb", "ab"),
            (f"a{ESC}[<0;1;2Mb", "ab"),
            (f"a{ESC}P1$r0m{ESC}\\b", "ab"),
            (f"a{ESC}_Gi=1;AAAA{ESC}\\b", "ab"),
            (f"a{ESC}cb", "ab"),
            (f"a{ESC}(Bb", "ab"),
            (f"a{ESC}{ESC}[31mb", "ab"),
            (f"a{ESC}]0;no end", "a0;no end"),
            (f"a{ESC}", "a"),
            (f"a{ESC}[31", "a"),
            ("a\nb\r\nc\td\u2028e", "a b c d e"),
            ("a\x00b\x07c\x7fd\x85", "abcd "),
            ("FAILED\u202eDESSAP", "FAILEDDESSAP"),
            ("a\u200bb\ufeffc\u00add\u2066e", "abcde"),
            ("a\ud800b\ue000c\U000e0041d\uffffe", "abcde"),
            ("\u0301a", "a"),
            ("a" + "\u0301" * 300, "a" + "\u0301" * MAX_MARKS),
            ("a" + "\u0903" * 300, "a" + "\u0903" * MAX_MARKS),
            ("\u1160" * 300 + "a", "a"),
            ("a\u3164\uffa0b" + "\u3164" * 300, "ab"),
            ("P\u200dA\u200dS\u200dS", "PASS"),
            ("👩\u200d", "👩"),
            ("\u200d👩\u200dx", "👩x"),
            ("a🏽b👍🏽🏽", "ab👍🏽"),
        ],
    )
    def test_what_a_terminal_would_obey_is_gone(self, raw: str, shown: str) -> None:
        assert plain(raw) == shown

    @given(hostile)
    @example(f"{ESC}[\x9b\x9d" * 3)
    def test_it_is_total_safe_and_idempotent(self, raw: str) -> None:
        once = plain(raw)
        assert type(once) is Text
        assert forbidden(once) == ""
        assert "\n" not in once
        assert plain(once) == once
        once.encode()  # no surrogate is left that a clipboard or a file would stumble on

    @given(st.text(st.sampled_from("👩🏽\u200d\u200c❤\ufe0f\u0301\u1160aक界\x00"), max_size=40))
    def test_what_takes_no_cell_is_bounded(self, raw: str) -> None:
        """So that a line of a few cells is also a line of a few characters, on any terminal."""
        shown = plain(raw)
        bases = sum(1 for c in shown if c not in "🏽\u200d\u200c\u1160" and unicodedata.category(c)[0] != "M")
        assert len(shown) <= bases * (MAX_MARKS + 2)
        assert width(shown) * (MAX_JOINS + 1) >= bases

    def test_one_string_has_a_longest_length(self) -> None:
        assert plain("x" * (MAX_LENGTH + 5)) == "x" * MAX_LENGTH
        assert len(plain("\x00" * 10 * MAX_LENGTH + "x")) == 0

    @pytest.mark.parametrize("bait", ["\x9d", f"{ESC}]", f"{ESC}P", f"{ESC}[", "\x9b1;", f"{ESC} "])
    def test_the_work_grows_with_the_length_alone(self, bait: str) -> None:
        """A pattern that starts over at each of 80,000 introducers would take a minute and more."""
        began = time.process_time()
        plain(bait * (4 * MAX_LENGTH // len(bait)))
        assert time.process_time() - began < 5


class TestBlock:
    def test_the_lines_stay_lines(self) -> None:
        told = block(f"\n{ESC}[31mError\x1b[0m: no\r\n  at a\tb\rc\n\n")
        assert told == "Error: no\n  at a b\nc"
        assert told.first_line == "Error: no"
        assert type(told.first_line) is Text

    @given(hostile)
    def test_it_is_total_safe_and_idempotent(self, raw: str) -> None:
        once = block(raw)
        assert type(once) is Block
        assert forbidden(once.replace("\n", "")) == ""
        assert block(once) == once


shown_texts = st.one_of(
    hostile.map(plain),
    st.text(st.sampled_from("a1👩🏽\u200d❤\ufe0f🇩🇪\u0301\u1160\u11a8क界한…"), max_size=40).map(plain),
)
cells = st.integers(min_value=0, max_value=30)


class TestWidth:
    @pytest.mark.parametrize(
        ("text", "taken"),
        [("", 0), ("abc", 3), ("テスト", 6), (FAMILY, 2), ("❤️", 2), ("e\u0301", 1), ("한", 2), ("🇩🇪", 2)],
    )
    def test_it_counts_cells(self, text: str, taken: int) -> None:
        assert width(text) == taken

    @given(shown_texts, cells)
    def test_clipped_text_never_takes_more(self, text: str, room: int) -> None:
        shown = clip(text, room)
        assert width(shown) <= room
        assert shown == text or width(text) > room
        assert width(shown) >= min(width(text), room - 1)

    @pytest.mark.parametrize("room", [5, 20])
    def test_pictures_of_one_cell_that_are_joined_are_not_cut_off_in_secret(self, room: int) -> None:
        """23 characters to the cell, which is the most there can be."""
        text = plain("\u200d".join(["❤\u0301\u0302\u0303\ufe0e"] * 4) * 20)
        assert (len(text), width(text)) == (460, 20)
        assert width(clip(text, room)) == room
        assert clip(text, room).endswith("…") is (room < 20)

    @given(shown_texts, cells)
    def test_the_end_kept_never_takes_more(self, text: str, room: int) -> None:
        shown = clip_start(text, room)
        assert width(shown) <= room
        assert shown == text or width(text) > room
        assert width(shown) >= min(width(text), room - 1)

    @given(shown_texts, cells, st.booleans())
    def test_fitted_text_takes_exactly_its_cells(self, text: str, room: int, right: bool) -> None:
        assert width(fit(text, room, right=right)) == room

    @given(shown_texts, cells)
    def test_what_was_clipped_is_still_safe(self, text: str, room: int) -> None:
        assert forbidden(clip(text, room) + clip_start(text, room)) == ""

    def test_the_cut_is_shown(self) -> None:
        assert clip("abcdef", 4) == "abc…"
        assert clip_start("abcdef", 4) == "…def"
        assert clip("abcdef", 4, ellipsis="...") == "a..."
        assert clip_start("abcdef", 4, ellipsis="...") == "...f"
        assert clip("テスト", 4) == "テ…"
        assert clip_start("テスト", 4) == "…ト"
        assert clip(FAMILY + FAMILY, 3) == FAMILY + "…"

    @pytest.mark.parametrize("ellipsis", ["…", "..."])
    @pytest.mark.parametrize("text", ["abcdef", "テスト検査", FAMILY * 4])
    @pytest.mark.parametrize("room", range(8))
    def test_an_ellipsis_needs_its_own_room(self, text: str, room: int, ellipsis: str) -> None:
        assert width(clip(text, room, ellipsis=ellipsis)) <= room
        assert width(clip_start(text, room, ellipsis=ellipsis)) <= room
        assert width(fit(text, room, ellipsis=ellipsis)) == room

    def test_padding_goes_where_it_is_told(self) -> None:
        assert fit("ab", 4) == "ab  "
        assert fit("ab", 4, right=True) == "  ab"
        assert fit("ab", 0) == ""

    @given(shown_texts, cells, st.integers(1, 20))
    def test_text_in_pieces_is_whole_and_no_piece_takes_more(self, text: str, first: int, room: int) -> None:
        told = pieces(text, first, room)
        assert "".join(told) == text
        assert all(told[1:])
        for piece, there in zip(told, [first, *[room] * len(told)], strict=False):
            # Nothing of a cluster that is wider than that can stay in front of a cut.
            assert width(piece) <= there or clip(piece, there, ellipsis="") == ""

    @pytest.mark.parametrize(
        ("text", "first", "told"),
        [
            ("abcdefg", 3, ["abc", "defg"]),
            ("abcdefg", 0, ["", "abcd", "efg"]),
            ("abc", 9, ["abc"]),
            ("", 0, [""]),
            ("テスト検査", 3, ["テ", "スト", "検査"]),
            (FAMILY * 3, 1, ["", FAMILY * 2, FAMILY]),
        ],
    )
    def test_pieces_are_cut_between_clusters(self, text: str, first: int, told: list[str]) -> None:
        assert pieces(text, first, 4) == told

    def test_a_cluster_wider_than_a_piece_stands_alone(self) -> None:
        assert pieces("テスト", 1, 1) == ["", "テ", "ス", "ト"]
