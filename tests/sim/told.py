"""Asking a plan for its documents at moments of the story."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from currents_tui.sim.clock import Clock
from currents_tui.sim.instances import instance_document
from currents_tui.sim.links import Signer
from currents_tui.sim.plan import RunPlan, Story
from currents_tui.sim.runs import run_json
from currents_tui.sim.scenario import story

ZERO_MS = 1_790_000_000_000
CLOCK = Clock(ZERO_MS, 1.0)


@cache
def told(scenario: str, seed: int = 1) -> Story:
    """A story, worked out once; nothing changes it."""
    return story(scenario, seed)


def run_at(run: RunPlan, t: float, clock: Clock = CLOCK, turn: int = 1) -> dict[str, Any]:
    """The run's document at `t` seconds after its zero."""
    now_ms = clock.ms(t)
    document: dict[str, Any] = json.loads(run_json(run, clock, now_ms, "proj01", Signer(turn, now_ms)))
    return document


def instance_at(run: RunPlan, instance_id: str, t: float) -> dict[str, Any]:
    now_ms = CLOCK.ms(t)
    return instance_document(run, instance_id, CLOCK, now_ms, "proj01", Signer(1, now_ms))


def outcomes(stats: dict[str, Any]) -> int:
    """How many tests have an outcome."""
    return int(stats["passes"] + stats["failures"] + stats["pending"] + stats["skipped"])
