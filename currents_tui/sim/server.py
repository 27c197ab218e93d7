"""HTTP/1.1 on the loopback interface around the simulated API, with faults where the scenario has them."""

from __future__ import annotations

import socket
import struct
import sys
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from itertools import count
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, cast
from urllib.parse import urlsplit

from currents_tui.sim.api import Answer, Request, answer, tagged
from currents_tui.sim.clock import stamp
from currents_tui.sim.document import dumps
from currents_tui.sim.faults import RETRY_AFTER, SLOW, Fault, Weather
from currents_tui.sim.project import Project
from currents_tui.sim.storage import PREFIX, stored
from currents_tui.sim.truth import truth

LOG_LENGTH = 50_000
"""How many requests the log remembers."""

_HTML = (
    "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>"
    "<body><center><h1>502 Bad Gateway</h1></center></body></html>"
)
_NOT_CARRIED_OUT: dict[Fault, Answer] = {
    "internal error": Answer(500, dumps({"status": "FAILED", "error": "Internal server error"})),
    "bad gateway": Answer(502, _HTML, {"Content-Type": "text/html"}),
    "unavailable": Answer(503, dumps({"status": "FAILED", "error": "Service unavailable"})),
    "too many": Answer(
        429, dumps({"status": "FAILED", "error": "Too many requests"}), {"Retry-After": str(RETRY_AFTER)}
    ),
}


class Server(ThreadingMixIn, TCPServer):
    """Serves a project on 127.0.0.1 until it is shut down."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(
        self, project: Project, now_ms: Callable[[], int], weather: Weather | None, port: int
    ) -> None:
        """Bind to the port, or to any free one if it is 0. Raises OSError if that fails."""
        super().__init__(("127.0.0.1", port), _Exchange)
        self.log: deque[dict[str, Any]] = deque(maxlen=LOG_LENGTH)
        self._project = project
        self._now_ms = now_ms
        self._weather = weather
        self._requests = count()
        self._ids = count(1)
        self._lock = threading.Lock()
        project.storage = f"http://127.0.0.1:{self.server_address[1]}{PREFIX.rstrip('/')}"

    @property
    def url(self) -> str:
        """The base of the REST API."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def respond(self, request: Request) -> tuple[Answer, Fault | None]:
        """The answer to a request, and what shall go wrong with it on the way."""
        with self._lock:
            if request.target == "/sim/log":
                return Answer(200, dumps(list(self.log))), None
            if request.target == "/sim/truth":
                return Answer(200, dumps(truth(self._project))), None
            is_stored = request.target.startswith(PREFIX)
            found, fault = (self._stored(request), None) if is_stored else self._answered(request)
            self.log.append(
                {
                    "method": request.method,
                    "path": request.target,
                    "keyed": request.authorization is not None,
                    "status": 0 if fault == "reset" else found.status,
                    "at": stamp(int(time.time() * 1000)),
                    "id": next(self._ids),
                }
            )
            return found, fault

    def _answered(self, request: Request) -> tuple[Answer, Fault | None]:
        """What the API answers, whatever the weather."""
        fault = self._weather.fault(next(self._requests)) if self._weather is not None else None
        found = _NOT_CARRIED_OUT.get(fault) if fault is not None else None
        return found or tagged(answer(self._project, request, self._now_ms()), request), fault

    def _stored(self, request: Request) -> Answer:
        """What a signed link leads to. It is another service, and knows no weather."""
        url = urlsplit(request.target)
        status, kind, body = stored(url.path, url.query, request.authorization, self._now_ms())
        return Answer(status, "", {"Content-Type": kind}, body)

    def shutdown_request(self, request: Any) -> None:
        # The base class would say goodbye first, and no connection would ever look reset.
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # Clients come and go; that is no error of ours.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Exchange(BaseHTTPRequestHandler):
    """One connection, and on it one request after another."""

    protocol_version = "HTTP/1.1"
    server_version = "CurrentsDemo"
    sys_version = ""
    disable_nagle_algorithm = True

    def _exchange(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        body = self.rfile.read(int(length)) if length.isdigit() else b""
        known = self.headers.get("If-None-Match") or ""
        request = Request(self.command, self.path, self.headers.get("Authorization"), body, known)
        found, fault = cast(Server, self.server).respond(request)
        if fault == "slow":
            time.sleep(SLOW)
        if fault == "reset":
            # Closed with nothing lingering, a connection is reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            return
        self._send(found, truncated=fault == "truncated")

    do_GET = do_PUT = do_DELETE = do_POST = do_PATCH = _exchange  # noqa: N815

    def _send(self, found: Answer, truncated: bool) -> None:
        payload = found.body.encode() if found.raw is None else found.raw
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Vary": "Accept-Encoding",
            **found.headers,
        }
        if payload and "gzip" in (self.headers.get("Accept-Encoding") or ""):
            squeeze = zlib.compressobj(1, zlib.DEFLATED, 31)
            payload = squeeze.compress(payload) + squeeze.flush()
            headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(payload))
        if truncated:
            payload = payload[: len(payload) // 2]
            self.close_connection = True
        self.send_response(found.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal belongs to the program that started this one."""
