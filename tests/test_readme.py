"""The README, the manual page and the completions say what the code does."""

from tests.readme import README, SHARE, placed, revised, shared, written


def test_the_tables_are_those_of_the_code() -> None:
    text = README.read_text(encoding="utf-8")
    assert written(text) == text, "run: python -m tests.readme"


def test_what_an_installation_shares_is_what_the_code_says() -> None:
    there = {path: path.read_text(encoding="utf-8") for path in SHARE.rglob("*") if path.is_file()}
    assert shared(revised()) == there, "run: python -m tests.readme"


def test_the_benchmark_finds_its_place() -> None:
    text = README.read_text(encoding="utf-8")
    assert "<!-- bench -->\n\na table\n\n<!-- /bench -->" in placed(text, "bench", "a table")


def test_both_commands_are_where_the_checks_look_for_them() -> None:
    text = README.read_text(encoding="utf-8")
    for name in ("demo", "test"):
        assert text.count(f"<!-- command: {name} -->\n```sh\n") == 1
