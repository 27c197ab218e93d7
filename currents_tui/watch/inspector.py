"""Asks for the tests of the specs that are looked at: a few at a time, none while the service wants quiet."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from currents_tui.core.events import Asked, Event, InstanceTold
from currents_tui.core.inspection import Inspected, sign_of
from currents_tui.core.instance import Instance
from currents_tui.core.model import Spec
from currents_tui.core.problem import Problem
from currents_tui.watch.clock import Clock
from currents_tui.watch.instances import AT_ONCE, InstanceSource

PER_MINUTE = 60
"""Questions in a minute: whoever pages through a thousand failures does not use up the key's allowance."""


class Inspector:
    """Starts what is wanted and tells `emit` what came. `failed` hears of every `Problem`."""

    def __init__(
        self, clock: Clock, emit: Callable[[Event], None], failed: Callable[[Problem], None]
    ) -> None:
        self._clock = clock
        self._emit = emit
        self._failed = failed
        self._under_way: set[str] = set()
        self._asked: list[datetime] = []

    def want(
        self, source: InstanceSource, group: asyncio.TaskGroup, run_id: str, specs: Iterable[Spec]
    ) -> None:
        """Ask for the tests of `specs`, the first of them first, as far as that is possible now.

        What is not asked for now is to be wanted again: nothing waits in here for a look that has passed.
        """
        now = self._clock.now()
        # One that is still to come was asked before the wall clock was set back.
        self._asked = [at for at in self._asked if timedelta() <= now - at < timedelta(minutes=1)]
        for spec in specs:
            if len(self._under_way) >= AT_ONCE or len(self._asked) >= PER_MINUTE:
                return
            if not spec.instance_id or spec.instance_id in self._under_way:
                continue
            self._under_way.add(spec.instance_id)
            self._asked.append(now)
            self._emit(Asked(run_id=f"instance {spec.instance_id}", at=now))
            group.create_task(self._ask(source, run_id, spec, spec.instance_id))

    async def _ask(self, source: InstanceSource, run_id: str, spec: Spec, instance_id: str) -> None:
        told: Instance | Problem
        try:
            told = await source.instance(instance_id)
        except Problem as problem:
            self._failed(problem)
            told = problem
        finally:
            self._under_way.discard(instance_id)
        found = Inspected(told, sign_of(spec), self._clock.now())
        self._emit(InstanceTold(run_id=run_id, instance_id=instance_id, inspected=found))
