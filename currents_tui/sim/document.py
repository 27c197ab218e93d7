"""Parts of the JSON that runs and instances share."""

from __future__ import annotations

import json
from typing import Any

from currents_tui.sim.clock import Clock
from currents_tui.sim.plan import GroupPlan, RunPlan

Document = dict[str, Any]

ORIGIN = "https://github.com/example-org/webshop"
_PLAYWRIGHT, _REPORTER = "1.50.1", "1.9.4"


def dumps(value: object) -> str:
    """Compact JSON with letters of every alphabet as themselves, as the service writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def platform_document(group: GroupPlan) -> Document:
    platform = group.platform
    return {
        "osName": platform.os_name,
        "osVersion": platform.os_version,
        "browserName": platform.browser_name,
        "browserVersion": platform.browser_version,
    }


def commit_document(run: RunPlan) -> Document:
    """`meta.commit`, with what GitHub told about the event in Playwright runs."""
    commit = run.commit
    cypress = run.flavour == "cypress"
    document: Document = {
        "branch": commit.branch,
        "remoteOrigin": None if cypress else ORIGIN,
        "authorEmail": commit.email,
        "authorName": commit.author,
        "message": commit.message,
        "sha": commit.sha,
    }
    if cypress:
        return document
    event: Document = {
        "headRef": commit.branch,
        "headSha": commit.sha,
        "baseRef": "main",
        "baseSha": commit.sha,
    }
    if commit.pull_request is not None:
        event |= {
            "issueUrl": f"https://api.github.com/repos/example-org/webshop/issues/{commit.pull_request}",
            "htmlUrl": f"{ORIGIN}/pull/{commit.pull_request}",
            "prTitle": commit.message.splitlines()[0],
        }
    event |= {
        "senderAvatarUrl": "https://avatars.githubusercontent.com/u/0",
        "senderHtmlUrl": "https://github.com/example-author",
    }
    replaced = {"sha": commit.sha, "branch": commit.branch, "message": f"{commit.message}\n"}
    return document | {"ghaEventData": event, "replacedCommitData": replaced}


def framework_document(run: RunPlan) -> Document:
    return {"type": "pw", "version": _PLAYWRIGHT, "clientVersion": _REPORTER}


def limit_ms(limit: float, clock: Clock) -> int:
    """The inactivity limit in milliseconds, shortened like all that lasts."""
    return max(1, round(limit * 1000 / clock.speed))
