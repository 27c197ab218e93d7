"""What the screen says of its own data."""

import pytest
from msgspec import structs

from currents_tui.core.freshness import Freshness, age, freshness, tells_more
from currents_tui.core.problem import Kind
from tests.builders import NOW, canceled, passed, run, running
from tests.core.happening import after, polled, scheduled, trouble


@pytest.mark.parametrize(
    ("events", "paused", "expected"),
    [
        ([], False, Freshness.ASKING),
        ([], True, Freshness.PAUSED),
        ([polled(run(running()))], False, Freshness.LIVE),
        ([polled(run(running()), at=14)], False, Freshness.LIVE),
        ([polled(run(running()), at=16)], False, Freshness.STALE),
        ([polled(run(running()), at=89), scheduled(20, interval=30)], False, Freshness.LIVE),
        ([polled(run(running()), at=91), scheduled(20, interval=30)], False, Freshness.STALE),
        ([polled(run(running()), at=14), scheduled(1, interval=1)], False, Freshness.LIVE),
        ([polled(run(running()), at=16), scheduled(1, interval=1)], False, Freshness.STALE),
        ([polled(run(running())), trouble(Kind.OFFLINE)], False, Freshness.OFFLINE),
        ([polled(run(running())), trouble(Kind.TIMEOUT)], False, Freshness.OFFLINE),
        ([polled(run(running())), trouble(Kind.SERVER)], False, Freshness.RETRYING),
        ([polled(run(running()), at=20), trouble(Kind.SERVER)], False, Freshness.STALE),
        (
            # Asked ever more seldom because nothing usable comes: the data is no fresher for that.
            [
                polled(run(running()), at=20),
                trouble(Kind.SERVER),
                scheduled(40, interval=41, reason="backing off"),
            ],
            False,
            Freshness.STALE,
        ),
        ([polled(run(running()))], True, Freshness.PAUSED),
        (
            [polled(run(running())), trouble(Kind.SERVER), scheduled(None, reason="paused")],
            True,
            Freshness.PAUSED,
        ),
        ([polled(run(passed(), state="COMPLETE", status="PASSED"), at=900)], False, Freshness.OVER),
        ([polled(run(running())), trouble(Kind.NOT_FOUND)], False, Freshness.GONE),
        ([polled(run(running())), trouble(Kind.KEY_REFUSED), scheduled(None)], False, Freshness.STOPPED),
        ([polled(canceled(running()))], False, Freshness.LIVE),
        ([polled(canceled(running()))], True, Freshness.PAUSED),
        ([polled(canceled(running(), before=999))], False, Freshness.OVER),
        ([polled(canceled(passed()))], False, Freshness.OVER),
    ],
)
def test_freshness(events: list[object], paused: bool, expected: Freshness) -> None:
    state = structs.replace(after(*events), paused=paused)
    assert freshness(state, state.current, NOW) is expected


def test_an_age_is_never_negative() -> None:
    assert age(after(polled(run(), at=-30)).current, NOW) == 0


RUN = run(running())


@pytest.mark.parametrize(
    ("events", "more"),
    [
        ([scheduled(3)], False),
        ([polled(RUN, at=-1), scheduled(4)], False),
        ([polled(run(running(), running("b")), at=-1)], True),
        ([trouble(Kind.SERVER)], True),
        ([], False),
    ],
)
def test_the_same_told_again_tells_no_more(events: list[object], more: bool) -> None:
    before = after(polled(RUN))
    assert tells_more(before, after(*events, state=before), NOW) is more


def test_data_that_is_fresh_again_tells_more() -> None:
    before = after(polled(RUN, at=40))
    assert tells_more(before, after(polled(RUN), state=before), NOW)
    assert not tells_more(before, after(scheduled(3), state=before), NOW)
