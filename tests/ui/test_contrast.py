"""Every text can be read in every theme: its contrast is what WCAG 2.1 asks of small text (1.4.3, AA), and
to colour-blind eyes as well.
"""

from itertools import combinations
from math import dist

import pytest
from textual.color import Color
from textual.theme import Theme

from currents_tui.core.cells import Tone
from currents_tui.ui.themes import SAFE, THEMES

ENOUGH = 4.5
OWN = [theme for theme in THEMES if not theme.ansi]
"""The fourth theme has the terminal's own colours, which nobody here knows."""


Light = tuple[float, float, float]
"""Red, green and blue as they add up, from 0 to 1."""
Matrix = tuple[Light, Light, Light]

EYES: dict[str, Matrix] = {
    "all cones": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""What becomes of colours in eyes that lack a kind of cone. Source: Machado, Oliveira and Fernandes, A
Physiologically-based Model for Simulation of Color Vision Deficiency (2009), severity 1.0.
"""
_XYZ: Matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
_WHITE: Light = (0.9505, 1.0, 1.089)


def through(matrix: Matrix, light: Light) -> Light:
    r, g, b = (sum(share * part for share, part in zip(row, light, strict=True)) for row in matrix)
    return r, g, b


def seen(colour: str, eyes: Matrix = EYES["all cones"]) -> Light:
    """https://www.w3.org/TR/WCAG21/#dfn-relative-luminance, before it is weighted."""
    parsed = Color.parse(colour)
    r, g, b = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (parsed.r / 255, parsed.g / 255, parsed.b / 255)
    )
    r, g, b = (min(max(part, 0.0), 1.0) for part in through(eyes, (r, g, b)))
    return r, g, b


def contrast(one: str, other: str, eyes: Matrix = EYES["all cones"]) -> float:
    """https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio"""
    dark, light = sorted(through(_XYZ, seen(colour, eyes))[1] for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def difference(one: str, other: str, eyes: Matrix) -> float:
    """How different two colours look: the distance in CIELAB (1976); 2.3 is just seen side by side."""
    places = []
    for colour in (one, other):
        shares = (part / white for part, white in zip(through(_XYZ, seen(colour, eyes)), _WHITE, strict=True))
        x, y, z = (share ** (1 / 3) if share > 0.008856 else 7.787 * share + 16 / 116 for share in shares)
        places.append((116 * y - 16, 500 * (x - y), 200 * (y - z)))
    return dist(*places)


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert difference("#000000", "#ffffff", EYES["all cones"]) == pytest.approx(100, abs=0.1)
    assert (
        difference("#ff0000", "#8f7f00", EYES["deuteranopia"])
        < 35
        < difference("#ff0000", "#8f7f00", EYES["all cones"])
    )


@pytest.mark.parametrize("theme", OWN, ids=lambda theme: theme.name)
@pytest.mark.parametrize("tone", [tone for tone in Tone if tone is not Tone.FRAME])
@pytest.mark.parametrize("eyes", EYES.values(), ids=EYES)
def test_text_can_be_read_on_the_paper_and_under_the_cursor(theme: Theme, tone: Tone, eyes: Matrix) -> None:
    ink = theme.variables[f"tone-{tone.value}"]
    assert theme.background is not None
    for paper in (theme.background, theme.variables["cursor"]):
        assert contrast(ink, paper, eyes) >= ENOUGH


@pytest.mark.parametrize("eyes", EYES.values(), ids=EYES)
def test_in_one_theme_no_state_looks_like_another_to_any_eyes(eyes: Matrix) -> None:
    states = (Tone.PASSED, Tone.FAILED, Tone.FLAKY, Tone.RUNNING, Tone.STUCK)
    colours = [SAFE.variables[f"tone-{tone.value}"] for tone in states]
    for one, other in combinations(colours, 2):
        assert difference(one, other, eyes) >= 24, (one, other)


@pytest.mark.parametrize("theme", OWN, ids=lambda theme: theme.name)
def test_the_cursor_can_be_told_from_the_paper(theme: Theme) -> None:
    """It has a mark of its own and bold letters besides."""
    assert theme.background is not None
    assert contrast(theme.variables["cursor"], theme.background) >= 1.2
