"""Answers about a run as the service gives them, made to measure: how many specs, and what each is doing."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

Document = dict[str, Any]
RUN_ID = "6f3b9c0e51d2a8b4"
GROUPS = ("chromium", "firefox", "webkit", "mobile-chrome")
NAMES = ("cart", "search", "login", "checkout", "account", "orders", "gifts", "reviews")
USUAL = ("run",) * 8 + ("pass",) * 20 + ("wait",) * 45


def stamp(seconds_ago: float) -> str:
    """A moment as the API writes it."""
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def a_spec(number: int, state: str) -> Document:
    """Spec `number`; `state` is "run", "pass" or "wait"."""
    begun = {"run": 40 + number % 60, "pass": 300, "wait": 0}[state]
    stats: Document = {"suites": 1, "tests": 12, "passes": 0, "failures": 0, "pending": 0, "skipped": 0}
    if begun:
        stats["wallClockStartedAt"] = stamp(begun)
    if state == "pass":
        stats |= {"passes": 12, "wallClockDuration": 60_000}
    return {
        "groupId": GROUPS[number % 4],
        "spec": f"{NAMES[number % 8]}/story-{number:02}.spec.ts",
        "instanceId": f"instance-{number:02}",
        "claimedAt": stamp(begun) if begun else None,
        "completedAt": stamp(200) if state == "pass" else None,
        "machineId": f"machine-{number % 8}" if begun else None,
        "results": {"stats": stats, "flaky": 0, "screenshots": [], "videoUrl": None},
    }


def a_run(states: Sequence[str] = USUAL) -> Document:
    """A spec for each of `states`, in 4 groups: as usual 8 that run, 20 that passed, 45 that wait."""
    specs = [a_spec(number, state) for number, state in enumerate(states)]
    return counted(
        {
            "runId": RUN_ID,
            "projectId": "Shop42",
            "createdAt": stamp(700),
            "status": "RUNNING",
            "completionState": "IN_PROGRESS",
            "groups": [{"groupId": name, "platform": {}} for name in GROUPS],
            "meta": {"ciBuildId": "shop-901-1", "commit": {"branch": "main", "sha": "0c5b17aa93e1f0d2"}},
            "specs": specs,
        }
    )


def counted(run: Document) -> Document:
    """`run` with the counters that its specs add up to."""
    for group in run["groups"]:
        specs = [spec for spec in run["specs"] if spec["groupId"] == group["groupId"]]
        done = sum(spec["completedAt"] is not None for spec in specs)
        passes = sum(spec["results"]["stats"]["passes"] for spec in specs)
        group["instances"] = {
            "overall": len(specs),
            "claimed": sum(spec["claimedAt"] is not None for spec in specs),
            "complete": done,
            "passes": done,
            "failures": 0,
        }
        group["tests"] = {
            "overall": 12 * len(specs),
            "passes": passes,
            "failures": 0,
            "pending": 0,
            "flaky": 0,
        }
    return run


def moved_on(run: Document, numbers: Iterable[int], by: int = 3) -> Document:
    """`run` after `by` more tests have passed in each of the specs `numbers`."""
    after = deepcopy(run)
    for number in numbers:
        after["specs"][number]["results"]["stats"]["passes"] += by
    return counted(after)
