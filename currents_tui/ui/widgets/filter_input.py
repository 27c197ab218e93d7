"""The fields for the filters. Specs are filtered while one types; runs by the service, at Enter."""

from collections.abc import Callable

from textual.binding import Binding
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from currents_tui.core.text import plain


class FilterInput(Input):
    OF_RUNS = False
    BINDINGS = [  # noqa: RUF012  Textual's own form
        Binding("enter", "close", "Keep the filter", show=False),
        Binding("ctrl+c", "copy_or_interrupt", "Copy what is selected, or quit", show=False),
    ]

    class Edited(Message):
        def __init__(self, text: str, *, of_runs: bool) -> None:
            super().__init__()
            self.text = text
            self.of_runs = of_runs

    class Closed(Edited):
        """The person is done typing."""

    def __init__(self, text: str, suggester: Suggester | None = None) -> None:
        super().__init__(text, select_on_focus=False, suggester=suggester)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """What is pasted may hold anything."""
        return plain(value)

    def watch_value(self, value: str) -> None:
        self.post_message(self.Edited(value, of_runs=self.OF_RUNS))

    def action_close(self) -> None:
        self.post_message(self.Closed(self.value, of_runs=self.OF_RUNS))

    async def action_copy_or_interrupt(self) -> None:
        if self.selected_text:
            self.action_copy()
        else:
            await self.run_action("screen.command('interrupt')")


class RunFilterInput(FilterInput):
    """The same for runs: names that were seen are offered behind the cursor, and Tab takes them."""

    OF_RUNS = True
    BINDINGS = [Binding("tab", "complete", "Take what is offered", show=False)]  # noqa: RUF012

    def __init__(self, text: str, complete: Callable[[str], str | None]) -> None:
        super().__init__(text, _Names(complete))
        self._complete = complete

    def action_complete(self) -> None:
        if (whole := self._complete(self.value)) is not None:
            self.value = whole
            self.action_end()


class _Names(Suggester):
    def __init__(self, complete: Callable[[str], str | None]) -> None:
        # Which names were seen changes with every page.
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        whole = self._complete(value)
        # It is drawn behind what was typed, so it has to begin with that.
        return whole if whole is not None and whole.lower().startswith(value.lower()) else None
