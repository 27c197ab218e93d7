"""What the front door hands to the screen: everything it needs from outside, made elsewhere."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from currents_tui.core.editing import Editing
from currents_tui.core.events import Listed, Polled
from currents_tui.core.model import ProjectPage
from currents_tui.core.rows.look import Look
from currents_tui.ui.notify import Noticing
from currents_tui.watch.clock import Clock
from currents_tui.watch.follow import LIST_INTERVAL, Connect

if TYPE_CHECKING:
    from currents_tui.core.artifacts import Shot


class FirstAnswer(Protocol):
    """An answer that was granted, and that may still be on its way."""

    def read(self) -> Polled | Listed | ProjectPage | None:
        """What it says, waited for; None when it is no answer at all."""


class FirstLook(Protocol):
    """A question that is under way already: about the first run, the project's runs, or the projects."""

    @property
    def is_granted(self) -> bool:
        """Whether it is known by now that there is an answer."""

    def is_ready(self, within: float = 0.0) -> bool:
        """Whether the answer is here, after so many seconds at most, and read in no time."""

    def answer(self) -> FirstAnswer | None:
        """Waits until one is granted; None when that takes too long or asking again may bring one.

        Raises `Problem` where no screen is worth showing: the key is refused, there is no such run or
        project.
        """


class Editor(Protocol):
    """The person's editor. Both methods block, and none raises."""

    def choose(self, spec: str, line: int) -> Editing | str:
        """What opens `spec`, a path as the service tells it, at `line`; or why nothing does."""

    def run(self, chosen: Editing) -> str:
        """Start it, in the terminal if it has no window; how it went."""


Progress = Callable[[int, int | None], None]
"""(bytes so far, all bytes or None where nobody told)."""

Fetch = Callable[[str, Progress], Awaitable[bytes]]
"""What a signed link leads to. Raises `Problem`: FORBIDDEN when it has expired."""


Fresh = Callable[["Shot"], Awaitable["Shot | None"]]
"""The same picture with a link that was signed just now; None when it is gone. May raise `Problem`."""


class Session(Struct, frozen=True, kw_only=True):
    run_ids: tuple[str, ...]
    """The runs that were named; they are followed until the end."""
    interval: float
    """Seconds between polls."""
    project_id: str | None = None
    """The project whose runs are listed. Without one, and without a run, the person chooses."""
    branch: str | None = None
    """The branch whose newest run is wanted, when no run was named."""
    list_interval: float = LIST_INTERVAL
    """Seconds between looks at the list of runs."""
    connect: Connect
    clock: Clock
    look: Look
    run_url: Callable[[str], str]
    """Run id -> its page on the dashboard."""
    spec_url: Callable[[str], str]
    """Instance id -> its page on the dashboard."""
    open_url: Callable[[str], bool]
    """Opens a page in a browser; False where there is none to open it in."""
    save_copy: Callable[[str, bytes], str]
    """(run id, its answer) -> the file that it was written to. Raises OSError."""
    pace: float = 1.0
    """How many times faster than life the runs go: 1, but in the demo."""
    run_timeout: float | None = None
    """Seconds of silence after which a run becomes TIMEOUT, where the service does not tell."""
    read_only: str = ""
    """Why nothing can be cancelled or deleted, as a sentence; "" where it can."""
    calm: bool = False
    """Tick every 5 s instead of every second: for slow links."""
    theme: str = "dark"
    mouse: bool = True
    noticing: Noticing = Noticing()
    editor: Editor | None = None
    """None: files cannot be opened here."""
    fetch: Fetch | None = None
    """None: pictures cannot be loaded here."""
    pictures: str = "blocks"
    """How they are drawn: "sixel", "kitty", "blocks", or "auto": as the terminal answers."""
    first: FirstLook | None = None
    """A first question asked beforehand. The screen is not shown before it is settled."""
