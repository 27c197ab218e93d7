"""What a person may type for a run, and what never becomes part of a path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currents_tui.core.problem import Kind, Problem
from currents_tui.core.run_id import is_run_id, parse_beginning, parse_build, parse_instance, parse_run_id
from tests.safety import forbidden

SHORT = "0123456789abcdef"
LONG = SHORT * 2


@pytest.mark.parametrize(
    ("argument", "run_id"),
    [
        (SHORT, SHORT),
        (LONG, LONG),
        (SHORT.upper(), SHORT),
        (f"  {SHORT}\n", SHORT),
        (f"https://app.currents.dev/run/{SHORT}", SHORT),
        (f"https://app.currents.dev/run/{SHORT.upper()}/", SHORT),
        (f"https://app.currents.dev/run/{LONG}?tab=specs#top", LONG),
        (f"http://localhost:4000/base/run/{SHORT}/x", SHORT),
    ],
)
def test_an_id_or_a_link_names_a_run(argument: str, run_id: str) -> None:
    assert parse_run_id(argument) == run_id


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "  ",
        SHORT[:-1],
        LONG + "0",
        "../projects/x",
        "..",
        f"{SHORT}?x",
        f"{SHORT}/../x",
        f"{SHORT}\n{SHORT}",
        "x" * 16,
        "\uff10" * 16,
        f"run/{SHORT}",
        f"ftp://app.currents.dev/run/{SHORT}",
        f"https:///run/{SHORT}",
        f"https://app.currents.dev/instance/{SHORT}",
        f"https://app.currents.dev/?next=/run/{SHORT}",
        f"https://app.currents.dev/run/{LONG}0",
        f"https://app.currents.dev/myrun/{SHORT}",
        "@build-7",
    ],
)
def test_anything_else_is_refused(argument: str) -> None:
    with pytest.raises(Problem) as caught:
        parse_run_id(argument)
    assert caught.value.kind is Kind.BAD_SETTING


def test_a_refusal_quotes_safely_and_shortly() -> None:
    with pytest.raises(Problem) as caught:
        parse_run_id("\x1b]52;c;AAAA\x07x\u202e" + "long" * 1000)
    assert caught.value.sentence.startswith("“xlong")
    assert len(caught.value.sentence) < 100


@given(st.text())
def test_no_text_does_worse_than_be_refused(argument: str) -> None:
    try:
        assert is_run_id(parse_run_id(argument))
    except Problem as problem:
        assert forbidden(str(problem)) == ""


@pytest.mark.parametrize(
    ("argument", "build"),
    [
        ("@gh-18234567890-1", "gh-18234567890-1"),
        (" @a b ", "a b"),
        ("@größe/%", "größe/%"),
        ("@", None),
        ("gh-1", None),
        (SHORT, None),
    ],
)
def test_a_ci_build_is_said_with_an_at_sign(argument: str, build: str | None) -> None:
    assert parse_build(argument) == build


@pytest.mark.parametrize(
    ("argument", "instance"),
    [
        ("https://app.currents.dev/instance/AbC_1-2", "AbC_1-2"),
        (f" https://app.currents.dev/instance/{SHORT}/test/t1?attempt=2#error\n", SHORT),
        (f"http://localhost:4000/base/instance/{SHORT}", SHORT),
        (f"https://app.currents.dev/run/{SHORT}/instance/{LONG}", None),
        (f"https://app.currents.dev/instance/{'a' * 65}", None),
        ("https://app.currents.dev/instance/..", None),
        ("https://app.currents.dev/instance/", None),
        (f"https://app.currents.dev/?next=/instance/{SHORT}", None),
        (f"https://app.currents.dev/myinstance/{SHORT}", None),
        (f"ftp://app.currents.dev/instance/{SHORT}", None),
        (f"https:///instance/{SHORT}", None),
        (SHORT, None),
        ("@build-7", None),
        ("", None),
    ],
)
def test_a_link_to_a_spec_or_a_test_names_the_specs_execution(argument: str, instance: str | None) -> None:
    assert parse_instance(argument) == instance


@pytest.mark.parametrize(
    ("argument", "begun"),
    [
        (" F0A04491\n", "f0a04491"),
        ("012345", "012345"),
        (SHORT[:-1], SHORT[:-1]),
        (SHORT, None),
        ("01234", None),
        ("f0a0449x", None),
        ("@f0a04491", None),
        ("", None),
    ],
)
def test_the_beginning_of_an_id(argument: str, begun: str | None) -> None:
    assert parse_beginning(argument) == begun


def test_the_beginning_of_an_id_is_refused_as_that() -> None:
    with pytest.raises(Problem, match="“f0a04491” is only the beginning of a run id") as told:
        parse_run_id("f0a04491")
    assert "currents-tui runs" in told.value.hint
