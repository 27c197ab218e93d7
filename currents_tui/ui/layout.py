"""Which panes there are at which size: functions of numbers, so that a screen has no say in it."""

from msgspec import Struct

SMALLEST = (60, 15)
TOO_SMALL = "Too small to act in: make the window larger."
"""What is said below that to whoever wants to act: nobody acts on what they cannot see."""
LEFT_FROM, SPEC_FROM = 110, 170
"""Widths in cells from which on a column on the left, and the spec under the cursor, have room."""
LEFT_WIDTH, WIDE_LEFT_WIDTH = 34, 50
TWO_FROM, THREE_FROM = 30, 50
"""Heights in cells from which on the column on the left holds two panes, and three."""

ALONE = ("runs", "failures", "log")
"""The panes that take the whole body where they have no room beside the others."""
MIDDLE = ("groups", "specs")
"""The panes of the run that is shown."""


class Layout(Struct, frozen=True):
    is_tiny: bool
    """One line is all there is."""
    left: tuple[str, ...]
    """The panes of the column on the left, from above."""
    left_width: int
    """In cells; 0: all there are."""
    middle: bool
    """Whether groups and specs are there."""
    spec: bool
    """Whether the spec under the cursor has a column of its own."""

    def has(self, pane: str) -> bool:
        """Whether `pane` is there."""
        return pane in self.left or (pane == "spec" and self.spec) or (pane in MIDDLE and self.middle)


def is_too_small(width: int, height: int) -> bool:
    """Whether one line is all that a terminal of that size shows."""
    return width < SMALLEST[0] or height < SMALLEST[1]


def layout(width: int, height: int, *, several: bool, failing: bool, alone: str) -> Layout:
    """The panes at that size. `several`: there are other runs to choose from; `failing`: something has
    failed or was flaky; `alone`: the pane that was asked for, "" for none.
    """
    beside = _beside(height, several, failing) if width >= LEFT_FROM else ()
    is_alone = bool(alone) and alone not in beside
    wide = width >= SPEC_FROM
    return Layout(
        is_tiny=is_too_small(width, height),
        left=(alone,) if is_alone else beside,
        left_width=0 if is_alone else WIDE_LEFT_WIDTH if wide else LEFT_WIDTH,
        middle=not is_alone,
        spec=wide and not is_alone,
    )


def _beside(height: int, several: bool, failing: bool) -> tuple[str, ...]:
    """As many as have room, the most wanted first. What happened is there where nothing is lost by it: every
    new line moves all the others, which are bytes.
    """
    wanted = ["runs"] if several else []
    wanted += ["failures"] if failing else []
    wanted += ["log"] if height >= THREE_FROM else []
    return tuple(wanted[: 3 if height >= THREE_FROM else 2 if height >= TWO_FROM else 1])
