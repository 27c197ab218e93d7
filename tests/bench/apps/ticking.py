"""The least that watching can be with Textual: `ticking.py URL KEY SECONDS` shows the time, and throws away
what it receives.
"""

import sys
from datetime import UTC, datetime

import httpx
from textual.app import App, ComposeResult
from textual.widgets import Static


class Ticking(App[None]):
    """One Static, that shows another second each second; an answer is received each so many seconds."""

    def __init__(self, url: str, key: str, interval: float) -> None:
        super().__init__()
        self._url, self._interval = url, interval
        self._client = httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"})

    def compose(self) -> ComposeResult:
        yield Static("a ticking application")

    def on_mount(self) -> None:
        self.set_interval(self._interval, self.ask)
        self.set_interval(1.0, self.tick)

    async def ask(self) -> None:
        await self._client.get(self._url)

    def tick(self) -> None:
        self.query_one(Static).update(f"it ticks: {datetime.now(UTC):%H:%M:%S}")


if __name__ == "__main__":
    Ticking(sys.argv[1], sys.argv[2], float(sys.argv[3])).run()
