"""The specs of a run in a Textual DataTable, as one would write it: `table.py URL KEY SECONDS`.

It writes the cells that changed and no others, ticks each second where a spec runs, and asks at `r`.
"""

import json
import sys
from datetime import UTC, datetime
from typing import Any, ClassVar

import httpx
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable, Static

COLUMNS = ("state", "spec", "group", "machine", "tests", "time")


def cells(spec: dict[str, Any], now: datetime) -> tuple[str, ...]:
    """A row: what the specs' pane shows of a spec."""
    stats = (spec.get("results") or {}).get("stats") or {}
    begun, ended = spec.get("claimedAt"), spec.get("completedAt")
    state = "PASS" if ended else "RUN" if begun else "WAIT"
    took = ""
    if begun:
        until = datetime.fromisoformat(ended) if ended else now
        seconds = int((until - datetime.fromisoformat(begun)).total_seconds())
        took = f"{seconds // 60}:{seconds % 60:02}"
    tests = f"{stats.get('passes', 0)}/{stats.get('tests', 0)}"
    return state, spec["spec"], spec.get("groupId") or "", spec.get("machineId") or "", tests, took


class Table(App[None]):
    """A line of totals and a table."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "ask", "ask now"),
        Binding("j", "move('down')"),
        Binding("pagedown", "move('page_down')", priority=True),
    ]

    def __init__(self, url: str, key: str, interval: float) -> None:
        super().__init__()
        self._url, self._interval = url, interval
        self._client = httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"})
        self._specs: dict[str, dict[str, Any]] = {}
        self._shown: dict[str, tuple[str, ...]] = {}

    def compose(self) -> ComposeResult:
        yield Static("a table", id="head")
        yield DataTable(cursor_type="row")

    async def on_mount(self) -> None:
        table = self.query_one(DataTable)
        for name in COLUMNS:
            table.add_column(name, key=name)
        table.focus()
        self.call_after_refresh(self.action_ask)
        self.set_interval(self._interval, self.action_ask)
        self.set_interval(1.0, self.tick)

    async def action_ask(self) -> None:
        answer = await self._client.get(self._url)
        self._specs = {spec["instanceId"]: spec for spec in json.loads(answer.content)["data"]["specs"]}
        self.draw(self._specs)
        passed = sum(spec["results"]["stats"]["passes"] for spec in self._specs.values() if spec["results"])
        self.query_one("#head", Static).update(f"{len(self._specs)} specs, {passed} tests passed")

    def tick(self) -> None:
        """The time of what runs."""
        self.draw({key: s for key, s in self._specs.items() if s["claimedAt"] and not s["completedAt"]})

    def draw(self, specs: dict[str, dict[str, Any]]) -> None:
        table, now = self.query_one(DataTable), datetime.now(UTC)
        for key, spec in specs.items():
            row, shown = cells(spec, now), self._shown.get(key)
            if shown is None:
                table.add_row(*row, key=key)
            else:
                for name, new, old in zip(COLUMNS, row, shown, strict=True):
                    if new != old:
                        table.update_cell(key, name, new)
            self._shown[key] = row

    def action_move(self, how: str) -> None:
        table = self.query_one(DataTable)
        (table.action_cursor_down if how == "down" else table.action_page_down)()


if __name__ == "__main__":
    Table(sys.argv[1], sys.argv[2], float(sys.argv[3])).run()
