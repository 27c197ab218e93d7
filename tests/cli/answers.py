"""Answers in the shapes that the service gives, as documents: a Playwright run twice, and a Cypress run."""

from __future__ import annotations

from typing import Any

from tests.cli.program import RUN_ID

Document = dict[str, Any]

DAY = "2026-02-03T"


def meta(**more: Any) -> Document:
    return {
        "ciBuildId": "shop-901-1",
        "commit": {
            "branch": "main",
            "remoteOrigin": "https://git.example.com/acme/shop",
            "authorEmail": "author@example.com",
            "authorName": "Example Author",
            "message": "feat: gift cards\n\nMore of it.",
            "sha": "0c5b17aa93e1f0d2a4b6c8e0f1a2b3c4d5e6f708",
        },
        **more,
    }


def playwright(*, complete: bool) -> Document:
    """A run of one group with live results: under way, or the same run when it was over."""
    return {
        "runId": RUN_ID,
        "projectId": "Shop42",
        "createdAt": f"{DAY}10:00:01.000Z",
        "durationMs": 65_000 if complete else 40,
        "tags": ["nightly"],
        "timeout": {"isTimeout": False},
        "groups": [
            {
                "groupId": "storefront",
                "platform": {
                    "osName": "linux",
                    "osVersion": "Debian",
                    "browserName": "storefront",
                    "browserVersion": "",
                },
                "instances": {
                    "overall": 3,
                    "claimed": 3 if complete else 2,
                    "complete": 3 if complete else 0,
                    "passes": 1 if complete else 0,
                    "failures": 2 if complete else 0,
                },
                "tests": {
                    # Of the tests that are planned, `overall` counts those that have reported.
                    "overall": 20 if complete else 7,
                    "tests": 20,
                    "passes": 17 if complete else 7,
                    "failures": 2 if complete else 0,
                    "pending": 1 if complete else 0,
                    "skipped": 0,
                    "flaky": 1 if complete else 0,
                    "retries": 0,
                },
                "coverageEnabled": False,
                "specCount": 3,
            }
        ],
        "meta": meta(framework={"type": "pw", "version": "1.50.1", "clientVersion": "1.9.4"}),
        "specs": [
            _playwright_spec("cart.spec.ts", 8, 8 if complete else 5, 1 if complete else 0, "01", complete),
            _playwright_spec("search.spec.ts", 7, 6 if complete else 2, 1 if complete else 0, "02", complete),
            _playwright_spec("login.spec.ts", 5, 5 if complete else 0, 0, "03" if complete else "", complete),
        ],
        "completionState": "COMPLETE" if complete else "IN_PROGRESS",
        "status": "FAILED" if complete else "RUNNING",
    }


def _playwright_spec(
    name: str, tests: int, reported: int, failures: int, machine: str, complete: bool
) -> Document:
    claimed = bool(machine)
    return {
        "instanceId": f"00aa11bb22cc33d{len(name) % 10}{tests}",
        "spec": f"storefront/{name}",
        "groupId": "storefront",
        "claimedAt": f"{DAY}10:00:00.500Z" if claimed else None,
        "completedAt": f"{DAY}10:01:05.000Z" if complete else None,
        "machineId": f"Machine{machine}" if claimed else "",
        "tags": [],
        "inactivityTimeoutMs": None,
        "results": {
            "stats": {
                "tests": tests,
                "passes": reported - failures,
                "failures": failures,
                "pending": tests - reported if complete else 0,
                "skipped": 0,
                "flaky": int(complete and name.startswith("login")),
                "overall": tests,
                "wallClockStartedAt": f"{DAY}10:00:00.500Z" if claimed else None,
                **(
                    {"wallClockEndedAt": f"{DAY}10:01:05.000Z", "wallClockDuration": 64_500}
                    if complete
                    else {}
                ),
            },
            "flaky": int(complete and name.startswith("login")),
            "videoUrl": None,
        },
    }


def cypress() -> Document:
    """A run under way whose machine claimed its specs in one batch: one is done, one runs, one waits."""
    group = "shop-901-1"
    platform = {"osName": "linux", "osVersion": "6.1", "browserName": "Electron", "browserVersion": "118.0"}
    return {
        "runId": RUN_ID,
        "projectId": "Shop42",
        "createdAt": f"{DAY}10:00:01.000Z",
        "tags": [],
        "cypressVersion": "13.2.0",
        "cancellation": None,
        "timeout": {"isTimeout": False},
        "groups": [
            {
                "groupId": group,
                "platform": platform,
                "createdAt": f"{DAY}10:00:01.000Z",
                "instances": {"overall": 3, "claimed": 3, "complete": 1, "passes": 0, "failures": 1},
                "tests": {
                    "overall": 3, "passes": 1, "failures": 1, "pending": 1, "skipped": 0,
                    "retries": 1, "flaky": 0,
                },
            }
        ],
        "meta": meta(platform=platform),
        "specs": [
            {
                **_claimed_in_a_batch(group, "cypress/e2e/basket.cy.js", "aBasket12345"),
                "completedAt": f"{DAY}10:00:40.000Z",
                "results": {
                    "videoUrl": "https://files.example.com/basket.mp4?Expires=1770112840",
                    "stats": {
                        "suites": 1, "tests": 3, "passes": 1, "failures": 1, "pending": 1, "skipped": 0,
                        "wallClockStartedAt": f"{DAY}10:00:05.000Z",
                        "wallClockEndedAt": f"{DAY}10:00:35.000Z",
                        "wallClockDuration": 30_000,
                    },
                    "screenshots": [
                        {
                            "screenshotId": "shot-1", "name": "basket is empty", "testId": "r3",
                            "testAttemptIndex": 1, "takenAt": f"{DAY}10:00:30.000Z", "height": 720,
                            "width": 1280, "size": 348_653,
                            "screenshotURL": "https://files.example.com/shot-1.png?Expires=1770112840",
                        }
                    ],
                    "exception": None,
                    "flaky": 0,
                },
            },
            _claimed_in_a_batch(group, "cypress/e2e/checkout.cy.js", "aCheckout123"),
            _claimed_in_a_batch(group, "cypress/e2e/profile.cy.js", "aProfile1234"),
        ],
        "completionState": "IN_PROGRESS",
        "status": "FAILING",
    }  # fmt: skip


def _claimed_in_a_batch(group: str, spec: str, instance: str) -> Document:
    return {
        "groupId": group,
        "spec": spec,
        "instanceId": instance,
        "claimedAt": f"{DAY}10:00:02.000Z",
        "completedAt": None,
        "machineId": "MachineA",
        "worker": None,
        "results": None,
    }


def nothing_known() -> Document:
    """Every field there, and null."""
    return dict.fromkeys(playwright(complete=False)) | {
        "groups": [{"groupId": None, "platform": None, "instances": None, "tests": None}, None],
        "specs": [
            dict.fromkeys(_claimed_in_a_batch("", "", "")),
            None,
            {"results": {"stats": None, "screenshots": [None], "videoUrl": None}},
        ],
        "meta": {"commit": None, "ciBuildId": None, "framework": None},
    }


def beyond_totals() -> Document:
    """More done than there is, and less than nothing."""
    run = playwright(complete=False)
    group = run["groups"][0]
    group["instances"] = {"overall": 3, "claimed": 9, "complete": 12, "passes": 40, "failures": -2}
    group["tests"] = dict(group["tests"], overall=999, tests=20, passes=10**12, failures=7, flaky=-1)
    return run


def zero_totals() -> Document:
    run = playwright(complete=False)
    group = run["groups"][0]
    group["instances"] = dict.fromkeys(group["instances"], 0)
    group["tests"] = dict.fromkeys(group["tests"], 0)
    run["specs"] = []
    return run


def unknown_words() -> Document:
    """States that nobody has told us about."""
    return playwright(complete=False) | {"status": "PONDERING", "completionState": "HALF_DONE"}
