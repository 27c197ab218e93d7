"""The canned server beside a test that is not asynchronous, and what it says from now on."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

from tests.canned import Answer, CannedServer, Guarded

S = TypeVar("S", bound=CannedServer)


class Serving(Guarded):
    """Gives one answer until it is told to give another."""

    def says(self, answer: Answer) -> None:
        self._script = [answer]


class Elsewhere(Serving):
    """Not the API: what a link or a redirect leads to."""

    is_api = False


def serving(answer: Answer) -> AbstractContextManager[Serving]:
    """A server in a thread of its own, that gives `answer`."""
    return in_thread(Serving([answer]))


@contextmanager
def in_thread(server: S) -> Iterator[S]:
    """`server` in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="canned server")
    thread.start()
    asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result()
    kind: type[BaseException] | None = None
    try:
        yield server
    except BaseException as error:
        kind = type(error)
        raise
    finally:
        try:
            asyncio.run_coroutine_threadsafe(server.__aexit__(kind, None, None), loop).result()
        finally:
            asyncio.run_coroutine_threadsafe(_cancel_the_rest(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


async def _cancel_the_rest() -> None:
    """Whatever is left closes what it holds now: when it is collected, its loop is closed."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


def enveloped(run: Mapping[str, Any]) -> Answer:
    """A run as the service answers it."""
    return json_answer({"status": "OK", "data": run})


def json_answer(value: object) -> Answer:
    return said(json.dumps(value).encode(), "application/json; charset=utf-8")


def said(body: bytes, content_type: str = "application/json") -> Answer:
    return Answer(headers=(("Content-Type", content_type),), body=body)
