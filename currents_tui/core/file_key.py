"""What a spec file is called in every run, so that it is found again in another one."""

from __future__ import annotations

from currents_tui.core.model import Run, Spec

FileKey = tuple[str, str]
"""(group, spec)."""


def group_key(run: Run, group: str | None) -> str:
    """What the group is called in every run: Cypress names one after the CI build by itself."""
    return "" if group == run.meta.ci_build_id else group or ""


def file_key(run: Run, spec: Spec) -> FileKey:
    """What the file is called in every run."""
    return group_key(run, spec.group_id), spec.spec or ""
