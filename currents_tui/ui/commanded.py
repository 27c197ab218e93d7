"""How a screen gets its keys: bindings made from the one table of commands."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import ClassVar, Protocol, cast, runtime_checkable

from textual.binding import Binding, BindingType
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input

from currents_tui.core.commands import BY_ID, COMMANDS, Command, Place, keys_of
from currents_tui.core.outside import Mark
from currents_tui.core.problem import Problem

BY_KEY = {
    place: {key: command for command in COMMANDS if place in command.places for key in command.keys}
    for place in Place
}


def bindings(place: Place) -> list[BindingType]:
    """A binding for every command that can be given at `place`."""
    return [
        Binding(",".join(c.keys), f"command('{c.id}')", c.title, show=False, id=c.id)
        for c in COMMANDS
        if place in c.places
    ]


class Shell(Protocol):
    """What screens ask of the application around them."""

    def copy_text(self, text: str) -> None: ...

    def open_page(self, address: str) -> str: ...

    def show_help(self, place: Place) -> None: ...

    def next_theme(self) -> str: ...

    def toggle_mouse(self) -> bool: ...

    def redraw_everything(self) -> None: ...

    def raise_curtain(self) -> None: ...

    def give_up(self, problem: Problem) -> None: ...

    def leave(self) -> None: ...

    def ring(self, told: Sequence[str]) -> None: ...

    def begin_word(self) -> None: ...

    def show_outside(self, title: str, mark: Mark) -> None: ...


@runtime_checkable
class TakesKeys(Protocol):
    """A screen that carries a key out at once."""

    def press(self, key: str) -> bool:
        """Carry out what `key` is for; False leaves it to the widget that has the focus."""


@runtime_checkable
class Drawn(Protocol):
    """A screen that shows how things stand when it is told to."""

    def draw(self) -> None: ...


@runtime_checkable
class OfSpec(Protocol):
    """A screen about one spec, whose tests are wanted as long as it is on top."""

    @property
    def spec_key(self) -> str: ...


class Commanded(Screen[None], inherit_bindings=False):
    """A screen whose every key is a command: `do_<id>` carries it out, unless it is refused."""

    PLACE: ClassVar[Place]

    def refusal(self, command: Command) -> str | None:
        """Why `command` cannot be done now, or None."""
        return None

    def refused(self) -> frozenset[str]:
        """The commands that the footer could offer here, and that would be refused now."""
        offered = [c for c in COMMANDS if c.short and self.PLACE in c.places]
        return frozenset(c.id for c in offered if self.refusal(c) is not None)

    def draw(self) -> None:
        """Show how things stand now."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        """Tell the person something in passing."""
        raise NotImplementedError

    def press(self, key: str) -> bool:
        """Carry out the command of `key`, unless somebody is typing into a field."""
        command = BY_KEY[self.PLACE].get(key)
        if command is None or isinstance(self.focused, Input):
            return False
        self.action_command(command.id)
        return True

    def action_command(self, name: str) -> None:
        command = BY_ID[name]
        reason = self.refusal(command)
        if reason is not None:
            self.say(reason)
        else:
            getattr(self, f"do_{name}")()

    # --- what every screen can do

    @property
    def shell(self) -> Shell:
        """The application, as far as screens need it."""
        return cast(Shell, self.app)

    def do_palette(self) -> None:
        self.app.action_command_palette()

    def do_redraw(self) -> None:
        self.shell.redraw_everything()

    def do_theme(self) -> None:
        self.say(f"Theme: {self.shell.next_theme()}.")

    def do_mouse(self) -> None:
        self.say(f"Mouse {'on' if self.shell.toggle_mouse() else 'off'}.")

    def do_leave(self) -> None:
        self.shell.leave()

    def do_interrupt(self) -> None:
        # 128 + SIGINT, as a shell expects of whatever ctrl+c ended.
        self.app.exit(return_code=130)

    def do_suspend(self) -> None:
        self.app.action_suspend_process()


class CommandSearch(Provider):
    """The commands of the screen underneath, by name."""

    def _offered(self) -> Iterator[Command]:
        screen = self.screen
        if isinstance(screen, Commanded):
            for command in COMMANDS:
                if command.in_palette and screen.PLACE in command.places:
                    yield command

    def _run(self, command: Command) -> None:
        screen = self.screen
        if isinstance(screen, Commanded):
            screen.action_command(command.id)

    async def discover(self) -> Hits:
        for command in self._offered():
            run = partial(self._run, command)
            yield DiscoveryHit(Content(command.title), run, text=command.title, help=keys_of(command))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in self._offered():
            if (score := matcher.match(command.title)) > 0:
                shown = matcher.highlight(command.title)
                run = partial(self._run, command)
                yield Hit(score, shown, run, text=command.title, help=keys_of(command))
