"""The least that a Textual application can be."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """One Static."""

    def compose(self) -> ComposeResult:
        yield Static("a bare application")


if __name__ == "__main__":
    Bare().run()
