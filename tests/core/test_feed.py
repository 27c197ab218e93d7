"""The list of runs as pages make it: what is new, what is gone, what was forgotten, what is needed next."""

from collections.abc import Iterable, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from currents_tui.core.feed import (
    GAP,
    HEAD,
    KEPT,
    NEAR,
    REFUSALS,
    Feed,
    newest_of,
    page_failed,
    page_near,
    retold,
    trimmed,
    with_newest,
    with_page,
    without,
)
from currents_tui.core.model import FeedItem, RunPage
from currents_tui.core.problem import Kind
from currents_tui.core.run_filter import PageRequest, parse_run_filter
from currents_tui.core.text import plain
from tests.feeds import item, items, number_of, page, run_id

EMPTY = Feed(project_id="Shop42")


def numbers(feed: Feed) -> list[list[int]]:
    return [[number_of(one.run_id or "") for one in segment] for segment in feed.segments]


def after(number: int) -> PageRequest:
    return PageRequest(after=f"{number:024x}")


def before(number: int) -> PageRequest:
    return PageRequest(before=f"{number:024x}")


def down(*spans: tuple[int, int]) -> Feed:
    """Segments of runs from the first number of each span down to the second."""
    segments = tuple(items(*range(first, last - 1, -1)) for first, last in spans)
    return Feed(project_id="Shop42", segments=segments)


PASSED = parse_run_filter("st:passed")


class TestRunsThatAreNotWanted:
    """What a service lists that does not filter as it was asked."""

    def test_they_are_no_rows_and_the_list_goes_on_behind_them(self) -> None:
        told = (item(3), item(2, state="CANCELED"), item(1, state="TIMEOUT", status="FAILED"))
        feed = with_newest(structs.replace(EMPTY, wanted=PASSED), RunPage(items=told, has_more=True))
        assert feed.keys == (run_id(3), GAP + run_id(1))
        assert page_near(feed, GAP + run_id(1)) == after(1)

    def test_a_page_of_nothing_else_is_not_the_end(self) -> None:
        others = tuple(item(number, state="CANCELED") for number in (3, 2))
        feed = with_newest(structs.replace(EMPTY, wanted=PASSED), RunPage(items=others, has_more=True))
        assert feed.keys == (GAP + run_id(2),)
        assert not feed.is_complete
        feed = with_page(feed, after(2), page(1, more=False))
        assert feed.keys == (run_id(1),)


class TestTheNewestPage:
    def test_new_runs_come_on_top_and_older_ones_stay(self) -> None:
        feed = with_newest(down((10, 1)), page(12, 11, 10, 9, 8))
        assert numbers(feed) == [[12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]]

    def test_a_run_that_it_leaves_out_is_gone(self) -> None:
        assert numbers(with_newest(down((10, 1)), page(10, 8, 7))) == [[10, 8, 7, 6, 5, 4, 3, 2, 1]]

    def test_the_last_run_of_the_page_may_be_the_one_that_is_gone(self) -> None:
        assert numbers(with_newest(down((10, 7)), page(10, 9, 8, 6))) == [[10, 9, 8, 6]]

    def test_a_page_that_is_all_there_is(self) -> None:
        feed = with_newest(down((10, 1)), page(3, 2, more=False))
        assert numbers(feed) == [[3, 2]]
        assert feed.is_complete

    def test_more_new_runs_than_a_page_leave_a_gap(self) -> None:
        feed = with_newest(down((10, 8)), page(30, 29, 28))
        assert numbers(feed) == [[30, 29, 28], [10, 9, 8]]
        assert [key for key in feed.keys if key.startswith(GAP)] == [GAP + run_id(28), GAP + run_id(8)]

    def test_the_same_page_again_keeps_the_very_same_values(self) -> None:
        feed = with_newest(EMPTY, page(3, 2, 1))
        again = with_newest(feed, page(3, 2, 1))
        assert again.segments is feed.segments
        assert again.seen is feed.seen

    def test_a_run_that_changed_is_the_only_new_value(self) -> None:
        feed = with_newest(EMPTY, page(3, 2, 1))
        changed = RunPage(items=(item(3), item(2, status="FAILED"), item(1)), has_more=True)
        again = with_newest(feed, changed)
        same = [new is old for new, old in zip(again.items, feed.items, strict=True)]
        assert same == [True, False, True]

    def test_a_run_that_is_named_twice_is_there_once(self) -> None:
        assert numbers(with_newest(EMPTY, page(3, 3, 2))) == [[3, 2]]

    def test_names_that_were_in_it_are_remembered(self) -> None:
        told = RunPage(items=(item(2, branch="feat/x", tags=("e2e",)), item(1)), has_more=False)
        seen = with_newest(EMPTY, told).seen
        assert (seen.branches, seen.tags, seen.authors) == (("feat/x", "main"), ("e2e",), ("Example Author",))


class TestMorePages:
    def test_older_runs_come_behind(self) -> None:
        feed = with_page(down((10, 8)), after(8), page(7, 6, 5))
        assert numbers(feed) == [[10, 9, 8, 7, 6, 5]]
        assert not feed.is_complete

    def test_the_last_page_completes_the_list(self) -> None:
        feed = with_page(down((10, 8)), after(8), page(7, more=False))
        assert feed.is_complete
        assert not any(key.startswith(GAP) for key in feed.keys)

    def test_an_empty_page_is_the_end_whatever_it_says(self) -> None:
        assert with_page(down((10, 8)), after(8), RunPage(has_more=True)).is_complete

    def test_a_gap_closes_from_above(self) -> None:
        feed = with_page(down((30, 28), (25, 20)), after(28), page(27, 26, 25, 24))
        assert numbers(feed) == [[30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20]]

    def test_a_gap_becomes_smaller_from_above(self) -> None:
        feed = with_page(down((30, 28), (10, 8)), after(28), page(27, 26))
        assert numbers(feed) == [[30, 29, 28, 27, 26], [10, 9, 8]]

    def test_a_gap_closes_from_below_in_whichever_order_the_page_is(self) -> None:
        for order in ((28, 27, 26), (26, 27, 28)):
            feed = with_page(down((30, 28), (25, 20)), before(25), page(*order))
            assert numbers(feed) == [list(range(30, 19, -1))]

    def test_a_gap_becomes_smaller_from_below(self) -> None:
        feed = with_page(down((30, 28), (10, 8)), before(10), page(12, 11))
        assert numbers(feed) == [[30, 29, 28], [12, 11, 10, 9, 8]]

    def test_a_page_that_no_longer_fits_changes_nothing(self) -> None:
        feed = down((30, 28))
        assert with_page(feed, after(5), page(4, 3)).segments is feed.segments

    def test_a_page_that_failed_takes_nothing_away(self) -> None:
        feed = page_failed(down((30, 28)), after(28), Kind.BAD_ANSWER, "The answer was cut off.")
        assert numbers(feed) == [[30, 29, 28]]
        assert feed.page_trouble
        assert with_page(feed, after(28), page(27)).page_trouble == ""

    def test_a_cursor_that_was_refused_is_not_asked_with_again(self) -> None:
        feed = down((30, 1))
        for tried in range(REFUSALS):
            wanted = page_near(feed, run_id(1))
            assert wanted == after(1 + tried)
            feed = page_failed(feed, wanted, Kind.REFUSED, "Invalid cursor.")
        assert page_near(feed, run_id(1)) is None

    def test_going_on_from_before_a_refused_cursor_doubles_nothing(self) -> None:
        assert numbers(with_page(down((10, 8)), after(9), page(8, 7, 6))) == [[10, 9, 8, 7, 6]]


class TestWhatIsNeeded:
    def test_nothing_far_from_every_end(self) -> None:
        assert page_near(down((100, 1)), run_id(50)) is None

    def test_older_runs_near_the_end(self) -> None:
        assert page_near(down((100, 1)), run_id(NEAR)) == after(1)
        assert page_near(down((100, 1)), run_id(NEAR + 1)) is None

    def test_nothing_behind_the_oldest(self) -> None:
        assert page_near(structs.replace(down((100, 1)), is_complete=True), run_id(1)) is None

    def test_both_sides_of_a_gap(self) -> None:
        feed = structs.replace(down((200, 150), (100, 1)), is_complete=True)
        assert page_near(feed, run_id(150)) == after(150)
        assert page_near(feed, GAP + run_id(150)) == after(150)
        assert page_near(feed, run_id(100)) == before(100)

    def test_a_row_that_is_not_there(self) -> None:
        assert page_near(down((100, 1)), run_id(500)) is None


class TestForgetting:
    def test_a_short_list_is_left_alone(self) -> None:
        feed = down((300, 1))
        assert trimmed(feed, run_id(5)) is feed

    def test_what_is_far_from_the_cursor_and_not_new_is_forgotten(self) -> None:
        feed = trimmed(structs.replace(down((5000, 1)), is_complete=True), run_id(2000))
        assert feed.count <= HEAD + KEPT
        assert feed.item(run_id(2000)) is not None
        assert feed.item(run_id(5000)) is not None
        assert not feed.is_complete

    def test_going_through_ten_thousand_runs_and_back_keeps_it_small(self) -> None:
        there = items(*range(10_000, 0, -1))
        feed = with_newest(EMPTY, RunPage(items=there[:50], has_more=True))
        cursor, largest, asked = run_id(10_000), 0, 0
        for key in ("down", "up"):
            for _ in range(10_000):
                cursor = moved(feed, cursor, 20 if key == "down" else -20)
                wanted = page_near(feed, cursor)
                if wanted is not None:
                    asked += 1
                    paged = with_page(feed, wanted, answer(there, wanted))
                    if cursor not in paged.keys:
                        cursor = paged.keys[feed.keys.index(cursor)]
                    feed = trimmed(paged, cursor)
                    largest = max(largest, feed.count)
                if cursor in (run_id(1), run_id(10_000)) and wanted is None:
                    break
            assert cursor == (run_id(1) if key == "down" else run_id(10_000))
            assert all(in_order(segment) for segment in feed.segments)
        assert largest <= HEAD + KEPT + KEPT // 2 + 50
        assert 199 <= asked <= 500


def moved(feed: Feed, cursor: str, rows: int) -> str:
    keys = feed.keys
    return keys[min(max(keys.index(cursor) + rows, 0), len(keys) - 1)]


def answer(there: Sequence[FeedItem], wanted: PageRequest) -> RunPage:
    cursors = [one.cursor for one in there]
    if wanted.after:
        place = cursors.index(plain(wanted.after)) + 1
        return RunPage(items=tuple(there[place : place + 50]), has_more=place + 50 < len(there))
    place = cursors.index(plain(wanted.before))
    return RunPage(items=tuple(there[max(0, place - 50) : place]), has_more=place > 50)


def in_order(found: Iterable[FeedItem]) -> bool:
    ids = [one.run_id or "" for one in found]
    return ids == sorted(set(ids), reverse=True)


@settings(max_examples=300)
@given(st.data())
def test_whatever_comes_the_list_is_in_order_and_names_each_run_once(data: st.DataObject) -> None:
    """Runs come and go at the service, pages are asked for anywhere, and some come late."""
    there = list(range(1, 60))
    newest = 60
    feed = EMPTY
    for _ in range(data.draw(st.integers(1, 25))):
        match data.draw(st.sampled_from(["new", "delete", "newest", "page", "trim"])):
            case "new":
                newest += 1
                there.append(newest)
            case "delete" if there:
                there.remove(data.draw(st.sampled_from(there)))
            case "newest":
                shown = sorted(there, reverse=True)
                feed = with_newest(feed, page(*shown[:7], more=len(shown) > 7))
            case "page" if feed.keys:
                wanted = page_near(feed, data.draw(st.sampled_from(feed.keys)))
                if wanted is not None:
                    feed = with_page(feed, wanted, small_answer(sorted(there, reverse=True), wanted))
            case _:
                continue
        ids = [one.run_id or "" for one in feed.items]
        assert len(ids) == len(set(ids))
        assert ids == sorted(ids, reverse=True)
        assert all(feed.segments)


def test_what_a_page_passes_over_and_does_not_name_is_no_more() -> None:
    """A run was deleted in what had been loaded, and then the gap above it was filled."""
    feed = with_newest(EMPTY, page(*range(59, 52, -1)))
    feed = with_newest(feed, page(*range(67, 60, -1)))
    wanted = page_near(feed, run_id(67))
    assert wanted is not None
    filled = with_page(feed, wanted, page(59, 58, 57, 56, 54))
    assert numbers(filled) == [[*range(67, 60, -1), 59, 58, 57, 56, 54, 53]]


def small_answer(there: Sequence[int], wanted: PageRequest) -> RunPage:
    if wanted.after:
        older = [n for n in there if n < int(wanted.after, 16)]
        return page(*older[:5], more=len(older) > 5)
    newer = [n for n in there if n > int(wanted.before, 16)]
    return page(*newer[-5:], more=len(newer) > 5)


def test_a_deleted_run_is_gone_and_nothing_else() -> None:
    assert numbers(without(down((5, 1)), run_id(3))) == [[5, 4, 2, 1]]


def test_what_a_run_tells_of_itself_is_kept_in_its_place() -> None:
    feed = retold(down((5, 1)), item(3, status="FAILED"))
    changed = feed.item(run_id(3))
    assert changed is not None
    assert (changed.status, changed.cursor) == ("FAILED", f"{3:024x}")
    assert numbers(feed) == [[5, 4, 3, 2, 1]]


def test_the_newest_run_of_a_branch() -> None:
    feed = with_newest(EMPTY, RunPage(items=(item(3), item(2, branch="feat/x"), item(1, branch="feat/x"))))
    found = newest_of(feed, "feat/x")
    assert found is not None
    assert found.run_id == run_id(2)
    assert newest_of(feed, "feat/y") is None
