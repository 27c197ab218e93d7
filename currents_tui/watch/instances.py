"""The tests behind a run's specs: asked for a few at a time, with patience."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Final, Protocol

from currents_tui.core.instance import Instance
from currents_tui.core.model import Spec
from currents_tui.core.problem import Kind, Problem
from currents_tui.watch.clock import Clock
from currents_tui.watch.patience import patiently

AT_ONCE: Final = 5
"""Questions in flight. The service's own tools found that more of them make it slower for everyone."""


class InstanceSource(Protocol):
    async def instance(self, instance_id: str) -> Instance:
        """The instance as it is now. Raises `Problem`."""


async def instances_of(
    source: InstanceSource, clock: Clock, specs: Iterable[Spec], within: float | None = None
) -> dict[str, Instance | Problem]:
    """By its id the instance of each of `specs`, or why it could not be had; a spec without one has none.

    What was not told `within` so many seconds is a `Problem` (TIMEOUT); None waits for all.
    """
    wanted = dict.fromkeys(spec.instance_id for spec in specs if spec.instance_id)
    free = asyncio.Semaphore(AT_ONCE)
    found: dict[str, Instance | Problem] = {}

    async def ask(instance_id: str) -> None:
        async with free:
            try:
                found[instance_id] = await patiently(lambda: source.instance(instance_id), clock)
            except Problem as problem:
                found[instance_id] = problem

    with suppress(TimeoutError):
        async with asyncio.timeout(within), asyncio.TaskGroup() as group:
            for instance_id in wanted:
                group.create_task(ask(instance_id))
    late = Problem(Kind.TIMEOUT, "Its tests were not told in time.")
    return {instance_id: found.get(instance_id, late) for instance_id in wanted}
