"""What failed, what to run again, and how it is told."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from currents_tui.api.decode_instance import read_instance
from currents_tui.core.annotations import github, gitlab_section
from currents_tui.core.failure_text import as_json, brief_lines, markdown_lines, text_lines
from currents_tui.core.failures import Outcome, SpecFailures, failures, repeat_file, spec_failures, suspects
from currents_tui.core.instance import Artifact, ArtifactKind
from currents_tui.core.model import Framework, Group, Link, Platform, Run, RunMeta
from currents_tui.core.problem import Kind, Problem
from currents_tui.core.text import plain
from tests import builders
from tests.builders import a_test, instance, run, spec
from tests.instances import INSTANCE_ID, PLAIN, PLAIN_FRAME, SHAPES, SPEC, cypress, enveloped, playwright_2
from tests.walked import Walked

PLAYWRIGHT = RunMeta(framework=Framework(type=plain("pw"), version=plain("1.50.1")))
BAD = spec(SPEC, key=INSTANCE_ID, claimed=60, completed=10, passes=2, failures=1, skipped=1)


def of(document: dict[str, Any], about: Run | None = None, **spec_fields: Any) -> SpecFailures:
    instance = read_instance(enveloped(document), INSTANCE_ID)
    about = about or structs.replace(run(BAD), meta=PLAYWRIGHT)
    return spec_failures(structs.replace(BAD, **spec_fields), instance, about)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_failed_tests_come_first_with_their_errors(shape: Callable[[], dict[str, Any]]) -> None:
    failed, flaky = of(shape()).tests
    assert (failed.outcome, failed.attempts, failed.name) == (Outcome.FAILED, 3, "Totals › adds up")
    assert (failed.message, failed.frame, failed.place) == (PLAIN, PLAIN_FRAME, (SPEC, 42))
    assert failed.first_line == "Error: expect(received).toBe(expected)"
    # A flaky test is told with the attempt that failed, not with the one that passed.
    assert (flaky.outcome, flaky.attempts, flaky.place) == (Outcome.FLAKY, 2, (SPEC, 57))
    assert of(shape()).not_run == 1


def test_what_was_left_behind_is_gone_through_once_for_all_tests() -> None:
    good, bad = builders.attempt(), builders.attempt("Error: no")
    shot = Artifact(kind=ArtifactKind.SCREENSHOT, link=Link("https://f.example/1"))
    shots = [structs.replace(shot, test_id=plain(str(n % 40)), attempt=n % 3) for n in range(120)]
    left = Walked([*shots, Artifact(kind=ArtifactKind.VIDEO, link=shot.link)])
    tests = [a_test(str(n), bad, good, bad, key=str(n)) for n in range(40)]
    found = spec_failures(BAD, structs.replace(instance(BAD, *tests), artifacts=left), run(BAD))
    assert left.times == 1
    assert {tuple(one.attempt for one in test.artifacts) for test in found.tests} == {(2, 0, None)}


def test_of_the_artifacts_those_of_the_last_attempt_come_first() -> None:
    failed, flaky = of(playwright_2()).tests
    assert [artifact.attempt for artifact in failed.artifacts] == [2, 2, 2, 2, 0]
    assert flaky.artifacts == ()


def test_the_failed_files_are_asked_about_and_then_the_flaky_ones() -> None:
    flaky = spec("b.spec.ts", claimed=60, completed=10, passes=3, flaky=1)
    fine = spec("c.spec.ts", claimed=60, completed=10, passes=4)
    assert suspects(run(flaky, fine, BAD)) == (BAD, flaky)


def test_a_file_whose_tests_are_not_known_is_still_told() -> None:
    about = run(
        BAD, spec("crash.spec.ts", key="crash", claimed=9, completed=1, exception="Error: no\nconfig")
    )
    unknown, crashed = failures(about, {INSTANCE_ID: Problem(Kind.SERVER, "It is down.")})
    assert (unknown.problem, unknown.is_failed, unknown.tests) == ("It is down.", True, ())
    assert (crashed.exception, crashed.is_failed) == ("Error: no\nconfig", True)
    told = "\n".join(text_lines([unknown, crashed]))
    assert "its tests are not known: It is down." in told
    assert "      Error: no\n      config" in told
    assert [one["error"] for one in as_json([unknown, crashed], str)] == ["It is down.", "Error: no\nconfig"]


def test_that_a_file_has_no_instance_is_said_of_one_that_has_none_alone() -> None:
    without = structs.replace(BAD, instance_id=None)
    said = [spec_failures(one, None, run(one)).problem for one in (BAD, without)]
    assert said == ["Its tests were not asked for.", "The service names no instance of it."]


# --- the command that repeats it


def test_playwright_is_told_the_file_the_project_and_the_title() -> None:
    failed = of(playwright_2()).tests[0]
    assert failed.command == f"npx playwright test {SPEC} --project=chromium -g 'Totals adds up'"


def test_the_project_is_what_the_group_calls_its_browser() -> None:
    group = Group(group_id=plain("chromium"), platform=Platform(browser_name=plain("Mobile Chrome")))
    about = structs.replace(run(BAD), meta=PLAYWRIGHT, groups=(group,))
    assert repeat_file(about, BAD) == f"npx playwright test {SPEC} --project='Mobile Chrome'"


def test_cypress_is_told_the_file() -> None:
    about = structs.replace(run(BAD), meta=RunMeta(framework=Framework(type=plain("cypress"))))
    assert of(cypress(), about).tests[0].command == f"npx cypress run --spec {SPEC}"
    old = structs.replace(about, meta=RunMeta(), cypress_version=plain("10.0.0"))
    assert repeat_file(old, BAD) == f"npx cypress run --spec {SPEC}"


def test_nobody_knows_how_another_framework_repeats_a_test() -> None:
    about = structs.replace(run(BAD), meta=RunMeta(framework=Framework(type=plain("vitest"))))
    assert of(playwright_2(), about).tests[0].command == ""


@pytest.mark.parametrize(
    "hostile",
    [
        "$(touch /tmp/x)",
        "`touch x`",
        "it's; rm -rf ~",
        "a\nb",
        "--config=evil.ts",
        "a | b && c",
        "ünï (1) [2] {3}",
    ],
)
def test_a_hostile_title_or_file_is_one_word_to_a_shell(hostile: str) -> None:
    document = playwright_2()
    for test in document["results"]["tests"]:
        test["title"] = [hostile]
    command = of(document, spec=plain(hostile)).tests[0].command
    shown = subprocess.run(
        ["sh", "-c", f"npx() {{ printf '%s\\n' \"$@\"; }}; {command}"],
        capture_output=True,
        check=True,
        text=True,
    )
    words = shown.stdout.splitlines()
    assert words == shlex.split(command)[1:]
    assert len(words) == 6
    assert not words[2].startswith("-")


def test_a_title_is_a_pattern_that_stands_for_itself() -> None:
    document = playwright_2()
    for test in document["results"]["tests"]:
        test["title"] = ["costs $5 (or 5.00)?"]
    assert of(document).tests[0].command.endswith(r"-g 'costs \$5 \(or 5.00\)\?'")


# --- how it is told


def test_the_text_reads_from_the_file_to_the_command() -> None:
    assert (
        "\n".join(text_lines([of(playwright_2())]))
        == f"""\
FAILED  {SPEC}  [chromium]

    failed, 3 attempts: Totals › adds up
      Error: expect(received).toBe(expected)

      Expected: 3
      Received: 2

        41 |   const n = lines();
      > 42 |   expect(n).toBe(3);
          |             ^

      at {SPEC}:42

      screenshot  https://files.example/2.png?X-Amz-Expires=9
      video       https://files.example/2.webm?X-Amz-Expires=9
      trace       https://files.example/2.zip?X-Amz-Expires=9
      log.txt     https://files.example/2.txt?X-Amz-Expires=9

      npx playwright test {SPEC} --project=chromium -g 'Totals adds up'

    flaky, 2 attempts: Totals › rounds
      Error: expect(received).toBe(expected)

      Expected: 3
      Received: 2

        41 |   const n = lines();
      > 42 |   expect(n).toBe(3);
          |             ^

      at {SPEC}:57

      npx playwright test {SPEC} --project=chromium -g 'Totals rounds'

    1 test did not run because of an error

1 test failed, 1 flaky."""
    )


def test_nothing_failed() -> None:
    assert text_lines([]) == ["No test failed."]
    assert as_json([], str) == []


def test_json_has_the_names_that_the_readme_promises() -> None:
    first, second = as_json([of(playwright_2())], lambda instance_id: f"https://app.example/{instance_id}")
    assert list(first) == [
        "spec", "group", "title", "outcome", "attempts", "error", "code", "line", "artifacts", "command",
        "instanceId", "testId", "url",
    ]  # fmt: skip
    assert first["artifacts"][0] == {
        "kind": "screenshot",
        "name": "screenshot",
        "attempt": 3,
        "url": "https://files.example/2.png?X-Amz-Expires=9",
    }
    assert (first["url"], second["outcome"]) == (f"https://app.example/{INSTANCE_ID}", "flaky")
    json.dumps([first, second])


def test_markdown_holds_what_it_is_given() -> None:
    document = playwright_2()
    hostile = "</code> `x` ``` @everyone <img src=x> [a](javascript:1) #1"
    for test in document["results"]["tests"]:
        test["title"] = [hostile]
    document["testResults"]["t1"]["attempts"][2]["error"]["message"] = "```\n# gotcha\n````"
    document["results"]["screenshots"][1]["screenshotURL"] = "https://files.example/a)b.png"
    document["results"]["videos"][0]["videoUrl"] = "javascript:alert(1)"
    lines = markdown_lines([of(document)], hostile, "https://app.example/run/1")
    assert f"### ````{hostile}````: 1 test failed, 1 flaky" in lines
    assert f"**failed, 3 attempts**: ````{hostile}````" in lines
    begins = lines.index("`````")
    assert lines[begins + 1 : begins + 4] == ["```", "# gotcha", "````"]
    assert lines.index("`````", begins + 1) > begins + 4
    told = "\n".join(lines)
    assert "(https://files.example/a%29b.png)" in told
    assert "javascript:alert" not in told


def test_in_brief_each_test_has_the_first_line_of_its_error() -> None:
    found = [of(playwright_2()), of(cypress())]
    assert brief_lines(found, 3) == [
        f"FAILED  {SPEC}  [chromium]",
        "    failed: Totals › adds up",
        "      Error: expect(received).toBe(expected)",
        "    flaky: Totals › rounds",
        "      Error: expect(received).toBe(expected)",
        f"FAILED  {SPEC}  [chromium]",
        "    failed: Totals › adds up",
        "      Error: expect(received).toBe(expected)",
        "and more",
    ]
    assert brief_lines([], 3) == []


# --- the logs of CI services


def test_github_is_told_the_file_from_the_root_of_the_repository() -> None:
    found = of(playwright_2())
    error, warning = github([found], "/builds/webshop")
    assert error.startswith(
        f"::error file=e2e/{SPEC},line=42,title=Totals › adds up::Error: expect(received)"
    )
    assert error.endswith("%0A%0AExpected: 3%0AReceived: 2")
    assert warning.startswith("::warning ")
    assert next(github([found], "/elsewhere")).startswith(f"::error file={SPEC},")


@pytest.mark.parametrize("root", ["/home/runner/work/shop/shop", "/__w/shop/shop", "/elsewhere/with/it"])
def test_the_machine_that_ran_it_may_keep_the_repository_elsewhere(root: str) -> None:
    document = playwright_2()
    document["testResults"]["t1"]["attempts"][2]["error"]["codeFrame"]["file"] = f"{root}/e2e/{SPEC}"
    expected = SPEC if root.startswith("/elsewhere") else f"e2e/{SPEC}"
    assert next(github([of(document)], "/github/workspace")).startswith(f"::error file={expected},")


def test_no_title_ends_an_annotation_early_or_begins_another() -> None:
    document = playwright_2()
    for test in document["results"]["tests"]:
        test["title"] = ["a,line=1::\n::set-output name=x::y%0A"]
    error = next(github([of(document)], ""))
    assert "\n" not in error
    assert "title=a%2Cline=1%3A%3A %3A%3Aset-output name=x%3A%3Ay%250A::Error" in error


def test_github_shows_ten_of_a_sort() -> None:
    found = [of(playwright_2()) for _ in range(15)]
    told = list(github(found, ""))
    assert [line.split()[0] for line in told] == ["::error"] * 10 + ["::warning"] * 10


def test_a_section_folds_on_gitlab() -> None:
    assert list(gitlab_section("tests", "Failed", ["one"], 1700000000)) == [
        "\x1b[0Ksection_start:1700000000:tests[collapsed=true]\r\x1b[0KFailed",
        "one",
        "\x1b[0Ksection_end:1700000000:tests\r\x1b[0K",
    ]


def test_a_message_without_a_place_is_told_without_one() -> None:
    document = playwright_2()
    for attempt in document["testResults"]["t1"]["attempts"]:
        attempt["error"] = {"message": "Boom", "codeFrame": None, "stack": None}
    failed = of(document).tests[0]
    assert (failed.place, failed.frame, failed.message) == (None, "", "Boom")
    for attempt in document["testResults"]["t1"]["attempts"]:
        attempt["error"] = {"message": "Boom", "codeFrame": None, "stack": f"Boom\n at /x/{SPEC}:7:1"}
    assert of(document).tests[0].place == (SPEC, 7)
