"""How a notice reaches a person: a bell, or a notification of the terminal's."""

from enum import StrEnum

from msgspec import Struct

from currents_tui.core.notice import Notice
from currents_tui.core.text import plain

BELL = "\x07"


class Notify(StrEnum):
    BELL = "bell"
    OSC9 = "osc9"
    """iTerm2's sequence; also of kitty, WezTerm, ghostty and Windows' ConEmu."""
    OSC777 = "osc777"
    """rxvt's sequence, with a title of its own; also of foot, WezTerm, ghostty and VTE."""
    NONE = "none"


class Way(StrEnum):
    """What stands between this program and the terminal."""

    DIRECT = "direct"
    TMUX = "tmux"
    BELL_ONLY = "bell only"
    """Of two ways out, nothing but the bell is known to get through: GNU screen, the Linux console."""


class Noticing(Struct, frozen=True, kw_only=True):
    """How the program makes itself noticed outside its screen."""

    notify: Notify = Notify.BELL
    way: Way = Way.DIRECT
    title: bool = True
    """Whether the window's title is set."""
    progress: bool = False
    """Whether the terminal is told how far the run is (OSC 9;4)."""


def sequences(notice: Notice, noticing: Noticing) -> tuple[str, ...]:
    """What is to be written, each by itself.

    tmux hands a notification on only where its `allow-passthrough` is on, which it is not by itself, and
    with "on" only for a pane in sight. The bell it always takes, so in tmux that is sent as well.
    """
    notify, way = noticing.notify, noticing.way
    if notify is Notify.NONE:
        return ()
    if notify is Notify.BELL or way is Way.BELL_ONLY:
        return (BELL,)
    if notify is Notify.OSC777:
        told = f"\x1b]777;notify;{_harmless(notice.title)};{_harmless(notice.words)}\x07"
    else:
        told = f"\x1b]9;{_unlike_a_command(_harmless(notice.text))}\x07"
    if way is Way.TMUX:
        doubled = told.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\", BELL
    return (told,)


def _harmless(text: str) -> str:
    """`text` with nothing in it that ends the sequence or begins another of its fields."""
    return plain(text).replace(";", ",")


def _unlike_a_command(text: str) -> str:
    # ConEmu's commands are numbers: "9;4" is its taskbar, "9;12" the start of a prompt.
    return f"Run {text}" if text[:1].isdigit() else text
