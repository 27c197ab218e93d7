"""One row over the keys that asks what to copy; any key that it does not offer closes it."""

from textual.app import ComposeResult
from textual.screen import ModalScreen

from currents_tui.core.cells import Line, Span, Tone
from currents_tui.ui.widgets.painted import Painted


class CopyMenu(ModalScreen[str | None], inherit_bindings=False):
    """Gives the text to copy, or None."""

    def __init__(self, offered: tuple[tuple[str, str, str], ...]) -> None:
        super().__init__()
        self._offered = offered

    def compose(self) -> ComposeResult:
        yield Painted(id="menu")

    def on_mount(self) -> None:
        spans: list[Span] = [(" Copy: ", Tone.STRONG)]
        for key, name, _ in self._offered:
            spans += [(key, Tone.KEY), (f" {name}  ", Tone.TEXT)]
        line: Line = (*spans, ("esc", Tone.KEY))
        self.query_one("#menu", Painted).show((line,))

    def press(self, key: str) -> bool:
        texts = {offered: text for offered, _, text in self._offered}
        self.dismiss(texts.get(key))
        return True
