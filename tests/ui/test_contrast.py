"""Every text can be read in every theme: its contrast is what WCAG 2.1 asks of small text (1.4.3, AA)."""

import pytest
from textual.color import Color
from textual.theme import Theme

from currents_tui.core.cells import Tone
from currents_tui.ui.themes import THEMES

ENOUGH = 4.5
OWN = [theme for theme in THEMES if not theme.ansi]
"""The fourth theme has the terminal's own colours, which nobody here knows."""


def luminance(colour: Color) -> float:
    """https://www.w3.org/TR/WCAG21/#dfn-relative-luminance"""
    shares = (part / 255 for part in (colour.r, colour.g, colour.b))
    r, g, b = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio"""
    dark, light = sorted(map(luminance, map(Color.parse, (one, other))))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", OWN, ids=lambda theme: theme.name)
@pytest.mark.parametrize("tone", [tone for tone in Tone if tone is not Tone.FRAME])
def test_text_can_be_read_on_the_paper_and_under_the_cursor(theme: Theme, tone: Tone) -> None:
    ink = theme.variables[f"tone-{tone.value}"]
    assert theme.background is not None
    for paper in (theme.background, theme.variables["cursor"]):
        assert contrast(ink, paper) >= ENOUGH


@pytest.mark.parametrize("theme", OWN, ids=lambda theme: theme.name)
def test_the_cursor_can_be_told_from_the_paper(theme: Theme) -> None:
    """It has a mark of its own and bold letters besides."""
    assert theme.background is not None
    assert contrast(theme.variables["cursor"], theme.background) >= 1.2
