"""Values for tests: a run, its groups and specs, said in as few words as a test needs."""

from datetime import UTC, datetime, timedelta

from msgspec import structs

from currents_tui.core.ink import inked
from currents_tui.core.instance import Artifact, Attempt, CodeFrame, Instance, TestError
from currents_tui.core.instance import Test as TestOfFile
from currents_tui.core.model import (
    Cancellation,
    Commit,
    Framework,
    Group,
    Platform,
    Results,
    Run,
    RunMeta,
    Spec,
    SpecCounts,
    Stats,
    TestCounts,
)
from currents_tui.core.text import Text, block, plain

NOW = datetime(2026, 3, 1, 14, 15, tzinfo=UTC)
RUN_ID = "6f3b9c0e51d2a8b4"


def ago(seconds: float) -> datetime:
    """The moment `seconds` before `NOW`."""
    return NOW - timedelta(seconds=seconds)


def spec(
    name: str = "checkout/pay.spec.ts",
    *,
    group: str = "chromium",
    key: str = "",
    machine: str = "machine-1",
    claimed: float | None = None,
    started: float | None = None,
    completed: float | None = None,
    took: float | None = None,
    tests: int | None = 4,
    passes: int = 0,
    failures: int = 0,
    pending: int = 0,
    skipped: int = 0,
    flaky: int = 0,
    results: bool = True,
    exception: str = "",
    tags: tuple[str, ...] = (),
) -> Spec:
    """A spec; times are seconds before `NOW`."""
    begun = claimed if started is None else started
    stats = Stats(
        tests=tests,
        passes=passes,
        failures=failures,
        pending=pending,
        skipped=skipped,
        wall_clock_started_at=ago(begun) if begun is not None else None,
        wall_clock_duration=took * 1000 if took is not None else None,
    )
    return Spec(
        group_id=plain(group),
        spec=plain(name),
        instance_id=plain(key or f"{group}-{name}"),
        claimed_at=ago(claimed) if claimed is not None else None,
        completed_at=ago(completed) if completed is not None else None,
        machine_id=plain(machine if claimed is not None else ""),
        results=Results(stats=stats, flaky=flaky, exception=block(exception) if exception else None)
        if results
        else None,
        tags=tuple(plain(tag) for tag in tags),
    )


def waiting(name: str = "wait.spec.ts", *, group: str = "chromium") -> Spec:
    return spec(name, group=group)


def running(
    name: str = "run.spec.ts", *, for_: float = 30, group: str = "chromium", machine: str = "machine-1",
    passes: int = 0, failures: int = 0,
) -> Spec:  # fmt: skip
    return spec(name, group=group, machine=machine, claimed=for_, passes=passes, failures=failures)


def passed(
    name: str = "pass.spec.ts", *, group: str = "chromium", machine: str = "machine-1", took: float = 60,
    completed: float = 10, flaky: int = 0,
) -> Spec:  # fmt: skip
    return spec(
        name, group=group, machine=machine, claimed=completed + took, completed=completed, took=took,
        passes=4, flaky=flaky,
    )  # fmt: skip


def failed(
    name: str = "fail.spec.ts", *, group: str = "chromium", machine: str = "machine-1", took: float = 60,
    completed: float = 10, failures: int = 1,
) -> Spec:  # fmt: skip
    return spec(
        name, group=group, machine=machine, claimed=completed + took, completed=completed, took=took,
        passes=4 - failures, failures=failures,
    )  # fmt: skip


def group(
    name: str = "chromium",
    *,
    overall: int | None = 10,
    claimed: int | None = 6,
    complete: int | None = 4,
    planned: int | None = 40,
    passes: int | None = 14,
    failures: int | None = 1,
    pending: int | None = 1,
    skipped: int | None = 0,
    flaky: int | None = 1,
) -> Group:
    return Group(
        group_id=plain(name),
        platform=Platform(os_name=plain("linux"), browser_name=plain(name)),
        instances=SpecCounts(
            overall=overall, claimed=claimed, complete=complete, passes=3, failures=failures
        ),
        tests=TestCounts(
            overall=None if passes is None else passes + (failures or 0),
            tests=planned,
            passes=passes,
            failures=failures,
            pending=pending,
            skipped=skipped,
            retries=0,
            flaky=flaky,
        ),
    )


def run(
    *specs: Spec,
    state: str = "IN_PROGRESS",
    status: str = "RUNNING",
    run_id: str = RUN_ID,
    groups: tuple[Group, ...] | None = None,
    created: float = 760,
    project: str = "Shop42",
) -> Run:
    named = tuple(dict.fromkeys(s.group_id or Text("") for s in specs))
    return Run(
        run_id=plain(run_id),
        project_id=plain(project),
        completion_state=plain(state),
        status=plain(status),
        created_at=ago(created),
        groups=groups if groups is not None else tuple(group(name) for name in named),
        specs=tuple(specs),
        meta=RunMeta(
            ci_build_id=plain("build-7"),
            commit=Commit(
                sha=plain("a41c9e7d00"),
                branch=plain("feat/checkout"),
                author_name=plain("Example Author"),
                author_email=plain("author@example.com"),
                message=block("fix: debounce the address look-up\n\nMore of it."),
            ),
            framework=Framework(type=plain("pw"), version=plain("1.50.1")),
        ),
    )


def canceled(*specs: Spec, before: float | None = 20) -> Run:
    """A run that was cancelled that many seconds before `NOW`; None: nobody tells when."""
    told = Cancellation(actor=plain("api:ops"), canceled_at=ago(before) if before is not None else None)
    return structs.replace(run(*specs, state="CANCELED", status="PASSED"), cancellation=told)


def attempt(error: str = "", *, frame: str = "", took: float = 2, file: str = "", line: int = 7) -> Attempt:
    """A go at a test, `took` seconds long; with an `error` it failed, at `line` of `file`."""
    told = CodeFrame(
        frame=inked(frame) if frame else None, line=line if file else None, file=plain(file) or None
    )
    return Attempt(
        state=plain("failed" if error else "passed"),
        error=TestError(message=inked(error), code_frame=told) if error else None,
        wall_clock_started_at=ago(60),
        wall_clock_duration=took * 1000,
    )


def a_test(
    title: str, *attempts: Attempt, state: str = "", key: str = "", suite: str = "The suite"
) -> TestOfFile:
    """A test of a file: failed when its last attempt failed, unless its `state` is said."""
    last = attempts[-1].state if attempts else None
    return TestOfFile(
        test_id=plain(key or title),
        title=(plain(suite), plain(title)),
        state=plain(state) if state else last,
        is_flaky=last == "passed" and len(attempts) > 1,
        attempts=attempts,
    )


def instance(of: Spec, *tests: TestOfFile, artifacts: tuple[Artifact, ...] = ()) -> Instance:
    """What is known of the tests of `of`."""
    return Instance(
        instance_id=of.instance_id,
        run_id=plain(RUN_ID),
        group_id=of.group_id,
        spec=of.spec,
        machine_id=of.machine_id,
        completed_at=of.completed_at,
        tests=tests,
        artifacts=artifacts,
    )
