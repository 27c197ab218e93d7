"""The stories that the simulated service can tell: `(scenario, seed)` -> a project with its runs."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Final

from currents_tui.sim.catalog import BACKOFFICE, MOBILE, SHOP, many_files
from currents_tui.sim.plan import Cancel, Commit, RunPlan, Story, Tally
from currents_tui.sim.shape import (
    LENGTH,
    LIMIT,
    GroupShape,
    RunShape,
    Trouble,
    first,
    run_plan,
)

SCENARIOS: Final = ("busy", "stuck", "failing", "green", "flaky-network", "huge")
DEFAULT_BEGIN: Final = round(0.35 * LENGTH)
"""How far into the story a server begins unless told otherwise, in seconds at speed 1."""
LATER: Final = round(0.4 * LENGTH)
"""When one more run of the main run's branch appears."""

_HOUR = 3600.0
_BRANCH = "feat/checkout-v2"
_PAYMENT = "checkout/payment-3ds.spec.ts"


def _commit(branch: str, message: str, author: str = "Example Author", pull: int | None = None) -> Commit:
    email = f"{author.lower().replace(' ', '.')}@example.com"
    sha = f"{random.Random(f'{branch} {message}').getrandbits(160):040x}"
    return Commit(branch, message, sha, author, email, pull)


_DEBOUNCE = _commit(_BRANCH, "fix: debounce address lookup", pull=2231)
_FOLLOW_UP = _commit(_BRANCH, "fix: wait for the address before enabling Pay", pull=2231)
_EARLIER = _commit(_BRANCH, "feat: one-page checkout behind a flag", pull=2231)
_NIGHTLY = _commit("main", "Merge pull request #2227 from example-org/fix/login-flake")
_GREETING = _commit(
    "feat/i18n-größen", "feat(i18n): Grüße und Größen für 日本語 und Français", "Another Example", 2219
)
_MERGED = _commit("main", "fix: keep the mini cart open while it updates")
_OLDER = _commit("main", "refactor: move the price formatter to lib/", "Another Example")
_LOGIN = _commit("fix/login-flake", "test: stop racing the session cookie", "Another Example", 2227)
_RENOVATE = _commit(
    "renovate/playwright-1.51", "chore(deps): update playwright to v1.51", "Example Bot", 2230
)
_TAX = _commit("feat/tax-zones", "feat(admin): tax zones per warehouse\n", "Another Example")
_LEGACY = _commit("main", "fix(admin): rounding in the daily report\n")

# What goes wrong in the busy story's main run.
_TROUBLE: Final[Trouble] = {
    ("chromium", _PAYMENT): Tally(0, failures=1),
    ("firefox", _PAYMENT): Tally(0, failures=1),
    ("webkit", "account/order-history.spec.ts"): Tally(0, failures=1, skipped=1),
    ("mobile-chrome", "account/avatar-upload.spec.ts"): Tally(0, failures=1),
    ("chromium", "search/facets.spec.ts"): Tally(0, flaky=1),
    ("webkit", "cart/promo-codes.spec.ts"): Tally(0, flaky=2),
    ("firefox", "catalog/[id]/reviews.spec.ts"): Tally(0, flaky=1),
    ("chromium", "search/typeahead.spec.ts"): Tally(0, flaky=1),
}
_BEFORE: Final[Trouble] = {
    ("webkit", "account/order-history.spec.ts"): Tally(0, failures=1, skipped=1),
    ("chromium", "cart/guest-merge.spec.ts"): Tally(0, failures=2),
    ("firefox", "search/facets.spec.ts"): Tally(0, flaky=1),
}
_BACKOFFICE_TROUBLE: Final[Trouble] = {
    ("e2e-chrome", "cypress/e2e/products/[sku]/edit.cy.ts"): Tally(0, failures=1),
    ("e2e-electron", "cypress/e2e/reports/daily-sales.cy.ts"): Tally(0, flaky=1),
    ("e2e-chrome", "cypress/e2e/settings/tax-zones.cy.ts"): Tally(0, flaky=1),
}


def shop_groups(silent: bool = False) -> tuple[GroupShape, ...]:
    """73 specs in 4 groups on 11 machines, of which one has two workers.

    The groups begin one after another, as they do where runners are few.
    """
    return (
        GroupShape("chromium", SHOP, (0.0, 2.2, 5.1, 6.4), silent=(1, 2) if silent else (-1, 0)),
        GroupShape("firefox", first(SHOP, 19), (170.0, 173.5, 178.0)),
        GroupShape("webkit", first(SHOP, 17), (300.0, 304.0, 311.0)),
        GroupShape("mobile-chrome", MOBILE, (400.0,), lanes=2),
    )


def _small(count: int, *names: str) -> tuple[GroupShape, ...]:
    return tuple(GroupShape(name, first(SHOP, count), (3.0, 4.5)) for name in names)


def _backoffice(*names: str) -> tuple[GroupShape, ...]:
    return tuple(GroupShape(name, BACKOFFICE, (2.0, 3.1), shortest=15) for name in names)


def _widespread(seed: int) -> Trouble:
    """Failures in every third spec or so, the same files in most groups."""
    rng = random.Random(f"{seed} widespread")
    broken = set(rng.sample(list(SHOP), 11))
    wrong: dict[tuple[str, str], Tally] = {}
    for group in shop_groups():
        for path, tests in group.files.items():
            if path in broken and rng.random() < 0.85:
                wrong[group.name, path] = Tally(
                    0, rng.randint(1, tests // 3), rng.randint(0, 1), 0, rng.randint(0, 2)
                )
    return wrong


def _huge_shape(seed: int) -> RunShape:
    """10,000 specs in 50 groups on 200 machines."""
    rng = random.Random(f"{seed} huge")
    files = many_files()
    browsers = ("chromium", "firefox", "webkit", "mobile-chrome", "mobile-safari")
    locales = ("de-DE", "en-GB", "en-US", "es-ES", "fr-FR", "it-IT", "ja-JP", "nl-NL", "pl-PL", "sv-SE")
    names = [f"{browser}-{locale}" for browser in browsers for locale in locales]
    groups = tuple(
        GroupShape(name, files, tuple(rng.uniform(0, 40) for _ in range(4)), shortest=8, longest=34)
        for name in names
    )
    paths = list(files)
    trouble: dict[tuple[str, str], Tally] = {}
    for name in names:
        trouble |= {(name, path): Tally(0, failures=1) for path in rng.sample(paths, 1)}
        trouble |= {(name, path): Tally(0, flaky=1) for path in rng.sample(paths, 2)}
    return RunShape("main", _DEBOUNCE, groups, LENGTH, trouble=trouble, early_claim=True)


def _main_shape(scenario: str, seed: int) -> RunShape:
    if scenario == "huge":
        return _huge_shape(seed)
    trouble: Trouble = {} if scenario == "green" else _widespread(seed) if scenario == "failing" else _TROUBLE
    groups = shop_groups(silent=scenario == "stuck")
    return RunShape("main", _DEBOUNCE, groups, LENGTH, trouble=trouble, early_claim=True)


def _others_in_progress(scenario: str) -> tuple[RunShape, RunShape]:
    """A Playwright run and a Cypress run that are under way while the main run is."""
    good = scenario == "green"
    crashed = ("e2e-chrome", "cypress/e2e/products/import.cy.ts") if scenario == "failing" else ("", "")
    return (
        RunShape(
            "nightly", _NIGHTLY, _small(16, "chromium", "webkit"), 1000, tags=("e2e", "nightly"), begins=-150
        ),
        RunShape(
            "backoffice",
            _TAX,
            _backoffice("e2e-chrome", "e2e-electron"),
            1080,
            flavour="cypress",
            tags=(),
            trouble=None if good else _BACKOFFICE_TROUBLE,
            crashed=crashed,
            begins=-215,
        ),
    )


def _history(seed: int) -> tuple[RunPlan, ...]:
    """Runs that were over before the story began, newest first."""

    def past(shape: RunShape) -> RunPlan:
        return run_plan(shape, seed)

    whole, silent = shop_groups(), shop_groups(silent=True)
    nightly: Trouble = {("webkit", "cart/promo-codes.spec.ts"): Tally(0, failures=1)}
    cancelled = past(RunShape("h-cancelled", _GREETING, whole, 1085, ago=4.1 * _HOUR))
    by_policy = past(RunShape("h-fail-fast", _EARLIER, whole, 1100, trouble=_BEFORE, ago=7.2 * _HOUR))
    return (
        past(RunShape("h-before", _EARLIER, whole, 1062, trouble=_BEFORE, early_claim=True, ago=2.2 * _HOUR)),
        past(RunShape("h-merged", _MERGED, whole, 1131, tags=("e2e", "main"), ago=3.4 * _HOUR)),
        replace(cancelled, cancel=Cancel(0.55 * 1085, "api:superseded-runs")),
        past(RunShape("h-login", _LOGIN, whole, 1047, ago=5.6 * _HOUR)),
        replace(by_policy, cancel=Cancel(0.7 * 1100, "fail-fast-policy", "failFast")),
        past(RunShape("h-renovate", _RENOVATE, silent, 1120, tags=("e2e", "deps"), ago=9.5 * _HOUR)),
        past(RunShape("h-legacy", _LEGACY, _backoffice(""), 702, flavour="cypress", tags=(), ago=21 * _HOUR)),
        past(RunShape("h-nightly", _OLDER, _small(16, "chromium", "webkit"), 1010, tags=("e2e", "nightly"),
                      trouble=nightly, ago=24.2 * _HOUR)),
    )  # fmt: skip


def story(scenario: str, seed: int) -> Story:
    """The whole story of a scenario; the same for the same arguments.

    Raises ValueError for a scenario that does not exist.
    """
    if scenario not in SCENARIOS:
        raise ValueError(f"no such scenario: {scenario}; there are {', '.join(SCENARIOS)}")
    rng = random.Random(f"{seed} project")
    project_id = "".join(rng.choices("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=6))
    main = run_plan(_main_shape(scenario, seed), seed)
    others = [run_plan(shape, seed) for shape in _others_in_progress(scenario)]
    later_trouble: Trouble = (
        {} if scenario == "green" else {("webkit", "cart/promo-codes.spec.ts"): Tally(0, flaky=1)}
    )
    later = RunShape("later", _FOLLOW_UP, shop_groups(), 1093, trouble=later_trouble, begins=LATER)
    return Story(
        scenario=scenario,
        seed=seed,
        project_id=project_id,
        name="webshop",
        limit=LIMIT,
        runs=(main, *others, run_plan(later, seed), *_history(seed)),
    )
