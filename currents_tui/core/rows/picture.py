"""The lines around a picture: which it is, how far its loading is, what can be done."""

from __future__ import annotations

from currents_tui.core.cells import Line, Span, Tone, crop, fitting, joined, spread
from currents_tui.core.progress import Progress
from currents_tui.core.rows.look import Look, bar
from currents_tui.core.words import size

_BAR = 24


def picture_header(label: str, place: int, total: int, pulse: Line, cells: int, look: Look) -> Line:
    """What is shown, and which of how many it is, counted from 0."""
    left: list[Span] = [(label, Tone.STRONG)]
    if total > 1:
        left.append((f"  {place + 1} of {total}", Tone.MUTED))
    return ((" ", Tone.TEXT), *spread(tuple(left), pulse, cells - 2, look.glyphs))


def picture_size(pixels: tuple[int, int], stored: int, look: Look) -> str:
    """How large it is, for a person: "1280×720, 48.1 kB"."""
    return f"{pixels[0]}{look.glyphs.times}{pixels[1]}, {size(stored)}"


def loading(so_far: int, total: int | None, cells: int, look: Look) -> Line:
    """How far the loading is. Where nobody told how much there is, the bar is a broken line."""
    come = min(so_far, total) if total is not None else so_far
    drawn = bar(Progress(come, come, total), min(_BAR, max(0, cells - 30)), look, tone=Tone.RUNNING)
    told = f"{size(so_far)} of {size(total)}" if total is not None else size(so_far)
    return crop(joined(((("Loading", Tone.TEXT),), drawn, ((told, Tone.MUTED),))), cells, look.glyphs)


def picture_keys(cells: int, *, several: bool, sharper: bool, is_loading: bool) -> Line:
    """The footer, the way out always in it."""
    told = [("[ ]", "other")] if several else []
    told += [("v", "sharper")] if sharper else []
    told += [("o", "web"), ("y", "copy link"), ("?", "help")]
    way_out: Line = (("esc", Tone.KEY), (" cancel" if is_loading else " back", Tone.MUTED))
    hints: list[Line] = [((key, Tone.KEY), (f" {does}", Tone.MUTED)) for key, does in told]
    return ((" ", Tone.TEXT), *fitting([way_out, *hints], cells - 1))
