"""Answers about instances, in the three shapes that the service sends."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any

INSTANCE_ID = "5c1f0a7be2d93846"
SPEC = "checkout/totals.spec.ts"
ROOT = "/builds/webshop/e2e"

MESSAGE = (
    "Error: \x1b[2mexpect(\x1b[22m\x1b[31mreceived\x1b[39m\x1b[2m).\x1b[22mtoBe\x1b[2m(\x1b[22m"
    "\x1b[32mexpected\x1b[39m)\n\nExpected: 3\nReceived: \x1b[31m2\x1b[39m"
)
PLAIN = "Error: expect(received).toBe(expected)\n\nExpected: 3\nReceived: 2"
FRAME = (
    "\x1b[0m \x1b[90m 41 |\x1b[39m   const n = lines();\n"
    "\x1b[31m\x1b[1m>\x1b[22m\x1b[39m\x1b[90m 42 |\x1b[39m   expect(n).toBe(3);\n"
    "    \x1b[90m|\x1b[39m             \x1b[31m^\x1b[39m"
)
PLAIN_FRAME = "  41 |   const n = lines();\n> 42 |   expect(n).toBe(3);\n    |             ^"


def error(message: str = MESSAGE, line: int = 42) -> dict[str, Any]:
    return {
        "name": None,
        "message": message,
        "stack": f"{message}\n    at {ROOT}/{SPEC}:{line}:13",
        "value": None,
        "codeFrame": {"frame": FRAME, "line": line, "column": 13, "file": f"{ROOT}/{SPEC}"},
    }


def attempt(state: str, told: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    began = "2026-03-01T12:00:00.000Z"
    return {"state": state, "error": told, "wallClockStartedAt": began, "wallClockDuration": 1200, **more}


STATS = {"tests": 5, "passes": 2, "failures": 1, "pending": 1, "skipped": 1}
FAILED_THRICE = [attempt("failed", error()) for _ in range(3)]
FLAKY = [attempt("failed", error(line=57)), attempt("passed")]
PASSED = [attempt("passed")]


def _answer(**more: Any) -> dict[str, Any]:
    return {
        "instanceId": INSTANCE_ID,
        "runId": "6f3b9c0e51d2a8b4",
        "groupId": "chromium",
        "spec": SPEC,
        "machineId": "machine-1",
        "claimedAt": "2026-03-01T11:59:50.000Z",
        **more,
    }


def _test(test_id: str, name: str, state: str, attempts: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    failing = any(one["error"] for one in attempts)
    return {
        "testId": test_id,
        "title": ["Totals", name],
        "state": state,
        "displayError": MESSAGE if failing else None,
        "attempts": attempts,
        **more,
    }


def _link(kind: str, name: str, test_id: str, attempt_index: int) -> dict[str, Any]:
    url = f"https://files.example/{name}?X-Amz-Expires=9"
    return {kind: url, "testId": test_id, "testAttemptIndex": attempt_index}


def cypress() -> dict[str, Any]:
    """A test tells its own outcome, nothing says flaky, and the video is of the whole file."""
    tests = [
        _test("r3", "adds up", "failed", FAILED_THRICE, body="() => {}"),
        _test("r4", "rounds", "passed", FLAKY),
        _test("r5", "is shown", "passed", PASSED),
        _test("r6", "waits", "pending", []),
        _test("r7", "is printed", "skipped", []),
    ]
    return _answer(
        cypressVersion="13.2.0",
        completedAt="2026-03-01T12:01:00.000Z",
        results={
            "stats": {"suites": 1, **STATS},
            "tests": tests,
            "exception": None,
            "videoUrl": "https://files.example/whole.mp4?Expires=1",
            "screenshots": [_link("screenshotURL", "r3.png", "r3", 2) | {"screenshotId": "s1", "name": None}],
        },
    )


def playwright_1() -> dict[str, Any]:
    """As Cypress, and it says itself which tests were flaky."""
    failed = [
        one | {"attemptId": f"a{number}", "rawStatus": "failed"} for number, one in enumerate(FAILED_THRICE)
    ]
    flaky = [FLAKY[0] | {"rawStatus": "timedOut"}, FLAKY[1] | {"rawStatus": "passed"}]
    tests = [
        _test("t1", "adds up", "failed", failed, _d=True, isFlaky=False),
        _test("t2", "rounds", "passed", flaky, _d=True, isFlaky=True),
        _test("t3", "is shown", "passed", PASSED, _d=True, isFlaky=False),
        _test("t4", "waits", "pending", [], _d=True),
        _test("t5", "is printed", "skipped", [], _d=True),
    ]
    return _answer(
        framework={"type": "pw", "version": "1.40.0", "clientVersion": "1.0.0"},
        results={"stats": STATS, "tests": tests} | _artifacts("t1"),
    )


def playwright_2() -> dict[str, Any]:
    """Thin tests, and what became of each beside them."""
    old = playwright_1()
    tests = old["results"]["tests"]
    thin = [
        {name: test[name] for name in ("testId", "title")}
        | {"_s": test["state"], "_d": True, "_f": test.get("isFlaky", False), "spec": SPEC}
        for test in tests
    ]
    # Of what was left out there are no details.
    details = {test["testId"]: test | {"duration": 1200} for test in tests if test["testId"] != "t4"}
    for one in details.values():
        del one["title"]
    return old | {
        "schemaVersion": 2,
        "results": old["results"] | {"tests": thin},
        "testResults": details,
        "testList": {},
    }


def _artifacts(test_id: str) -> dict[str, Any]:
    return {
        "screenshots": [
            _link("screenshotURL", "0.png", test_id, 0) | {"name": "screenshot"},
            _link("screenshotURL", "2.png", test_id, 2) | {"name": "screenshot"},
        ],
        "videos": [_link("videoUrl", "2.webm", test_id, 2)],
        "playwrightTraces": [_link("traceURL", "2.zip", test_id, 2) | {"name": "trace"}],
        "attachments": [
            _link("readUrl", "2.txt", test_id, 2)
            | {"name": "log", "filename": "log-0beec7b5ea3f0fdbc95d0dd47f3c5bc2.txt"}
        ],
        "stdout": {"readUrl": "https://files.example/stdout.txt"},
    }


def _fresh(shape: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """Every test may change what it is given."""
    return wraps(shape)(lambda: deepcopy(shape()))


cypress, playwright_1, playwright_2 = map(_fresh, (cypress, playwright_1, playwright_2))
SHAPES = {"cypress": cypress, "playwright 1": playwright_1, "playwright 2": playwright_2}


def enveloped(instance: object) -> bytes:
    return json.dumps({"status": "OK", "data": instance}).encode()
