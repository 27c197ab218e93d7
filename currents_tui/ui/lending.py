"""Lending the terminal: to the person's editor, or to a picture that only the bare terminal can draw.

Whoever borrows it runs in a thread, so that polls go on and what comes back is fresh. Hand `lend` to
`App.call_next`: then the application takes no key until it has the terminal again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

from textual.app import App, SuspendNotSupported

from currents_tui.core.editing import Editing
from currents_tui.ui.session import Editor

T = TypeVar("T")

_NOT_HERE = "The terminal cannot be lent to another program here."


async def lend(app: App[Any], use: Callable[[], T], *, to_another: bool) -> T:
    """What `use` gives, called in a thread while `app` has left the terminal.

    Afterwards the whole screen is drawn anew, also when `use` raises, which is raised from here then.
    `to_another` says that another program has the terminal meanwhile. Raises SuspendNotSupported where
    there is no terminal to lend.
    """
    error: Exception | None = None
    # Batched, or what is drawn meanwhile would be thrown away and taken for shown.
    with app.batch_update(), app.suspend(), _lent(app, to_another=to_another):
        # Textual stays suspended for good when anything is raised in here.
        try:
            result = await asyncio.to_thread(use)
        except Exception as caught:
            error = caught
    app.screen.refresh()
    if error is not None:
        raise error
    return result


@contextmanager
def _lent(app: App[Any], *, to_another: bool) -> Iterator[None]:
    """As the driver has it, if it is ours."""
    lent: Callable[..., AbstractContextManager[None]] | None = getattr(app._driver, "lent", None)
    with lent(to_another=to_another) if lent is not None else nullcontext():
        yield


async def edit(app: App[Any], editor: Editor, spec: str, line: int) -> str:
    """Open `spec`, as the service calls it, at `line` in the person's editor. Says how it went.

    To be handed to `App.call_next`. Never raises.
    """
    chosen = await asyncio.to_thread(editor.choose, spec, line)
    if isinstance(chosen, str):
        return chosen
    return await _run(app, editor, chosen)


async def _run(app: App[Any], editor: Editor, chosen: Editing) -> str:
    if chosen.is_windowed:
        return await asyncio.to_thread(editor.run, chosen)
    try:
        return await lend(app, lambda: editor.run(chosen), to_another=True)
    except SuspendNotSupported:
        return _NOT_HERE
