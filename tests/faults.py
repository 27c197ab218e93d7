"""All that a write can meet, and what has to be said of it: the same on the screen and in the shell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from currents_tui.api.limits import MIB, Limits
from currents_tui.core.deed import Deed
from tests.canned import Answer, Guarded, Request
from tests.cli.answers import playwright

NO_RUN = Answer(status=404, body=b'{"status":"FAILED","error":"Run not found"}')


Told = Mapping[Deed, tuple[str, int]]
"""How what is said begins, and the exit status."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """An answer to a write."""

    name: str
    answer: Answer
    acts: bool = False
    """Whether the service did it all the same."""
    told: Told

    @property
    def limits(self) -> Limits:
        """Patience for a slow machine and, where no answer comes, an end to it."""
        return Limits(connect=20.0, exchange=2.0 if self.answer.delay else 20.0, body=MIB)


_DONE = {Deed.CANCEL: ("CANCELED run 6f3b9c0e at", 0), Deed.DELETE: ("DELETED run 6f3b9c0e at", 0)}
_ALREADY = {
    Deed.CANCEL: ("Run 6f3b9c0e was cancelled before", 0),
    Deed.DELETE: ("Run 6f3b9c0e was deleted before", 0),
}
_LOST = {
    Deed.CANCEL: ("NOT CONFIRMED: nothing tells whether run 6f3b9c0e was cancelled.", 6),
    Deed.DELETE: ("NOT CONFIRMED: nothing tells whether run 6f3b9c0e was deleted.", 6),
}


def _refused(why: str, status: int) -> Told:
    return {
        Deed.CANCEL: (f"Run 6f3b9c0e was not cancelled. {why}", status),
        Deed.DELETE: (f"Run 6f3b9c0e was not deleted. {why}", status),
    }


_FORBIDDEN: Told = {
    deed: (f"Run 6f3b9c0e was not {deed.past}: this key may neither cancel nor delete (403).", 4)
    for deed in Deed
}
_OK = b'{"status":"OK","data":{}}'
_PAGE = (("Content-Type", "text/html"),)
_MAYBE = [
    # an answer that does not tell, of a service that did it or did not
    ("500", Answer(status=500, body=b"{}")),
    ("502 with a page", Answer(status=502, headers=_PAGE, body=b"<html>")),
    ("403 of a firewall", Answer(status=403, headers=_PAGE, body=b"<html>")),
    ("404 of a gateway", Answer(status=404, body=b"default backend - 404")),
    ("503", Answer(status=503, headers=(("Retry-After", "1"),), body=b"")),
    ("504", Answer(status=504, body=b"")),
    ("timeout", Answer(delay=60.0)),
    ("reset", Answer(reset=True)),
    ("hang up", Answer(hang_up=True)),
    ("cut in the head", Answer(raw=b"HTTP/1.1 200 O")),
    ("no HTTP", Answer(raw=b"SSH-2.0-OpenSSH_9.6\r\n")),
    ("200 with a page", Answer(headers=_PAGE, body=b"<html>Sign in</html>")),
    ("200 and FAILED", Answer(body=b'{"status":"FAILED","error":"Out of tea"}')),
]

FAULTS: tuple[Fault, ...] = (
    Fault(name="200", answer=Answer(body=_OK), acts=True, told=_DONE),
    Fault(name="204", answer=Answer(status=204), acts=True, told=_DONE),
    Fault(name="200, cut", answer=Answer(body=_OK, cut=9), acts=True, told=_DONE),
    *(Fault(name=f"{name}, done", answer=answer, acts=True, told=_DONE) for name, answer in _MAYBE),
    *(Fault(name=f"{name}, not done", answer=answer, told=_LOST) for name, answer in _MAYBE),
    Fault(
        name="302",
        answer=Answer(status=302, headers=(("Location", "https://login.example.com/"),)),
        told=_refused("The service answered with a redirect (302) to login.example.com.", 6),
    ),
    Fault(name="400", answer=Answer(status=400, body=b"{}"), told=_refused("The service refused", 6)),
    Fault(
        name="401", answer=Answer(status=401, body=b"{}"), told=_refused("The API key was refused (401).", 4)
    ),
    Fault(name="403", answer=Answer(status=403, body=b"{}"), told=_FORBIDDEN),
    Fault(
        name="404",
        answer=NO_RUN,
        told={
            Deed.CANCEL: ("Run 6f3b9c0e was not cancelled. There is no such run", 7),
            Deed.DELETE: _ALREADY[Deed.DELETE],
        },
    ),
    Fault(
        name="409",
        answer=Answer(status=409, body=b'{"error":"Busy"}'),
        told=_refused("The run is not in a state for this (409). The service says: Busy.", 6),
    ),
    Fault(name="409, done by another", answer=Answer(status=409, body=b"{}"), acts=True, told=_ALREADY),
    Fault(
        name="422, done by another",
        answer=Answer(status=422, body=b'{"error":"Run already cancelled"}'),
        acts=True,
        told=_ALREADY,
    ),
    Fault(
        name="429",
        answer=Answer(status=429, headers=(("Retry-After", "9"),), body=b"{}"),
        told=_refused("The service asks for fewer requests (429).", 6),
    ),
)


class Faulty(Guarded):
    """A service with one run, that meets every write with `fault`."""

    takes_writes = True

    def __init__(self, deed: Deed, fault: Fault) -> None:
        super().__init__(())
        self._fault = fault
        over = playwright(complete=True)
        under_way = playwright(complete=False)
        self._before = _said(under_way if deed is Deed.CANCEL else over)
        self._after = _said(under_way, "CANCELED") if deed is Deed.CANCEL else NO_RUN
        self._acted = False

    @property
    def writes(self) -> list[str]:
        """The methods of all requests that were no question."""
        return [request.method for request in self.requests if request.method != "GET"]

    def answer_to(self, request: Request) -> Answer:
        if request.method == "GET":
            return self._after if self._acted else self._before
        self._acted = self._acted or self._fault.acts
        return self._fault.answer


def _said(run: dict[str, Any], state: str | None = None) -> Answer:
    document = {**run, "completionState": state} if state else run
    return Answer(body=json.dumps({"status": "OK", "data": document}).encode())
