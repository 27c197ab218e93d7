"""The themes: what each tone looks like on dark, on light, to colour-blind eyes, and in the terminal's 16.

A theme gives every tone a colour under the name `tone-…`, and a `Palette` makes styles of them.
"""

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from currents_tui.core.cells import Tone


def _theme(
    name: str, *, dark: bool, background: str, foreground: str, tones: dict[Tone, str], cursor: str
) -> Theme:
    variables = {f"tone-{tone.value}": tones.get(tone, foreground) for tone in Tone}
    variables |= {
        "cursor": cursor,
        "input-cursor-background": foreground,
        "input-selection-background": cursor,
    }
    return Theme(
        name=name,
        primary=tones[Tone.KEY],
        secondary=tones[Tone.LINK],
        warning=tones[Tone.WARNING],
        error=tones[Tone.FAILED],
        success=tones[Tone.PASSED],
        accent=tones[Tone.RUNNING],
        foreground=foreground,
        background=background,
        surface=background,
        panel=background,
        dark=dark,
        variables=variables,
    )


_DARK_TONES = {
    Tone.FRAME: "#4d5870",
    Tone.MUTED: "#8d96a8",
    Tone.STRONG: "#f2f4f8",
    Tone.PASSED: "#6fcf8e",
    Tone.FAILED: "#ff858f",
    Tone.FLAKY: "#d0a2ff",
    Tone.RUNNING: "#6cb4ff",
    Tone.WAITING: "#8d96a8",
    Tone.SKIPPED: "#8d96a8",
    Tone.CANCELED: "#b9c0cc",
    Tone.STUCK: "#ffb454",
    Tone.WARNING: "#ffb454",
    Tone.ALERT: "#ff858f",
    Tone.STALE: "#8d96a8",
    Tone.KEY: "#6cb4ff",
    Tone.LINK: "#7cd3dc",
    Tone.CYAN: "#7cd3dc",
}

_LIGHT_TONES = {
    Tone.FRAME: "#aab2c0",
    Tone.MUTED: "#5d6675",
    Tone.STRONG: "#0b0f17",
    Tone.PASSED: "#167037",
    Tone.FAILED: "#b01c28",
    Tone.FLAKY: "#7a2fd0",
    Tone.RUNNING: "#0957b5",
    Tone.WAITING: "#5d6675",
    Tone.SKIPPED: "#5d6675",
    Tone.CANCELED: "#4a5261",
    Tone.STUCK: "#8f4f00",
    Tone.WARNING: "#8f4f00",
    Tone.ALERT: "#b01c28",
    Tone.STALE: "#5d6675",
    Tone.KEY: "#0957b5",
    Tone.LINK: "#0b6b75",
    Tone.CYAN: "#0b6b75",
}

DARK = _theme(
    "dark",
    dark=True,
    background="#14171f",
    foreground="#d6dae3",
    tones=_DARK_TONES,
    cursor="#252e43",
)
LIGHT = _theme(
    "light",
    dark=False,
    background="#fbfbfd",
    foreground="#1f2430",
    tones=_LIGHT_TONES,
    cursor="#d9e5f7",
)
# Chosen so that the states differ as much as they can to colour-blind eyes of every kind: the tests measure
# it; every state has its sign and its word besides.
SAFE = _theme(
    "colour-blind",
    dark=True,
    background="#14171f",
    foreground="#d6dae3",
    tones=_DARK_TONES
    | {
        Tone.PASSED: "#5aa9ff",
        Tone.RUNNING: "#ffb800",
        Tone.FAILED: "#ff8090",
        Tone.FLAKY: "#c0d0ff",
        Tone.STUCK: "#f5f08a",
        Tone.WARNING: "#f5f08a",
        Tone.ALERT: "#ff8090",
        Tone.KEY: "#5aa9ff",
    },
    cursor="#252e43",
)
# The terminal's own colours, whatever the person has made of them.
TERMINAL = Theme(
    name="terminal",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    accent="ansi_blue",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        **{f"tone-{tone.value}": "ansi_default" for tone in Tone},
        f"tone-{Tone.MUTED.value}": "ansi_bright_black",
        f"tone-{Tone.FRAME.value}": "ansi_bright_black",
        f"tone-{Tone.PASSED.value}": "ansi_green",
        f"tone-{Tone.FAILED.value}": "ansi_red",
        f"tone-{Tone.FLAKY.value}": "ansi_magenta",
        f"tone-{Tone.RUNNING.value}": "ansi_blue",
        f"tone-{Tone.WAITING.value}": "ansi_bright_black",
        f"tone-{Tone.SKIPPED.value}": "ansi_bright_black",
        f"tone-{Tone.STUCK.value}": "ansi_yellow",
        f"tone-{Tone.WARNING.value}": "ansi_yellow",
        f"tone-{Tone.ALERT.value}": "ansi_red",
        f"tone-{Tone.STALE.value}": "ansi_bright_black",
        f"tone-{Tone.KEY.value}": "ansi_blue",
        f"tone-{Tone.LINK.value}": "ansi_cyan",
        f"tone-{Tone.CYAN.value}": "ansi_cyan",
        "cursor": "ansi_default",
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_white",
        "input-cursor-background": "ansi_white",
        "input-cursor-foreground": "ansi_black",
        "input-selection-background": "ansi_blue",
        "input-selection-foreground": "ansi_white",
        "screen-selection-background": "ansi_blue",
        "screen-selection-foreground": "ansi_white",
    },
)

THEMES = (DARK, LIGHT, SAFE, TERMINAL)
"""In the order in which the theme key goes through them."""

NAMES = tuple(theme.name for theme in THEMES)

_BOLD = frozenset({Tone.STRONG, Tone.STUCK, Tone.ALERT, Tone.KEY})


class Palette:
    """The styles of one theme.

    They are made here and not by component classes in the style sheet: nineteen of those on each of
    eight widgets are matched against every rule whenever a class changes, which was more than half
    of the time to the first frame.
    """

    def __init__(self, theme: Theme) -> None:
        self.is_truecolor = not theme.ansi
        """Whether no style depends on the terminal's own colours."""
        paper = None if theme.ansi else Color.parse(theme.background or "black").rich_color
        self._tones = {
            tone.value: Style(
                color=Color.parse(theme.variables[f"tone-{tone.value}"]).rich_color,
                bgcolor=paper,
                bold=tone in _BOLD or None,
                underline=tone is Tone.LINK or None,
                reverse=tone is Tone.ALERT or None,
            )
            for tone in Tone
        }
        # Without colours of our own the marked row is shown the other way round.
        self.cursor = (
            Style(reverse=True, bold=True)
            if theme.ansi
            else Style(bgcolor=Color.parse(theme.variables["cursor"]).rich_color, bold=True)
        )
        """Laid over the row under the cursor."""

    def __getitem__(self, tone: Tone) -> Style:
        return self._tones[tone.value]
