"""`python -m currents_tui.sim`: the simulated service as a process of its own.

Once it listens it prints one line of JSON that says where, and with which keys. It ends when its
standard input does, which is when the process that started it ends, however that comes about.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from currents_tui.sim.api import READ_ONLY_KEY, READ_WRITE_KEY
from currents_tui.sim.clock import parse
from currents_tui.sim.document import dumps
from currents_tui.sim.faults import Weather
from currents_tui.sim.project import Project
from currents_tui.sim.scenario import DEFAULT_BEGIN, SCENARIOS, story
from currents_tui.sim.server import Server


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    now_ms = _clock(options.now)
    told = story(options.scenario, options.seed)
    project = Project(told, now_ms() - options.begin * 1000 / options.speed, options.speed)
    weather = Weather(options.seed) if options.scenario == "flaky-network" else None
    server = Server(project, now_ms, weather, options.port)
    ready = _ready(project, server.url, now_ms())
    # Writes what no longer changes once, so that the first answer is as quick as the others.
    project.warm_up(now_ms())
    gc.collect()
    gc.freeze()
    try:
        if options.standalone:
            print(ready, flush=True)
            server.serve_forever()
        else:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            print(ready, flush=True)
            while os.read(sys.stdin.fileno(), 4096):
                pass
    except KeyboardInterrupt:
        pass
    return 0


def _options(arguments: Sequence[str] | None) -> Any:
    parser = argparse.ArgumentParser(
        prog="python -m currents_tui.sim", description="A simulated Currents service."
    )
    parser.add_argument("--scenario", choices=SCENARIOS, default="busy")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", type=_positive, default=1.0, help="how many times as fast as in life")
    parser.add_argument(
        "--begin",
        type=float,
        default=DEFAULT_BEGIN,
        metavar="SECONDS",
        help="how far into the story to begin, in seconds at speed 1 (default: %(default)s)",
    )
    parser.add_argument("--now", type=_instant, metavar="ISO", help="stop the clock at this instant")
    parser.add_argument("--port", type=int, default=0, help="0 for any that is free (default)")
    parser.add_argument(
        "--standalone", action="store_true", help="run until interrupted, whatever becomes of standard input"
    )
    return parser.parse_args(arguments)


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError
    return value


def _instant(text: str) -> int:
    return int(parse(text))


def _clock(frozen: int | None) -> Callable[[], int]:
    """Milliseconds since the epoch: as they pass, or always the same."""
    return (lambda: int(time.time() * 1000)) if frozen is None else (lambda: frozen)


def _ready(project: Project, url: str, now_ms: int) -> str:
    main_run, *others = project.all_runs()
    there = [run for run in others if project.exists(run, now_ms)]
    running = [r for r in there if r.completion_state(project.seconds(r, now_ms)) == "IN_PROGRESS"]
    finished = [run for run in there if run not in running]
    return dumps(
        {
            "url": url,
            "projectId": project.story.project_id,
            "runs": [run.run_id for run in (main_run, *running, *finished)],
            "keys": {"readWrite": READ_WRITE_KEY, "readOnly": READ_ONLY_KEY},
        }
    )


if __name__ == "__main__":
    raise SystemExit(main())
