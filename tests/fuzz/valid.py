"""Answers as they should be, of every kind: what wrong ones are made of. No field of the model is missing."""

import json
from typing import Any

from tests import instances
from tests.cli import answers

Document = dict[str, Any]
DAY = answers.DAY


def _body(data: object, **beside: object) -> bytes:
    return json.dumps({"status": "OK", **beside, "data": data}, ensure_ascii=False).encode()


def _told_in_full() -> Document:
    """A cancelled run with everything that the service ever tells of one."""
    run = answers.cypress()
    run |= {
        "completionState": "CANCELED",
        "durationMs": 40_000,
        "tags": ["nightly", "smoke"],
        "timeout": {"isTimeout": False, "timeoutValueMs": 3_600_000},
        "cancellation": {
            "actor": "Example Author", "canceledAt": f"{DAY}10:02:00.000Z", "reason": "dashboard",
            "cancelledBy": "Example Author", "cancelledAt": f"{DAY}10:02:00.000Z",
        },
        "previousRunId": "5e2a8b3d40c1f7a3",
        "deletedAt": f"{DAY}12:00:00.000Z",
    }  # fmt: skip
    run["groups"][0] |= {"tags": ["web"], "durationMs": 39_000}
    run["groups"][0]["tests"]["tests"] = 9
    run["meta"] |= {
        "title": "Nightly",
        "pr": {"id": "acme/shop#17", "title": "Gift cards"},
        "framework": {"type": "cypress", "version": "13.2.0", "clientVersion": "1.9.4"},
    }
    run["meta"]["commit"] |= {
        "defaultBranch": "main",
        "ghaEventData": {
            "headRef": "gift-cards", "headSha": "0c5b17aa93e1f0d2", "baseRef": "main",
            "prTitle": "Gift cards", "htmlUrl": "https://git.example.com/acme/shop/pull/17",
        },
    }  # fmt: skip
    done = run["specs"][0]
    done |= {"tags": ["slow"], "inactivityTimeoutMs": 900_000}
    done["results"] |= {"exception": "Error: \x1b[31mno such file\x1b[39m\n    at basket.cy.js:1:1"}
    done["results"]["stats"] |= {
        "overall": 3, "flaky": 0, "retries": 1, "startedAt": f"{DAY}10:00:05.000Z",
        "endedAt": f"{DAY}10:00:35.000Z", "duration": 30_000,
    }  # fmt: skip
    done["results"]["screenshots"][0]["dimensions"] = {"width": 1280, "height": 720}
    return run


def _all_passed() -> Document:
    run = answers.playwright(complete=True) | {"status": "PASSED"}
    for spec in run["specs"]:
        stats = spec["results"]["stats"]
        stats |= {"passes": stats["passes"] + stats["failures"], "failures": 0}
    group = run["groups"][0]
    group["instances"] |= {"passes": 3, "failures": 0}
    group["tests"] |= {"passes": 19, "failures": 0}
    return run


def _listed(number: int, run: Document) -> Document:
    without = {name: value for name, value in run.items() if name != "specs"}
    return without | {"runId": f"{number:016x}", "cursor": f"{number:024x}"}


PLAYWRIGHT, CYPRESS = answers.playwright(complete=False), answers.cypress()
FULL, PASSED = _told_in_full(), _all_passed()
RUN_ID = PLAYWRIGHT["runId"]

# A run that timed out carries a status that would mislead.
TIMED_OUT = PLAYWRIGHT | {"completionState": "TIMEOUT", "status": "PASSED"}

RUNS = tuple(map(_body, (PLAYWRIGHT, CYPRESS, FULL, PASSED, TIMED_OUT, answers.playwright(complete=True))))
LISTS = (
    _body([_listed(3, PLAYWRIGHT), _listed(2, FULL), _listed(1, PASSED)], has_more=True),
    _body([_listed(1, CYPRESS)], has_more=False),
    _body([], has_more=False),
)
PROJECT = {
    "projectId": "Shop42",
    "name": "The shop",
    "createdAt": "2024-03-01T09:30:00.000Z",
    "defaultBranchName": "main",
    "inactivityTimeoutSeconds": 900,
    "cursor": "000000000000000000000001",
}
PROJECTS = (
    _body([PROJECT, PROJECT | {"projectId": "Other1", "name": "Größe"}], has_more=False),
    _body([PROJECT | {"defaultBranchName": None}], has_more=True),
)
ONE_PROJECT = (_body(PROJECT),)
INSTANCE_ID = instances.INSTANCE_ID
_PLATFORM = {
    "platform": {"osName": "linux", "osVersion": "6.1", "browserName": "chromium", "browserVersion": "131"}
}
INSTANCES = (
    _body(instances.playwright_2() | _PLATFORM),
    _body(instances.playwright_1()),
    _body(instances.cypress()),
)
ERRORS = (
    b'{"status":"FAILED","error":"Run not found"}',
    b'{"status":"FAILED","error":{"message":"Out of tea","code":7}}',
    b'{"message":"Forbidden"}',
    b'{"status":"OK","message":"Run cancelled","data":{"actor":"Example Author"}}',
    b'{"status":"ERROR","error":null,"errors":[{"message":"x"}]}',
)
