"""The row of a project, where one is to be chosen."""

from datetime import datetime

from currents_tui.core import words
from currents_tui.core.cells import Line, Tone, cell, spread
from currents_tui.core.model import Project
from currents_tui.core.rows.look import Look
from currents_tui.core.words import UNKNOWN


def project_row(project: Project, now: datetime, cells: int, look: Look) -> Line:
    """Its name, its id, its default branch, and when it was made."""
    name = max(12, min(40, cells - 40))
    left: Line = (
        (" ", Tone.TEXT),
        cell(project.name or UNKNOWN, name, Tone.STRONG, glyphs=look.glyphs),
        (" ", Tone.TEXT),
        cell(project.project_id or UNKNOWN, 10, glyphs=look.glyphs),
        (f" {project.default_branch_name or ''}", Tone.MUTED),
    )
    created = f"created {words.age(project.created_at, now)} " if project.created_at else ""
    return spread(left, ((created, Tone.MUTED),), cells, look.glyphs)
