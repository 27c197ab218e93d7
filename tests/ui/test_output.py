"""The thread that writes: what is on the terminal when a signal ends a frame on its way out."""

import fcntl
import os
import select

from currents_tui.ui.output import Output
from tests import guards

ROOM = 4096
"""Bytes that the pipe takes before it is read from: as many as go out in one write at most."""
CELL = "\x1b[38;2;200;100;50m\N{BOX DRAWINGS HEAVY VERTICAL}"


def halted_in_its_first_frame(frame: str) -> bytes:
    """What a terminal that has taken in one write of `frame` was sent, when nothing more goes out."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, ROOM)
    output = Output(writing, lambda: frame, "utf-8", lambda: None)
    output.start()
    output.wake()
    assert select.select([reading], [], [], 30)[0], "nothing was written"
    output.halt()
    output.close(5)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        return told.read()


def test_a_frame_is_cut_between_two_sequences_wherever_the_room_ends() -> None:
    for shift in range(len(CELL.encode())):
        sent = halted_in_its_first_frame("x" * shift + CELL * 500)
        assert ROOM // 2 < len(sent) < len(CELL * 500)
        guards.assert_harmless(sent)


def test_a_frame_with_no_sequence_goes_out_all_the_same() -> None:
    assert halted_in_its_first_frame("y" * 3 * ROOM) == b"y" * ROOM
