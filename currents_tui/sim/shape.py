"""The parts that scenarios are put together from: platforms, commits, groups, runs."""

from __future__ import annotations

import random
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from currents_tui.sim.plan import Commit, Flavour, GroupPlan, Platform, RunPlan, SpecPlan, Tally
from currents_tui.sim.schedule import CREATED_AFTER_FIRST_CLAIM, Machine, Slot, in_batches, one_by_one

LIMIT = 600.0
"""The project's inactivity limit, in seconds at speed 1."""
LENGTH = 1110.0
"""How long the main run works, in seconds at speed 1."""

DAY_BY_DAY = 0.2
"""The part of a file's length that is another in every run."""

Trouble = Mapping[tuple[str, str], Tally]
"""What goes wrong, by group and file: the tally's counts, its number of tests ignored."""

FIXME = {"admin/refunds.spec.ts": 2, "i18n/currency-switch.spec.ts": 1, "orders/invoices.spec.ts": 1,
         "catalog/[id]/variants.spec.ts": 2, "cypress/e2e/settings/tax-zones.cy.ts": 1}  # fmt: skip
"""How many tests of a file their authors have switched off."""

_ALNUM = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class GroupShape:
    """A group before its specs are given to machines; times in seconds."""

    name: str
    files: Mapping[str, int]
    ready: tuple[float, ...]
    """When each of its machines first asks for work."""
    lanes: int = 1
    shortest: float = 12.0
    longest: float = 165.0
    silent: tuple[int, int] = (-1, 0)
    """Which machine falls silent, and in the how-manieth spec it takes."""


@dataclass(frozen=True, slots=True)
class RunShape:
    """A run before it is worked out."""

    key: str
    commit: Commit
    groups: tuple[GroupShape, ...]
    length: float
    """How long it works, in seconds at speed 1."""
    flavour: Flavour = "playwright"
    tags: tuple[str, ...] = ("e2e", "pr")
    trouble: Trouble | None = None
    crashed: tuple[str, str] = ("", "")
    """Group and file of a spec that broke before its tests could run."""
    early_claim: bool = False
    begins: float = 0.0
    ago: float = 0.0


def first(files: Mapping[str, int], count: int) -> dict[str, int]:
    return dict(list(files.items())[:count])


def word(rng: random.Random, length: int) -> str:
    """An id of letters and digits, as machines and Cypress instances have."""
    return "".join(rng.choices(_ALNUM, k=length))


def run_plan(shape: RunShape, seed: int, limit: float = LIMIT) -> RunPlan:
    """Work out a run: who runs what when, and how it comes out."""
    rng = random.Random(f"{seed} {shape.key}")
    run_id, cursor = f"{rng.getrandbits(64):016x}", f"{rng.getrandbits(96):024x}"
    number = rng.randrange(10**10, 3 * 10**10)
    ci_build_id = f"{'backoffice' if shape.flavour == 'cypress' else 'webshop'}-{number}-1"
    queues = [_queue(rng, group, shape.flavour, seed) for group in shape.groups]
    factor = shape.length / max(
        slot.completed for _, slots in queues for slot in slots if slot.completed != inf
    )
    return RunPlan(
        run_id=run_id,
        cursor=cursor,
        flavour=shape.flavour,
        commit=shape.commit,
        ci_build_id=ci_build_id,
        tags=shape.tags,
        groups=tuple(
            _group(rng, group, shape, ci_build_id, paths, [slot.stretched(factor) for slot in slots])
            for group, (paths, slots) in zip(shape.groups, queues, strict=True)
        ),
        limit=limit,
        created=CREATED_AFTER_FIRST_CLAIM if shape.early_claim else 0.0,
        begins=shape.begins,
        ago=shape.ago,
    )


def _queue(
    rng: random.Random, group: GroupShape, flavour: Flavour, seed: int
) -> tuple[list[str], list[Slot]]:
    """The group's files in the order of its queue, and what befalls each."""
    paths = list(group.files)
    rng.shuffle(paths)
    lengths = [_length(rng, group, path, seed) for path in paths]
    silent_machine, silent_spec = group.silent
    machines = [
        Machine(word(rng, 12), ready, group.lanes, silent_spec if number == silent_machine else 0)
        for number, ready in enumerate(group.ready)
    ]
    return paths, (in_batches if flavour == "cypress" else one_by_one)(rng, lengths, machines)


def _length(rng: random.Random, group: GroupShape, path: str, seed: int) -> float:
    """How long a file takes in this run: about as long as in every other one."""
    of_file = random.Random(f"{seed} {group.name} {path}")
    always, today = (
        chance.triangular(group.shortest, group.longest, 0.85 * group.longest) for chance in (of_file, rng)
    )
    return (1 - DAY_BY_DAY) * always + DAY_BY_DAY * today


def _group(
    rng: random.Random,
    group: GroupShape,
    shape: RunShape,
    ci_build_id: str,
    paths: Sequence[str],
    slots: Sequence[Slot],
) -> GroupPlan:
    specs = []
    for path, slot in sorted(zip(paths, slots, strict=True)):
        crashed = (group.name, path) == shape.crashed
        tests = group.files[path]
        wrong = (shape.trouble or {}).get((group.name, path), Tally(0))
        tally = Tally(tests, wrong.failures, wrong.flaky, FIXME.get(path, 0), wrong.skipped)
        cypress = shape.flavour == "cypress"
        specs.append(
            SpecPlan(
                path=path,
                instance_id=word(rng, 12) if cypress else f"{rng.getrandbits(64):016x}",
                tags=() if cypress else (path.split("/")[0],),
                tally=Tally(0, failures=1) if crashed else tally,
                machine_id=slot.machine_id,
                lane=slot.lane,
                claimed=slot.claimed,
                started=slot.started,
                ended=slot.ended,
                completed=slot.completed,
                silent=slot.silent,
                crashed=crashed,
            )
        )
    tags = tuple(sorted({tag for spec in specs for tag in spec.tags}))
    return GroupPlan(group.name or ci_build_id, platform(group.name, shape.flavour), tags, tuple(specs))


def platform(group: str, flavour: Flavour) -> Platform:
    """Playwright gives its project's name for a browser, Cypress the browser itself."""
    if flavour == "playwright":
        return Platform("linux", "Ubuntu - 22.04", group)
    browser = ("Electron", "130.0.6723.137") if "electron" in group else ("Chrome", "138.0.7204.92")
    return Platform("linux", "Debian - 12.8", *browser)
