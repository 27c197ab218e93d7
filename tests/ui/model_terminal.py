"""A terminal as strict as a test can want: it knows wide clusters, and what it does not know is an error.

`widths` gives clusters another width than Textual believes them to have, as terminals do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rich.cells import split_graphemes

Rendition = tuple[str, str, frozenset[str]]
PLAIN: Rendition = ("", "", frozenset())

_TOKEN = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|([\r\n\x08])|([^\x00-\x1f\x7f-\x9f]+)")
_SHOWN_ON_BLANKS = frozenset({"4", "7", "9"})
_CLEARED_BY = {"22": {"1", "2"}, "23": {"3"}, "24": {"4"}, "25": {"5"}, "27": {"7"}, "29": {"9"}}


@dataclass(frozen=True)
class Cell:
    cluster: str
    rendition: Rendition

    def looks(self) -> Cell:
        """This cell without what nobody can see: a blank has hardly more than a background."""
        _, bg, attributes = self.rendition
        if self.cluster != " " or attributes & _SHOWN_ON_BLANKS:
            return self
        return Cell(" ", ("", bg, frozenset()))


UNTOUCHED = Cell("untouched", PLAIN)
SECOND_HALF = ""


class ModelTerminal:
    def __init__(self, width: int, height: int, widths: Mapping[str, int] | None = None) -> None:
        self.width, self.height = width, height
        self.cells = [[UNTOUCHED] * width for _ in range(height)]
        self.row: int | None = None
        self.column: int | None = None
        """None where terminals differ: after the last column, and at the very start."""
        self.rendition: Rendition | None = None
        self.widths = widths or {}

    def feed(self, data: str) -> None:
        position = 0
        while position < len(data):
            token = _TOKEN.match(data, position)
            assert token is not None, f"unknown to this terminal: {data[position : position + 20]!r}"
            position = token.end()
            if token[4] is not None:
                self._print(token[4])
            elif token[3] is not None:
                self._control(token[3])
            else:
                self._sequence(token[1], token[2])

    def looks(self) -> list[list[Cell]]:
        return [[cell.looks() for cell in row] for row in self.cells]

    def _control(self, char: str) -> None:
        assert self.row is not None
        if char == "\b":
            assert self.column is not None and self.column > 0
            self.column -= 1
        else:
            self.column = 0
            if char == "\n":
                assert self.row < self.height - 1, "scrolls"
                self.row += 1

    def _sequence(self, parameters: str, final: str) -> None:
        assert "?" not in parameters, f"a mode is set: {parameters}{final}"
        if final == "m":
            self._rendition(parameters.split(";"))
            return
        numbers = [int(n or 1) for n in parameters.split(";")]
        if final == "H":
            self.row, self.column = numbers[0] - 1, [*numbers, 1][1] - 1
        elif final == "G":
            assert self.row is not None
            self.column = numbers[0] - 1
        else:
            assert self.row is not None and self.column is not None, "moved from an unknown place"
            if final in "AB":
                self.row += numbers[0] if final == "B" else -numbers[0]
            else:
                assert final in "CD", final
                self.column += numbers[0] if final == "C" else -numbers[0]
        assert 0 <= self.row < self.height
        assert self.column is not None and 0 <= self.column < self.width

    def _rendition(self, codes: list[str]) -> None:
        if codes[0] in ("", "0"):
            self.rendition, codes = PLAIN, codes[1:]
        assert self.rendition is not None, "the rendition is not known yet"
        fg, bg, attributes = self.rendition
        while codes:
            code, *codes = codes
            if code in ("38", "48"):
                count = 2 if codes[0] == "5" else 4
                colour, codes = ";".join([code, *codes[:count]]), codes[count:]
                fg, bg = (colour, bg) if code == "38" else (fg, colour)
            elif code in _CLEARED_BY:
                attributes -= _CLEARED_BY[code]
            elif code == "39":
                fg = ""
            elif code == "49":
                bg = ""
            elif 30 <= int(code) <= 37:
                fg = code
            elif 40 <= int(code) <= 47:
                bg = code
            else:
                assert int(code) < 10, code
                attributes |= {code}
        self.rendition = fg, bg, attributes

    def _print(self, text: str) -> None:
        for start, end, cells in split_graphemes(text)[0]:
            cluster = text[start:end]
            assert self.rendition is not None, "written in an unknown rendition"
            assert self.row is not None and self.column is not None, "written at an unknown place"
            cells = self.widths.get(cluster, cells)
            for x in range(self.column, min(self.column + cells, self.width)):
                self._break_wide(self.cells[self.row], x)
            for x in range(self.column, min(self.column + cells, self.width)):
                shown = cluster if x == self.column else SECOND_HALF
                self.cells[self.row][x] = Cell(shown, self.rendition)
            self.column += cells
            if self.column >= self.width:
                self.column = None

    def _break_wide(self, row: list[Cell], x: int) -> None:
        """Of a cluster that loses a cell, nothing stays."""
        start = x
        while start > 0 and row[start].cluster == SECOND_HALF:
            start -= 1
        end = start + 1
        while end < self.width and row[end].cluster == SECOND_HALF:
            end += 1
        if end - start > 1:
            row[start:end] = [Cell(" ", cell.rendition) for cell in row[start:end]]
