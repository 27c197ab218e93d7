"""The README says what the code does."""

from tests.readme import README, placed, written


def test_the_tables_are_those_of_the_code() -> None:
    text = README.read_text(encoding="utf-8")
    assert written(text) == text, "run: python -m tests.readme"


def test_the_benchmark_finds_its_place() -> None:
    text = README.read_text(encoding="utf-8")
    assert "<!-- bench -->\n\na table\n\n<!-- /bench -->" in placed(text, "bench", "a table")


def test_both_commands_are_where_the_checks_look_for_them() -> None:
    text = README.read_text(encoding="utf-8")
    for name in ("demo", "test"):
        assert text.count(f"<!-- command: {name} -->\n```sh\n") == 1
