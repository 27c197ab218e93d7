"""What is sent for a notice, and that the driver lets through this and nothing like it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.cli.options import NOTIFY
from currents_tui.core.notice import Notice
from currents_tui.ui.cells import Cells
from currents_tui.ui.notify import Noticing, Notify, Way, sequences
from currents_tui.ui.sequences import ALLOWED

NOTICE = Notice("FAILED: fix: debounce the look-up", "5 of 1,046 tests failed, took 12:40")


@pytest.mark.parametrize(
    ("notify", "way", "told"),
    [
        (Notify.BELL, Way.DIRECT, ("\x07",)),
        (Notify.BELL, Way.TMUX, ("\x07",)),
        (Notify.NONE, Way.TMUX, ()),
        (Notify.OSC9, Way.DIRECT, (f"\x1b]9;{NOTICE.text}\x07",)),
        (Notify.OSC777, Way.DIRECT, (f"\x1b]777;notify;{NOTICE.title};{NOTICE.words}\x07",)),
        (Notify.OSC9, Way.TMUX, (f"\x1bPtmux;\x1b\x1b]9;{NOTICE.text}\x07\x1b\\", "\x07")),
        (Notify.OSC777, Way.BELL_ONLY, ("\x07",)),
    ],
)
def test_each_way_of_telling_it(notify: Notify, way: Way, told: tuple[str, ...]) -> None:
    assert sequences(NOTICE, Noticing(notify=notify, way=way)) == told


def test_every_setting_is_a_way_of_telling_it() -> None:
    assert tuple(map(str, Notify)) == NOTIFY


@given(st.text(), st.text(), st.sampled_from(Notify), st.sampled_from(Way))
def test_no_text_ends_its_sequence_or_makes_another_of_it(
    title: str, words: str, notify: Notify, way: Way
) -> None:
    for told in sequences(Notice(title, words), Noticing(notify=notify, way=way)):
        assert ALLOWED.fullmatch(told)
        fields = {Notify.OSC9: 1, Notify.OSC777: 3}.get(notify, 0) + (way is Way.TMUX)
        assert told.count(";") == (fields if told != "\x07" else 0)
        assert told.count("\x07") == 1


@pytest.mark.parametrize(
    "passes",
    ["\x1b]9;FAILED\x07", "\x1b]777;notify;a;b\x07", "\x1b]9;4;1;50\x07", "\x1b]9;4;0;0\x07", "\x1b[22;0t",
     "\x1b[23;0t", "\x1bPtmux;\x1b\x1b]9;FAILED\x07\x1b\\", "\x07"],
)  # fmt: skip
def test_what_passes_the_driver(passes: str) -> None:
    cells = Cells(10, 2)
    cells.feed(passes)
    assert cells.take() == passes


@pytest.mark.parametrize(
    "stays",
    [
        "\x1b]9;1;5000\x07",  # ConEmu: sleep
        "\x1b]9;2;text\x07",  # a message box
        "\x1b]9;12\x07",
        "\x1b]9;a;b\x07",
        "\x1b]9;a\x1b\\",
        "\x1b]9;4;3;0\x07",
        "\x1b]9;4;1;101\x07",
        "\x1b]777;precmd\x07",
        "\x1b]777;notify;a;b;c\x07",
        "\x1b[21t",  # asks for the title, and gets it typed
        "\x1b[22;1t",
        "\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\",
        "\x1bPtmux;\x1b\x1b]9;a\x07\x1b\\more",
    ],
)
def test_what_does_not(stays: str) -> None:
    cells = Cells(10, 2)
    cells.feed("\x1b[?1049h")
    cells.take()
    cells.feed(stays)
    # What is left of it is letters, drawn like any other text.
    assert not re.search(r"\x1b(?:[]P]|\[[0-9;]*t)|\x07", cells.take())
