"""The tests behind a run's specs: asked for a few at a time, and a finished spec once."""

import asyncio
from collections.abc import Iterable
from typing import Final, Protocol

from currents_tui.core.instance import Instance
from currents_tui.core.model import Spec
from currents_tui.core.problem import Problem
from currents_tui.watch.clock import Clock
from currents_tui.watch.patience import patiently

AT_ONCE: Final = 5
"""Questions in flight. The service's own tools found that more of them make it slower for everyone."""


class InstanceSource(Protocol):
    async def instance(self, instance_id: str) -> Instance:
        """The instance as it is now. Raises `Problem`."""


class Instances:
    """What is known of the instances that were asked for."""

    def __init__(self, source: InstanceSource, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._finished: dict[str, Instance] = {}

    async def of(self, specs: Iterable[Spec]) -> dict[str, Instance | Problem]:
        """By its id the instance of each of `specs`, or why it could not be had.

        A spec without an instance has none. What was asked for when it was complete is not asked again.
        """
        wanted = {spec.instance_id: spec for spec in specs if spec.instance_id}
        free = asyncio.Semaphore(AT_ONCE)
        found: dict[str, Instance | Problem] = {}

        async def ask(instance_id: str) -> None:
            async with free:
                try:
                    found[instance_id] = await patiently(
                        lambda: self._source.instance(instance_id), self._clock
                    )
                except Problem as problem:
                    found[instance_id] = problem

        async with asyncio.TaskGroup() as group:
            for instance_id in wanted:
                if instance_id not in self._finished:
                    group.create_task(ask(instance_id))
        for instance_id, spec in wanted.items():
            told = found.get(instance_id)
            if isinstance(told, Instance) and spec.completed_at is not None:
                self._finished[instance_id] = told
        known: dict[str, Instance | Problem] = {**self._finished, **found}
        return {instance_id: known[instance_id] for instance_id in wanted}
