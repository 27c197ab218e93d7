"""A row over the keys, or two, that asks what to copy; any key that it does not offer closes it."""

from textual.app import ComposeResult
from textual.screen import ModalScreen

from currents_tui.core.cells import Line, Tone, line_width
from currents_tui.ui.widgets.painted import Painted


class CopyMenu(ModalScreen[str | None], inherit_bindings=False):
    """Gives the text to copy, or None."""

    def __init__(self, offered: tuple[tuple[str, str, str], ...]) -> None:
        super().__init__()
        self._offered = offered

    def compose(self) -> ComposeResult:
        yield Painted(id="menu")

    def on_mount(self) -> None:
        cells = self.app.size.width
        whole = self._rows([name for _, name, _ in self._offered], "  ", cells)
        # In a narrow window "run", "spec" and "instance" have to do, for the way out is the last word.
        short = self._rows([name.partition(" ")[0] for _, name, _ in self._offered], " ", cells)
        shown = whole if len(whole) == 1 else short
        menu = self.query_one("#menu", Painted)
        menu.styles.height = len(shown)
        menu.show(tuple(shown))

    def _rows(self, names: list[str], gap: str, cells: int) -> list[Line]:
        """The keys with what they copy, over as many rows as it takes."""
        rows: list[Line] = [((" Copy:", Tone.STRONG),)]
        named = zip(self._offered, names, strict=True)
        offers: list[Line] = [((key, Tone.KEY), (f" {name}", Tone.TEXT)) for (key, _, _), name in named]
        for offer in (*offers, (("esc", Tone.KEY),)):
            longer: Line = (*rows[-1], (gap, Tone.TEXT), *offer)
            if line_width(longer) <= cells:
                rows[-1] = longer
            else:
                rows.append(((" ", Tone.TEXT), *offer))
        return rows

    def press(self, key: str) -> bool:
        texts = {offered: text for offered, _, text in self._offered}
        self.dismiss(texts.get(key))
        return True
