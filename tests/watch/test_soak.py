"""Polling in all weathers, at length: it goes on, and nothing piles up."""

from __future__ import annotations

from currents_tui.api.limits import MIB
from currents_tui.core.problem import Kind
from tests.watch.soaking import soak

POLLS, WARM = 1000, 500
MORE = 2 * MIB
"""Of memory. In proportion to the 10 MB of ten thousand polls it would be half of one, which is what the
allocator takes as it pleases; 8 KB kept of each answer are four and more.
"""


async def test_a_thousand_polls_in_all_weathers_leave_nothing_behind() -> None:
    """`python -m tests.bench --only soak` makes ten thousand of them."""
    soaked = await soak(POLLS, WARM)
    assert soaked.met[""] > POLLS / 2
    assert set(soaked.met) == {
        "",
        Kind.BAD_ANSWER,
        Kind.KEY_REFUSED,
        Kind.OFFLINE,
        Kind.RATE_LIMITED,
        Kind.SERVER,
        Kind.TIMEOUT,
    }
    assert soaked.after.memory - soaked.before.memory < MORE
    assert soaked.after.files <= soaked.before.files
    assert soaked.after.threads <= soaked.before.threads
    assert (soaked.newest, soaked.listed) == (f"poll-{POLLS}", f"poll-{POLLS}")
