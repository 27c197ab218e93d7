"""The simulated organization as its clients have left it: what is cancelled or deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from currents_tui.sim.clock import Clock, stamp
from currents_tui.sim.document import Document
from currents_tui.sim.instances import instance_document
from currents_tui.sim.links import Signer
from currents_tui.sim.plan import Cancel, RunPlan, Story
from currents_tui.sim.runs import feed_item, run_json


class Refusal(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, error: str, code: str | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.body: dict[str, Any] = {"status": "FAILED", "error": error}
        if code is not None:
            self.body["code"] = code


class Project:
    """A story told from an instant on, and what clients have done to it since.

    Not safe for several threads at once; the server lets in one at a time.
    """

    def __init__(self, story: Story, zero_ms: float, speed: float) -> None:
        """Begin the story's main run at `zero_ms` since the epoch, `speed` times as fast as in life."""
        self.story = story
        self.speed = speed
        self._zero_ms = zero_ms
        self._runs = {run.run_id: run for run in story.runs}
        self._turn = 0
        self.storage = ""
        """Where pictures can be had; "" as long as nobody serves them."""

    def clock(self, run: RunPlan) -> Clock:
        """The clock of a run. What is history keeps its age, whatever the speed; only it is shorter."""
        ago = run.ago * max(1.0, 1 / self.speed)
        return Clock(self._zero_ms + run.begins * 1000 / self.speed - ago * 1000, self.speed)

    def exists(self, run: RunPlan, now_ms: int) -> bool:
        return self.clock(run).seconds(now_ms) >= run.created

    def runs(self, now_ms: int) -> list[RunPlan]:
        """The runs there are by now, newest first."""
        there = [run for run in self._runs.values() if self.exists(run, now_ms)]
        return sorted(there, key=lambda run: self.clock(run).ms(run.created), reverse=True)

    def run(self, run_id: str, now_ms: int) -> RunPlan:
        """Raises Refusal if there is no such run (yet, or any longer)."""
        run = self._runs.get(run_id)
        if run is None or not self.exists(run, now_ms):
            raise Refusal(404, "Run not found")
        return run

    def all_runs(self) -> list[RunPlan]:
        """Every run that is not deleted, those to come included, in the order of the story."""
        return list(self._runs.values())

    def seconds(self, run: RunPlan, now_ms: int) -> float:
        return self.clock(run).seconds(now_ms)

    def run_json(self, run_id: str, now_ms: int) -> str:
        run = self.run(run_id, now_ms)
        return run_json(run, self.clock(run), now_ms, self.story.project_id, self._signer(now_ms))

    def warm_up(self, now_ms: int) -> None:
        """Work out what later answers about the main run are made of."""
        run = self.story.runs[0]
        run_json(run, self.clock(run), now_ms, self.story.project_id, Signer(0, now_ms))

    def feed_item(self, run: RunPlan, now_ms: int) -> Document:
        return feed_item(run, self.clock(run), now_ms, self.story.project_id)

    def instance(self, instance_id: str, now_ms: int) -> Document:
        """Raises Refusal if no run has such an instance."""
        for run in self._runs.values():
            if instance_id in run.home and self.exists(run, now_ms):
                clock, signer = self.clock(run), self._signer(now_ms)
                return instance_document(run, instance_id, clock, now_ms, self.story.project_id, signer)
        raise Refusal(404, "Instance not found")

    def cancel(self, run_id: str, actor: str, now_ms: int) -> Document:
        """Raises Refusal if there is no such run, or it is over."""
        run = self.run(run_id, now_ms)
        t = self.seconds(run, now_ms)
        state = run.completion_state(t)
        if state == "CANCELED":
            raise Refusal(422, "Run already cancelled")
        if state != "IN_PROGRESS":
            raise Refusal(422, f"Run is not in progress: {state}")
        self._runs[run_id] = replace(run, cancel=Cancel(t, actor))
        return {"runId": run_id, "actor": actor, "canceledAt": stamp(now_ms), "reason": "apiRequest"}

    def delete(self, run_id: str, now_ms: int) -> Document:
        """Raises Refusal if there is no such run."""
        del self._runs[self.run(run_id, now_ms).run_id]
        return {"runId": run_id, "actor": "API Request"}

    def projects(self) -> list[Document]:
        """The project of the story, and one that nobody has recorded a run for."""
        seconds = max(1, round(self.story.limit / self.speed))
        common = {"failFast": False, "inactivityTimeoutSeconds": seconds, "defaultBranchName": "main"}
        return [
            {"projectId": project_id, "name": name, "createdAt": created, **common}
            for project_id, name, created in (
                (self.story.project_id, self.story.name, "2024-02-12T09:30:11.204Z"),
                ("empty0", "style-guide", "2023-11-02T14:05:47.930Z"),
            )
        ]

    def project(self, project_id: str) -> Document:
        """Raises Refusal if there is no such project."""
        for project in self.projects():
            if project["projectId"] == project_id:
                return project
        raise Refusal(404, "Project not found")

    def _signer(self, now_ms: int) -> Signer:
        self._turn += 1
        return Signer(self._turn, now_ms, self.storage)
