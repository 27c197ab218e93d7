"""The last two rows: what was just said, and the keys that matter here."""

from collections.abc import Collection

from currents_tui.core.board import SpecRow
from currents_tui.core.cells import Line, Span, Tone, crop, fitting, joined
from currents_tui.core.commands import BY_ID, COMMANDS, TIME, Command, Place, key_label, keys_of
from currents_tui.core.failures import SpecFailures
from currents_tui.core.rows.detail import Row
from currents_tui.core.rows.look import Look
from currents_tui.core.text import clip_start, width

IN_THE_LIST = ("open", "filter", "follow", "mark", "cancel", "web", "copy", "projects")
"""The commands that matter in the list of runs, the most wanted first."""

IN_A_RUN = ("open", "cancel", "filter", "timeline", "next_failure", "web", "copy")
"""Those that matter most on the main screen; the others follow as the table has them."""

ON_THE_TIMELINE = ("open", "next_failure", "later", "zoom_in", "zoom_whole", "cancel", "web", "copy")

GROUPED = 80
"""Cells from which on the rows of the specs name their groups, or as much of them as tells them apart."""


def keys(
    place: Place,
    cells: int,
    *,
    in_list: bool = False,
    without: Collection[str] = (),
    goes_back: bool = False,
) -> Line:
    """The footer: as many keys as fit, whole, help and the way out always among them.

    `without` are the commands, by their ids, that would be refused now; `goes_back` says that the way out
    leads back to another pane.
    """
    # On a page q goes back as esc does; saying both would take the room of another key.
    untold = {Place.WATCH: ("back",), Place.TIMELINE: ("quit", "timeline")}.get(place, ("quit",))
    shown = [c for c in COMMANDS if c.short and place in c.places and c.id not in untold]
    last = [c for c in shown if c.id in ("help", "back", "quit")]
    first = [c for c in shown if c not in last and c.id not in ("mark", "projects")]
    wanted = {Place.WATCH: IN_A_RUN, Place.TIMELINE: ON_THE_TIMELINE}.get(place, ())
    first.sort(key=lambda c: wanted.index(c.id) if c.id in wanted else len(wanted))
    if in_list:
        first = [BY_ID[name] for name in IN_THE_LIST]
    tail = fitting([_hint(c, "back" if goes_back and c.id == "quit" else "") for c in last], cells)
    room = cells - 4 - sum(len(text) for text, _ in tail)
    head = fitting([_hint(c) for c in first if c.id not in without], room)
    return ((" ", Tone.TEXT), *head, ("  ", Tone.TEXT), *tail)


def typing_keys(*, of_runs: bool) -> Line:
    """The footer while a filter is typed, when every other key is a letter."""
    told = (
        (("enter", "ask the service"), ("tab", "complete"), ("esc", "back"))
        if of_runs
        else (("enter", "keep the filter"), ("esc", "drop it"))
    )
    return ((" ", Tone.TEXT), *joined(((key, Tone.KEY), (f" {does}", Tone.MUTED)) for key, does in told))


def _hint(command: Command, word: str = "") -> Line:
    return ((key_label(command.keys[0]), Tone.KEY), (f" {word or command.short}", Tone.MUTED))


HEADINGS = {
    Place.WATCH: "On the main screen",
    Place.DETAIL: "On a page of rows",
    Place.SPEC: "On the page of a spec",
    Place.TIMELINE: TIME,
}


def help_rows(look: Look, place: Place) -> tuple[Row, ...]:
    """Every command with its keys: those of `place` by section, then those of other places by place."""
    here = [c for c in COMMANDS if place in c.places]
    here.sort(key=lambda c: c.section != TIME)  # where there are any, they are what the place is for
    parts: dict[str, list[Command]] = {}
    for command in here:
        parts.setdefault(command.section, []).append(command)
    for command in (c for c in COMMANDS if c not in here):
        parts.setdefault(HEADINGS[command.places[0]], []).append(command)
    rows: list[Row] = []
    for heading, commands in parts.items():
        rows.append(Row("", heading, Tone.STRONG))
        rows += [Row(keys_of(c), c.title) for c in commands]
        rows.append(Row("", ""))
    rows += [
        Row("", "Words on the screen", Tone.STRONG),
        Row("STUK", "silent for 3 times what it, or its group, takes,", Tone.STUCK),
        Row(" ", "and as a rule for a minute at least"),
        Row("FAIL FLKY PASS", "failed; passed after a failed attempt; passed"),
        Row("RUN WAIT", "running; waiting for a machine, or queued on one"),
        Row("SKIP", "all of its tests left out on purpose"),
        Row("CANC TIME", "never reported: after a cancel; after a timeout"),
        Row("LIVE STALE", "data comes in time; the last data is old"),
        Row("OFFLINE PAUSED", "no answer comes; you stopped the asking"),
        Row("RETRYING", "the last question brought no data; it is asked again"),
        Row(f"{look.glyphs.unknown} ?", "the service has not told it"),
        Row("3F 2~ 14-", "tests: failed, flaky, skipped or ignored"),
        Row(
            f"{look.glyphs.done}{look.glyphs.claimed}{look.glyphs.waiting}",
            "done, handed to a machine, waiting",
        ),
    ]
    return tuple(rows)


def message(what: str | SpecRow, cells: int, look: Look, found: SpecFailures | None = None) -> Line:
    """The row above the keys: what was just said, else the spec under the cursor in full, with the first
    error `found` in it.
    """
    if isinstance(what, str):
        return crop(((f" {what}", Tone.TEXT),), cells, look.glyphs)
    spec = what.spec
    told = f" [{spec.group_id}]" if spec.group_id and cells < GROUPED else ""
    # Of a name that is too long the start is left out: the group behind it tells it from its like.
    room = max(20, cells - 1 - width(told)) if told else cells
    spans: list[Span] = [(f" {clip_start(spec.spec or '?', room, ellipsis=look.glyphs.ellipsis)}", Tone.TEXT)]
    error = spec.results.exception if spec.results is not None else None
    test = found.tests[0] if found is not None and found.tests else None
    line = f":{test.place[1]}" if test is not None and test.place is not None and not error else ""
    spans += [(line, Tone.TEXT), (told, Tone.MUTED)]
    if error:
        spans.append((f"  {error.first_line}", Tone.FAILED))
    elif test is not None:
        spans.append((f"  {test.first_line}", Tone.FAILED))
    if spec.machine_id:
        spans.append((f"  {what.machine} is {spec.machine_id}", Tone.MUTED))
    return crop(tuple(spans), cells, look.glyphs)
