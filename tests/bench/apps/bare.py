"""The least that a Textual application can be. `bare.py MODULE…` loads those first, as if it needed them."""

import gc
import sys
from importlib import import_module

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """One Static."""

    def compose(self) -> ComposeResult:
        yield Static("a bare application")


if __name__ == "__main__":
    if sys.argv[1:]:
        gc.disable()
        for module in sys.argv[1:]:
            import_module(module)
    Bare().run()
