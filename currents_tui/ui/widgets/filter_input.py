"""The field for the filter: it filters while one types; Enter keeps the filter, Esc drops it."""

from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input


class FilterInput(Input):
    BINDINGS = [  # noqa: RUF012  Textual's own form
        Binding("enter", "close", "Keep the filter", show=False),
        Binding("ctrl+c", "copy_or_interrupt", "Copy what is selected, or quit", show=False),
    ]

    class Edited(Message):
        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Closed(Message):
        """The person is done typing."""

    def __init__(self, text: str) -> None:
        super().__init__(text, select_on_focus=False)
        self.cursor_blink = False

    def watch_value(self, value: str) -> None:
        self.post_message(self.Edited(value))

    def action_close(self) -> None:
        self.post_message(self.Closed())

    async def action_copy_or_interrupt(self) -> None:
        if self.selected_text:
            self.action_copy()
        else:
            await self.run_action("screen.command('interrupt')")
