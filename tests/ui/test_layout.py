"""Which panes there are at which size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.ui.layout import ALONE, layout


@pytest.mark.parametrize(
    ("size", "several", "failing", "alone", "left", "middle", "spec"),
    [
        ((80, 24), True, True, "", (), True, False),
        ((80, 24), True, True, "runs", ("runs",), False, False),
        ((80, 24), True, True, "failures", ("failures",), False, False),
        ((120, 40), True, False, "", ("runs",), True, False),
        ((120, 40), True, True, "", ("runs", "failures"), True, False),
        ((120, 24), True, True, "", ("runs",), True, False),
        ((120, 24), True, True, "failures", ("failures",), False, False),
        ((120, 40), True, True, "failures", ("runs", "failures"), True, False),
        ((120, 40), False, True, "", ("failures",), True, False),
        ((120, 40), True, True, "log", ("log",), False, False),
        ((200, 60), True, True, "", ("runs", "failures", "log"), True, True),
        ((200, 60), True, True, "log", ("runs", "failures", "log"), True, True),
        ((200, 60), False, False, "", ("log",), True, True),
    ],
)
def test_each_pane_has_its_place(
    size: tuple[int, int],
    several: bool,
    failing: bool,
    alone: str,
    left: tuple[str, ...],
    middle: bool,
    spec: bool,
) -> None:
    found = layout(*size, several=several, failing=failing, alone=alone)
    assert (found.left, found.middle, found.spec) == (left, middle, spec)


@pytest.mark.parametrize(
    ("size", "tiny"), [((59, 40), True), ((60, 14), True), ((60, 15), False), ((1, 1), True)]
)
def test_below_60x15_one_line_is_all_there_is(size: tuple[int, int], tiny: bool) -> None:
    assert layout(*size, several=True, failing=True, alone="").is_tiny is tiny


@given(st.integers(1, 300), st.integers(1, 100), st.booleans(), st.booleans(), st.sampled_from(["", *ALONE]))
def test_a_pane_that_was_asked_for_is_there_and_the_run_is_never_nowhere(
    width: int, height: int, several: bool, failing: bool, alone: str
) -> None:
    found = layout(width, height, several=several, failing=failing, alone=alone)
    assert not alone or found.has(alone)
    assert found.middle or found.left == (alone,)
    assert bool(found.left_width) is not (not found.middle)
