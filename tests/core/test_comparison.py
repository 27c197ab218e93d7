"""Two runs side by side."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from currents_tui.core.comparison import Comparison, as_json, compare, summary_words, text_lines, wanted
from currents_tui.core.ink import inked
from currents_tui.core.instance import Attempt, Instance, Test, TestError
from currents_tui.core.model import Run, RunMeta, Spec
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.text import plain
from tests.builders import failed, passed, run, spec, waiting

BROKEN = TestError(message=inked("Error: no\nmore"))


def instance(**states: str) -> Instance:
    return Instance(
        tests=tuple(
            Test(
                title=(plain("Cart"), plain(name)),
                state=plain("passed" if state == "flaky" else state),
                is_flaky=state == "flaky",
                attempts=(Attempt(state=plain("failed"), error=BROKEN),)
                if state in ("failed", "flaky")
                else (),
            )
            for name, state in states.items()
        )
    )


def compared(now: Mapping[Spec, Instance | Problem], before: Mapping[Spec, Instance | Problem]) -> Comparison:
    def known(run_: Mapping[Spec, Instance | Problem]) -> dict[str, Instance | Problem]:
        return {spec_.instance_id or "": told for spec_, told in run_.items()}

    return compare(run(*now), known(now), run(*before), known(before))


def names(tests: object) -> list[str]:
    return [test.titles[-1] for test in tests]  # type: ignore[attr-defined]


def test_what_is_new_what_stays_and_what_is_fixed() -> None:
    now = instance(a="failed", b="failed", c="passed", d="flaky", e="passed", g="flaky")
    before = instance(
        a="failed", b="passed", c="failed", d="failed", e="passed", f="failed", g="passed",
    )  # fmt: skip
    found = compared({failed("cart.spec.ts"): now}, {failed("cart.spec.ts"): before})
    assert (names(found.still), names(found.new), names(found.fixed)) == (["a"], ["b"], ["c"])
    assert [(test.titles[-1], test.note) for test in found.flaky] == [("d", "was failing"), ("g", "")]
    assert names(found.not_run) == ["f"]
    assert found.new[0].error == "Error: no"


def test_a_file_that_passes_now_is_asked_for_what_failed_in_it_before() -> None:
    now, before = passed("cart.spec.ts"), failed("cart.spec.ts")
    other = passed("fine.spec.ts")
    assert wanted(run(now, other), run(before, other)) == ((now,), (before,))
    assert names(compared({now: instance(a="passed")}, {before: instance(a="failed")}).fixed) == ["a"]


def test_a_file_that_the_other_run_did_not_have_or_not_get_to() -> None:
    found = compared(
        {failed("new.spec.ts"): instance(a="failed"), failed("late.spec.ts"): instance(b="failed")},
        {waiting("late.spec.ts"): instance()},
    )
    assert [test.note for test in found.new] == ["the file was not in that run", "that run did not get to it"]


def test_the_same_file_of_another_group_is_another_file() -> None:
    found = compared(
        {failed("a.spec.ts", group="webkit"): instance(a="failed")},
        {failed("a.spec.ts", group="chromium"): instance(a="failed")},
    )
    assert (len(found.new), len(found.still), len(found.not_run)) == (1, 0, 1)


def test_cypress_calls_its_group_after_the_build() -> None:
    def built(build: str, told: Instance) -> tuple[Run, dict[str, Instance | Problem]]:
        bad = failed("a.cy.ts", group=build)
        about = structs.replace(run(bad), meta=RunMeta(ci_build_id=plain(build)))
        return about, {bad.instance_id or "": told}

    found = compare(*built("build-2", instance(a="failed")), *built("build-1", instance(a="failed")))
    assert (len(found.still), len(found.new)) == (1, 0)


def test_a_file_that_could_not_run_is_a_failure_of_its_own() -> None:
    crash = spec("a.spec.ts", claimed=9, completed=1, exception="Error: no config")
    found = compared({crash: instance()}, {failed("a.spec.ts"): instance(a="failed")})
    assert (found.new[0].name, found.new[0].error) == ("(the file could not run)", "Error: no config")
    assert names(found.not_run) == ["a"]
    again = compared({failed("a.spec.ts"): instance(a="failed")}, {crash: instance()})
    assert [(test.name, test.note) for test in again.fixed] == [
        ("(the file could not run)", "the file runs again")
    ]


def test_of_a_file_that_could_not_be_asked_for_nothing_is_claimed() -> None:
    down, told = Problem(Kind.SERVER, "Down."), instance(a="failed", b="flaky")
    found = compared({failed("a.spec.ts"): told}, {failed("a.spec.ts"): down})
    # It may have failed before; that it was flaky now is so in any case.
    assert (found.new, names(found.flaky)) == ((), ["b"])
    found = compared({failed("a.spec.ts"): down}, {failed("a.spec.ts"): told})
    assert (found.not_run, found.fixed) == ((), ())


def test_a_file_that_could_not_run_is_known_from_the_run_itself() -> None:
    down, told = Problem(Kind.SERVER, "Down."), instance(a="failed")
    crash = spec("a.spec.ts", claimed=9, completed=1, exception="Error: no config")
    found = compared({crash: down}, {failed("a.spec.ts"): told})
    assert ([test.name for test in found.new], names(found.not_run)) == (["(the file could not run)"], ["a"])
    assert len(compared({crash: down}, {crash: down}).still) == 1


def test_the_text_names_the_parts_that_have_tests() -> None:
    found = compared(
        {failed("cart.spec.ts"): instance(a="failed", b="failed", d="flaky")},
        {failed("cart.spec.ts"): instance(a="failed", d="failed")},
    )
    assert text_lines(found) == [
        "",
        "NEWLY FAILING (1)",
        "  cart.spec.ts  [chromium]",
        "    Cart › b",
        "      Error: no",
        "",
        "STILL FAILING (1)",
        "  cart.spec.ts  [chromium]",
        "    Cart › a",
        "      Error: no",
        "",
        "FLAKY (1)",
        "  cart.spec.ts  [chromium]",
        "    Cart › d  (was failing)",
        "",
        "1 newly failing test, 1 still failing, 0 fixed, 1 flaky.",
    ]
    nothing = compared({}, {})
    assert text_lines(nothing) == ["No test failed or was flaky in either run."] == [summary_words(nothing)]


def test_programs_get_every_part() -> None:
    told = as_json(compared({failed("a.spec.ts"): instance(a="failed")}, {}))
    assert list(told) == ["newlyFailing", "stillFailing", "fixed", "flaky", "notRun"]
    assert told["newlyFailing"] == [
        {
            "spec": "a.spec.ts",
            "group": "chromium",
            "title": ["Cart", "a"],
            "error": "Error: no",
            "note": "the file was not in that run",
        }
    ]
