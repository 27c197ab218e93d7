"""Everything a person can do, once: key bindings, footer, help and palette are made from this table."""

from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct

from currents_tui.core.deed import Deed
from currents_tui.core.state import State, deed_refusal


class Place(StrEnum):
    """Where a command can be given."""

    WATCH = "watch"
    """The main screen."""
    DETAIL = "detail"
    """A page of rows: a run, the help."""
    SPEC = "spec"
    """The page of one spec."""
    TIMELINE = "timeline"
    """A run's machines over time."""


class Command(Struct, frozen=True):
    """One thing to do. `keys` are Textual's names of keys, the first of them is shown."""

    id: str
    keys: tuple[str, ...]
    title: str
    """A sentence for help and palette."""
    section: str
    short: str = ""
    """The word in the footer; "" keeps it out of there."""
    places: tuple[Place, ...] = (Place.WATCH,)
    refusal: Callable[[State], str | None] = lambda state: None
    """Why it cannot be done now, or None."""
    in_palette: bool = True

    @property
    def told(self) -> str:
        """The title where no heading says that it is about the timeline: some keys do another thing there."""
        return f"{TIME}: {self.title[:1].lower()}{self.title[1:]}" if self.section == TIME else self.title


EVERYWHERE = tuple(Place)
WITH_SPECS = (Place.WATCH, Place.SPEC)
WITH_FAILURES = (*WITH_SPECS, Place.TIMELINE)
WITH_RUNS = (Place.WATCH, Place.DETAIL)
LANES = (Place.TIMELINE,)
DEEDS = frozenset(Deed)
"""The commands that cannot be undone."""


def _needs_run(state: State) -> str | None:
    known = state.current.known is not None or state.feed is not None
    return None if known else "Nothing is known of this run yet."


def _needs_specs(state: State) -> str | None:
    current = state.current
    return None if current.board is not None and current.board.rows else "There are no specs to open yet."


def _needs_failure(state: State) -> str | None:
    known, run = state.current.board, state.current.run
    failed = known is not None and known.first_failure is not None
    # What failed or was flaky in a spec that still runs is in the sums alone.
    told = run is not None and any(group.tests.failures or group.tests.flaky for group in run.groups)
    return None if failed or told else "Nothing has failed so far."


def _needs_earlier(state: State) -> str | None:
    history = state.current.history
    if history is not None and history.runs:
        return None
    is_known = history is not None and history.is_complete
    return "There is no earlier run to compare with." if is_known else "No earlier run is known yet."


def _not_shortest(state: State) -> str | None:
    return None if state.interval > INTERVALS[0] else "1 s is the shortest interval."


def _not_longest(state: State) -> str | None:
    return None if state.interval < INTERVALS[-1] else "120 s is the longest interval."


def _not_now(deed: Deed) -> Callable[[State], str | None]:
    return lambda state: deed_refusal(state, deed, state.selected)


INTERVALS = (1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0)
"""Seconds between polls that `+` and `-` step through."""


def stepped(interval: float, step: int) -> float:
    """The interval `step` places further in `INTERVALS`, from wherever it stands now."""
    longer = [i for i in INTERVALS if i > interval]
    shorter = [i for i in INTERVALS if i < interval]
    if step > 0:
        return longer[0] if longer else interval
    return shorter[-1] if shorter else interval


MOVE, LOOK, ACT, PROGRAM, TIME = "Move", "Look", "Run", "Program", "On the timeline"

COMMANDS: tuple[Command, ...] = (
    Command(
        "open",
        ("enter",),
        "Open the spec or run under the cursor",
        LOOK,
        "open",
        places=WITH_FAILURES,
    ),
    Command("filter", ("slash",), "Filter the specs or, in the list, the runs", LOOK, "filter"),
    Command("sort", ("s",), "Sort the specs another way", LOOK, "sort"),
    Command("reverse", ("S",), "Sort backwards", LOOK),
    Command(
        "next_failure",
        ("n",),
        "Next failed spec, on the timeline also a stuck one",
        LOOK,
        "next fail",
        places=WITH_FAILURES,
        refusal=_needs_failure,
    ),
    Command(
        "previous_failure",
        ("N",),
        "Previous failed spec",
        LOOK,
        places=WITH_FAILURES,
        refusal=_needs_failure,
    ),
    Command("next_attempt", ("right_square_bracket",), "Next attempt", LOOK, "attempt", places=(Place.SPEC,)),
    Command("previous_attempt", ("left_square_bracket",), "Previous attempt", LOOK, places=(Place.SPEC,)),
    Command("wrap", ("w",), "Wrap the long lines of errors", LOOK, "wrap", places=(Place.SPEC,)),
    Command(
        "compare",
        ("d",),
        "Compare the failures with another earlier run",
        LOOK,
        refusal=_needs_earlier,
    ),
    Command("repeat", ("R",), "Copy the command that repeats a test", LOOK, "repeat", places=WITH_SPECS),
    Command("picture", ("v",), "View the screenshots of a failed test", LOOK, "view", places=WITH_SPECS),
    Command("edit", ("e",), "Open the editor where a test failed", LOOK, "edit", places=WITH_SPECS),
    Command("run_detail", ("i",), "Everything about this run", LOOK, "run", refusal=_needs_run),
    Command(
        "timeline",
        ("t",),
        "Timeline: what each machine ran, and when",
        LOOK,
        "timeline",
        places=(Place.WATCH, Place.TIMELINE),
        refusal=_needs_run,
    ),
    Command("web", ("o",), "Open in the browser", LOOK, "web", places=EVERYWHERE, refusal=_needs_run),
    Command(
        "copy",
        ("y",),
        "Copy a URL, error, id, file or commit",
        LOOK,
        "copy",
        places=EVERYWHERE,
        refusal=_needs_run,
    ),
    Command(
        "cancel",
        ("c",),
        "Cancel the run, or the marked runs, after a question",
        ACT,
        "cancel",
        places=tuple(Place),
        refusal=_not_now(Deed.CANCEL),
    ),
    Command(
        "delete",
        ("D",),
        "Delete the run, never several, after a question",
        ACT,
        places=WITH_RUNS,
        refusal=_not_now(Deed.DELETE),
    ),
    Command("follow", ("f",), "Follow the newest run of the branch", LOOK, "follow"),
    Command("projects", ("b",), "Choose another project", LOOK, "projects"),
    Command("mark", ("m",), "Mark a run, to cancel several at once", ACT, "mark"),
    Command("pause", ("space", "p"), "Pause and resume asking", ACT, "pause"),
    Command("poll_now", ("r", "ctrl+r"), "Ask now", ACT, "ask now"),
    Command("slower", ("plus", "equals_sign"), "Ask less often", ACT, refusal=_not_longest),
    Command("faster", ("minus",), "Ask more often", ACT, refusal=_not_shortest),
    Command("down", ("j", "down"), "Down", MOVE, in_palette=False, places=EVERYWHERE),
    Command("up", ("k", "up"), "Up", MOVE, in_palette=False, places=EVERYWHERE),
    Command("page_down", ("pagedown",), "A page down", MOVE, in_palette=False, places=EVERYWHERE),
    Command("page_up", ("pageup",), "A page up", MOVE, in_palette=False, places=EVERYWHERE),
    Command("half_down", ("ctrl+d",), "Half a page down", MOVE, in_palette=False, places=EVERYWHERE),
    Command("half_up", ("ctrl+u",), "Half a page up", MOVE, in_palette=False, places=EVERYWHERE),
    Command("first", ("g", "home"), "To the top", MOVE, in_palette=False, places=EVERYWHERE),
    Command("last", ("G", "end"), "To the end", MOVE, in_palette=False, places=EVERYWHERE),
    Command("next_pane", ("tab", "l", "right"), "Next pane", MOVE, in_palette=False, places=WITH_SPECS),
    Command(
        "previous_pane",
        ("shift+tab", "h", "left"),
        "Previous pane",
        MOVE,
        in_palette=False,
        places=WITH_SPECS,
    ),
    Command("runs_pane", ("0",), "Runs", MOVE),
    Command("groups_pane", ("1",), "Groups; once more folds them", MOVE),
    Command("specs_pane", ("2",), "Specs", MOVE),
    Command("failures_pane", ("3",), "Failures, with their tests and errors", MOVE),
    Command("log_pane", ("4",), "Events: what happened, newest first", MOVE),
    Command("earlier", ("h", "left"), "The machine's spec before", TIME, places=LANES, in_palette=False),
    Command(
        "later", ("l", "right"), "The machine's spec after", TIME, "later", places=LANES, in_palette=False
    ),
    Command("zoom_in", ("plus", "equals_sign"), "Zoom in", TIME, "zoom", places=LANES),
    Command("zoom_out", ("minus",), "Zoom out", TIME, places=LANES),
    Command("zoom_whole", ("0",), "The whole run", TIME, "all", places=LANES),
    Command("help", ("question_mark", "f1"), "Help: all keys", PROGRAM, "help", places=EVERYWHERE),
    Command(
        "palette",
        ("colon", "ctrl+p"),
        "Find a command by name",
        PROGRAM,
        in_palette=False,
        places=EVERYWHERE,
    ),
    Command("theme", ("T",), "Next theme", PROGRAM, places=EVERYWHERE),
    Command(
        "mouse",
        ("percent_sign",),
        "Mouse on and off; while it is on, shift selects text",
        PROGRAM,
        places=EVERYWHERE,
    ),
    Command("redraw", ("ctrl+l",), "Draw the whole screen again", PROGRAM, places=EVERYWHERE),
    Command("suspend", ("ctrl+z",), "Back to the shell; fg returns", PROGRAM, places=EVERYWHERE),
    Command(
        "back",
        ("escape",),
        "Back, close, clear the filter",
        PROGRAM,
        "back",
        in_palette=False,
        places=EVERYWHERE,
    ),
    Command("quit", ("q",), "Back one level; quit at the top", PROGRAM, "quit", places=EVERYWHERE),
    Command("leave", ("ctrl+q",), "Quit at once", PROGRAM, places=EVERYWHERE),
    Command("interrupt", ("ctrl+c",), "Quit at once, as interrupted (130)", PROGRAM, places=EVERYWHERE),
)

BY_ID = {command.id: command for command in COMMANDS}

_KEY_LABELS = {
    "slash": "/",
    "question_mark": "?",
    "colon": ":",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "percent_sign": "%",
    "escape": "esc",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "pagedown": "pgdn",
    "pageup": "pgup",
}


def key_label(key: str) -> str:
    """How a key is written for a person: "slash" -> "/", "ctrl+r" -> "ctrl+r"."""
    return _KEY_LABELS.get(key, key)


def keys_of(command: Command) -> str:
    """All keys of a command: "space p"."""
    return " ".join(key_label(key) for key in command.keys)
