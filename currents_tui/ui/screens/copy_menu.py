"""One row over the keys that asks what to copy; any key that it does not offer closes it."""

from textual.app import ComposeResult
from textual.screen import ModalScreen

from currents_tui.core.cells import Line, Span, Tone, line_width
from currents_tui.ui.widgets.painted import Painted


class CopyMenu(ModalScreen[str | None], inherit_bindings=False):
    """Gives the text to copy, or None."""

    def __init__(self, offered: tuple[tuple[str, str, str], ...]) -> None:
        super().__init__()
        self._offered = offered

    def compose(self) -> ComposeResult:
        yield Painted(id="menu")

    def on_mount(self) -> None:
        whole = self._row([name for _, name, _ in self._offered], "  ")
        # In a narrow window "run", "spec" and "instance" have to do, for the way out is the last word.
        short = self._row([name.partition(" ")[0] for _, name, _ in self._offered], " ")
        fits = line_width(whole) <= self.app.size.width
        self.query_one("#menu", Painted).show((whole if fits else short,))

    def _row(self, names: list[str], gap: str) -> Line:
        spans: list[Span] = [(" Copy: ", Tone.STRONG)]
        for (key, _, _), name in zip(self._offered, names, strict=True):
            spans += [(key, Tone.KEY), (f" {name}{gap}", Tone.TEXT)]
        return (*spans, ("esc", Tone.KEY))

    def press(self, key: str) -> bool:
        texts = {offered: text for offered, _, text in self._offered}
        self.dismiss(texts.get(key))
        return True
