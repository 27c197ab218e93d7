"""The Textual application: themes, clipboard, browser, and which screen is on top."""

import asyncio
import gc
import os
from collections.abc import Sequence
from datetime import datetime

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.worker import WorkerFailed

from currents_tui.core.cells import Tone
from currents_tui.core.commands import Place
from currents_tui.core.outside import Mark
from currents_tui.core.problem import Problem
from currents_tui.core.rows.dialog import DEAF_FOR
from currents_tui.core.text import block
from currents_tui.ui.commanded import Commanded, CommandSearch, TakesKeys
from currents_tui.ui.executor import DaemonExecutor
from currents_tui.ui.screens.watch import WatchScreen
from currents_tui.ui.session import Session
from currents_tui.ui.themes import DARK, NAMES, TERMINAL, THEMES, Palette

SELECTING = "Hold shift to select text, or % gives the mouse to the terminal."


class CurrentsApp(App[None]):
    """Owns no data: the main screen does."""

    TITLE = "currents-tui"
    CSS_PATH = "styles/app.tcss"
    COMMANDS = {CommandSearch}  # noqa: RUF012  Textual's own form
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    ESCAPE_TO_MINIMIZE = False

    def __init__(self, session: Session, *, driver_class: type[Driver] | None = None) -> None:
        # Without colour the terminal's own are the only ones that can be told apart from none; it has
        # to be said here, for Textual chooses its filters while it is made.
        colourless = bool(os.environ.get("NO_COLOR"))
        super().__init__(driver_class=driver_class, ansi_color=True if colourless else None)
        self.session = session
        self.noticing = session.noticing
        """What the driver may show outside the screen."""
        self.starts_behind_curtain = session.first is not None
        """Whether nothing is to reach the terminal before the first question is answered."""
        self.problem: Problem | None = None
        """Why nothing could be watched."""
        for theme in THEMES:
            self.register_theme(theme)
        self.palette = Palette(DARK)
        # Not told to anybody: nothing has been styled yet, and styling it again takes 15 ms.
        self.set_reactive(App.theme, DARK.name)
        if colourless or session.theme != DARK.name:
            self.theme = TERMINAL.name if colourless else session.theme
        self.watching = WatchScreen(session)
        self._word_at: datetime | None = None
        self._mouse_on = session.mouse
        self._told_of_selecting = False

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(DARK.variables)

    def on_mount(self) -> None:
        # A name look-up that hangs must not keep the program from quitting.
        asyncio.get_running_loop().set_default_executor(DaemonExecutor())

    def get_default_screen(self) -> WatchScreen:
        return self.watching

    def watch_theme(self, name: str) -> None:
        theme = self.get_theme(name)
        if theme is not None and f"tone-{Tone.TEXT.value}" in theme.variables:
            self.palette = Palette(theme)

    # Textual would take the focus from the pane, and with it what the keys are about, at each window switch;
    # and a key can come without the terminal's word that it is in front: other programs send them.

    def on_app_blur(self, event: events.AppBlur) -> None:
        """The terminal left the front, as far as it tells."""
        event.prevent_default()
        self.watching.focus_changed(False)

    def on_app_focus(self, event: events.AppFocus) -> None:
        event.prevent_default()
        self.watching.focus_changed(True)

    async def on_event(self, event: events.Event) -> None:
        """A key is carried out before the next one is looked at.

        Textual hands a key to the widget that has the focus, and sees what it is bound to when it comes
        back. Of keys that arrive together, as over a slow link, the later ones went to whatever had the
        focus when the first one came: `/` and a word typed behind it filtered nothing and ran commands.
        """
        if isinstance(event, (events.Key, events.MouseDown)) and not event.is_forwarded:
            self.watching.is_used()
        if isinstance(event, events.MouseMove) and not event.is_forwarded:
            self._may_be_selecting(event)
        if isinstance(event, events.Key) and not event.is_forwarded:
            if self._is_rest_of_word(event.key):
                return
            screen: object = self.screen
            if isinstance(screen, TakesKeys) and screen.press(event.key):
                return
        await super().on_event(event)

    def _may_be_selecting(self, event: events.MouseMove) -> None:
        """Say once how text is selected: with the mouse reported to us, dragging it selects nothing."""
        is_drag = event.button and (event.delta_x or event.delta_y)
        if is_drag and not self._told_of_selecting and isinstance(self.screen, Commanded):
            self._told_of_selecting = True
            self.screen.say(SELECTING)

    def begin_word(self) -> None:
        """A letter has answered a question: those right behind it are the rest of a word, and no commands.

        Whoever types "no" would open a page in the browser, and "yes" sorts and opens an editor. Who wants to
        leave is let go: no such word has a q.
        """
        self._word_at = self.session.clock.now()

    def _is_rest_of_word(self, key: str) -> bool:
        at = self._word_at
        return (
            len(key) == 1 and key != "q" and at is not None and abs(self.session.clock.now() - at) < DEAF_FOR
        )

    def _fatal_error(self) -> None:
        """Leave the screen, and the telling to whoever started it. Textual would print the value of every
        variable, and one of them is the key.
        """
        self.bell()
        self._close_messages_no_wait()

    @property
    def crash(self) -> BaseException | None:
        """What ended it, when that was a defect."""
        error = self._exception
        return error.error if isinstance(error, WorkerFailed) else error

    # --- what screens ask for

    def raise_curtain(self) -> None:
        """Show the screen, which so far has only been drawn."""
        # What was needed for it stays until the end: no collection has to look through that again.
        gc.freeze()
        gc.enable()
        driver_does = getattr(self._driver, "raise_curtain", None)
        if driver_does is not None:
            driver_does()

    def give_up(self, problem: Problem) -> None:
        """End, leaving `problem` to whoever started the screen."""
        self.problem = problem
        self.exit()

    def leave(self) -> None:
        """End, from whichever page: what nobody knows the end of is told by the main screen alone."""
        self.watching.do_leave()

    def show_help(self, place: Place) -> None:
        """All keys, those of `place` first."""
        from currents_tui.core.rows.footer import help_rows
        from currents_tui.ui.screens.page import PageScreen

        rows = help_rows(self.session.look, place)
        self.push_screen(PageScreen(self.session, "Help", lambda: rows, pulse=self.watching.pulse))

    def next_theme(self) -> str:
        """Change to the next theme and give its name."""
        here = NAMES.index(self.theme) if self.theme in NAMES else -1
        self.theme = NAMES[(here + 1) % len(NAMES)]
        return self.theme

    def copy_text(self, text: str) -> None:
        """Send `text` to the terminal's clipboard; whether it takes it, no terminal tells."""
        self.copy_to_clipboard(block(text))

    def open_page(self, address: str) -> str:
        """Open `address` in a browser, or hand it over to be opened elsewhere. Says which it was."""
        if self.session.open_url(address):
            return f"Opened {address}"
        self.copy_text(address)
        return f"No browser here; sent to the clipboard: {address}"

    def toggle_mouse(self) -> bool:
        """Mouse reports on or off; True when they are on now."""
        self._mouse_on = not self._mouse_on
        switch = getattr(self._driver, "set_mouse", None)
        if switch is not None:
            switch(self._mouse_on)
        return self._mouse_on

    def ring(self, told: Sequence[str]) -> None:
        """Send a bell or a notification."""
        if self._driver is None or self.is_headless:
            return
        for sequence in told:
            self._driver.write(sequence)

    def show_outside(self, title: str, mark: Mark) -> None:
        """Show this in the window's title and in the taskbar, where the driver can take them back."""
        window = getattr(self._driver, "window", None)
        if window is not None:
            window.show(title, mark)

    def redraw_everything(self) -> None:
        """Draw as if nothing were on the terminal: heals a screen that another program wrote on."""
        forget = getattr(self._driver, "forget", None)
        if forget is not None:
            forget()
        self.refresh(layout=True)
        self.screen.refresh()
