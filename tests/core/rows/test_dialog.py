from datetime import UTC, timedelta

import pytest
from msgspec import structs

from currents_tui.core.cells import ASCII, UNICODE, Line, line_width
from currents_tui.core.deed import Deed, impossible
from currents_tui.core.events import Polled, PollFailed
from currents_tui.core.model import Link, Run
from currents_tui.core.problem import Kind
from currents_tui.core.rows.dialog import Dialog, Question, caption, dialog, preview
from currents_tui.core.rows.look import Look
from currents_tui.core.state import reduce, start
from currents_tui.core.text import plain
from currents_tui.core.watched import Watched
from tests.builders import NOW, RUN_ID, ago, failed, passed, run, running, waiting

LOOK = Look(UNICODE, UTC)
BUSY = run(failed(), running(), running("b"), waiting())
OVER = run(failed(), passed("b"), state="COMPLETE", status="FAILED")
LONG = run(running("カート/" * 60), waiting("x" * 300, group="👩‍👩‍👧" * 40))


def text(lines: tuple[Line, ...]) -> str:
    return "\n".join("".join(span for span, _ in line) for line in lines)


def watched(known: Run) -> Watched:
    state = start((RUN_ID,), 5)
    return reduce(state, Polled(run_id=RUN_ID, run=known, asked_at=ago(2), at=ago(1))).current


def shown(
    deed: Deed, known: Run, cells: int = 68, height: int = 22, look: Look = LOOK, **more: object
) -> str:
    question = Question(deed, (RUN_ID,), NOW - timedelta(seconds=2), **more)  # type: ignore[arg-type]
    return text(dialog(question, [watched(known)], NOW, cells, height, LOOK).lines)


def test_a_cancel_tells_all_of_it() -> None:
    told = shown(Deed.CANCEL, BUSY)
    for fact in (
        "2 claimed specs", "1 waiting spec", "never start", "FAILURE where one is reported",
        "Checked 1 s ago.", "This cannot be undone.", "y  Cancel the run",
    ):  # fmt: skip
        assert fact in told


def test_a_run_without_a_failure_turns_green_and_that_is_said() -> None:
    told = shown(Deed.CANCEL, run(passed(), waiting(), groups=()))
    assert "turns GREEN: nothing has failed" in told
    assert "though 1 spec never ran" in told


GREEN = run(*(waiting(f"w{n}") for n in range(120)), *(running(f"r{n}") for n in range(88)), groups=())
FULL = run(*(passed(f"p{n}") for n in range(1, 1047)), state="COMPLETE", status="FAILED")


@pytest.mark.parametrize(("deed", "known"), [(Deed.CANCEL, GREEN), (Deed.CANCEL, BUSY), (Deed.DELETE, FULL)])
def test_in_60_cells_no_sentence_is_cut(deed: Deed, known: Run) -> None:
    told = shown(deed, known, cells=56).splitlines()
    assert not [line for line in told[2:] if "…" in line and "Checking" not in line], told


def test_of_several_the_green_commit_is_told_in_60_cells() -> None:
    question = Question(Deed.CANCEL, ("a", "b"), NOW - timedelta(seconds=2))
    about = [structs.replace(watched(GREEN), run_id=run_id) for run_id in ("a", "b")]
    told = text(dialog(question, about, NOW, 56, 13, LOOK).lines)
    assert told.count("turns GREEN; 88 claimed finish, 120 never start") == 2


def test_a_delete_tells_what_is_lost_and_what_to_type() -> None:
    told = shown(Deed.DELETE, OVER, typed="6f")
    assert "2 spec results" in told
    assert "> 6f_" in told
    assert "not this run's id" in shown(Deed.DELETE, OVER, is_wrong=True)
    assert "Saved as x.json" in shown(Deed.DELETE, OVER, copied="Saved as x.json")


@pytest.mark.parametrize(("deed", "known"), [(Deed.CANCEL, GREEN), (Deed.DELETE, FULL)])
@pytest.mark.parametrize(("cells", "height"), [(56, 13), (68, 22)])
def test_when_it_was_is_told_also_where_there_is_little_room(
    deed: Deed, known: Run, cells: int, height: int
) -> None:
    ran = ", ran 12:30" if deed is Deed.DELETE else ""
    assert f"started 14:02:20, 13m ago{ran}\n" in shown(deed, known, cells, height)


def test_of_another_day_the_date_is_told_and_without_a_beginning_nothing() -> None:
    old = run(passed(completed=90_000), running(), state="TIMEOUT", created=90_760)
    long = "started 02-28 13:02, 25h ago, last result after 12:40"
    assert long in shown(Deed.DELETE, old, 56, 13)
    assert long in text(preview(Deed.DELETE, old, NOW, LOOK))
    assert "started" not in shown(Deed.CANCEL, structs.replace(BUSY, created_at=None))


def test_a_delete_tells_what_goes_uncounted_and_what_a_copy_leaves_out() -> None:
    told = shown(Deed.DELETE, OVER)
    assert "  any errors, screenshots, videos and traces" in told
    assert "x  Save the run as JSON first, without its errors" in told
    filmed = structs.replace(
        OVER,
        specs=tuple(
            structs.replace(one, results=structs.replace(one.results, video_url=Link("https://x/v.mp4")))
            for one in OVER.specs
            if one.results is not None
        ),
    )
    assert "  2 videos, any errors, screenshots and traces" in shown(Deed.DELETE, filmed)


def test_what_became_impossible_meanwhile_says_so_and_offers_nothing() -> None:
    told = shown(Deed.CANCEL, OVER)
    assert "nothing to cancel" in told
    assert "y  Cancel" not in told


def test_the_caption_names_the_run() -> None:
    assert "6f3b9c0e" in caption(Question(Deed.CANCEL, (RUN_ID,), NOW))
    assert "for ever" in caption(Question(Deed.DELETE, (RUN_ID,), NOW))


@pytest.mark.parametrize("look", [LOOK, Look(ASCII, UTC)], ids=["unicode", "ascii"])
@pytest.mark.parametrize("known", [BUSY, OVER, LONG])
@pytest.mark.parametrize("deed", Deed)
@pytest.mark.parametrize(("cells", "height"), [(56, 13), (68, 22), (20, 5), (0, 1), (200, 60)])
def test_it_fits_whatever_is_in_it(deed: Deed, known: Run, cells: int, height: int, look: Look) -> None:
    question = Question(deed, (RUN_ID,), NOW)
    lines = dialog(question, [watched(known)], NOW, cells, height, look).lines
    assert len(lines) <= height
    assert all(line_width(line) <= cells for line in lines)
    if look.glyphs is ASCII and known is not LONG:
        assert text(lines).isascii()


# --- several runs

IDS = tuple(f"{number:x}" * 16 for number in range(1, 9))


def several(height: int, *known: Run) -> str:
    return text(dialog_of(height, *known).lines)


def dialog_of(height: int, *known: Run) -> Dialog:
    ids = IDS[: len(known)]
    state = start(ids, 5)
    for run_id, one in zip(ids, known, strict=True):
        state = reduce(state, Polled(run_id=run_id, run=one, asked_at=ago(2), at=ago(1)))
    question = Question(Deed.CANCEL, ids, NOW - timedelta(seconds=2))
    return dialog(question, state.runs, NOW, 68, height, LOOK)


def test_every_run_is_listed_with_what_happens_to_it() -> None:
    told = several(22, BUSY, OVER, run(running(), waiting(), groups=()))
    for fact in (
        "11111111",
        "22222222",
        "33333333",
        "2 claimed finish, 1 never",
        "is over",
        "GREEN",
    ):
        assert fact in told
    assert "y  Cancel the runs" in told
    assert "Any other key keeps them running." in told


@pytest.mark.parametrize("height", range(1, 30))
def test_either_every_run_is_listed_or_nothing_can_be_confirmed(height: int) -> None:
    told = several(height, *[BUSY] * 8)
    listed = sum(run_id[:8] in told for run_id in IDS)
    assert listed in (0, 8)
    assert dialog_of(height, *[BUSY] * 8).confirms is (listed == 8)
    assert ("y  Cancel" in told) is (listed == 8)
    assert len(told.splitlines()) <= height


UNHEARD = Watched(IDS[1])
FAILED = PollFailed(
    run_id=IDS[1], at=NOW, kind=Kind.SERVER, sentence=plain("It has a problem."), hint=plain(""), attempt=1
)
UNREACHABLE = structs.replace(UNHEARD, trouble=FAILED)


def test_several_are_confirmed_once_each_has_answered_or_cannot() -> None:
    question = Question(Deed.CANCEL, (RUN_ID, IDS[1]), NOW - timedelta(seconds=2))

    def of(*about: Watched) -> Dialog:
        return dialog(question, [watched(BUSY), *about], NOW, 68, 20, LOOK)

    assert not of(UNHEARD).confirms
    assert "nothing is known of it yet" in text(of(UNHEARD).lines)
    assert of(UNREACHABLE).confirms
    assert "nothing is known of it: left as it is" in text(of(UNREACHABLE).lines)


def test_a_run_that_left_the_list_is_left_as_it_is() -> None:
    question = Question(Deed.CANCEL, IDS[:2], NOW)
    told = text(dialog(question, [watched(BUSY)], NOW, 68, 20, LOOK).lines)
    assert told.count("nothing is known of it: left as it is") == 2


# --- what is not shown is not confirmed


@pytest.mark.parametrize("known", [BUSY, OVER, LONG, run(passed(), waiting(), groups=())])
@pytest.mark.parametrize("deed", Deed)
@pytest.mark.parametrize("cells", [0, 1, 36, 55, 56, 68])
def test_nothing_is_confirmed_unless_the_run_the_warning_and_the_answer_are_all_there(
    deed: Deed, known: Run, cells: int
) -> None:
    question = Question(deed, (RUN_ID,), NOW - timedelta(seconds=2))
    offers = [dialog(question, [watched(known)], NOW, cells, height, LOOK) for height in range(1, 25)]
    for offer in offers:
        told = text(offer.lines)
        warning = "This cannot be undone." if deed is Deed.CANCEL else "Gone for everyone"
        answer = "y  Cancel the run" if deed is Deed.CANCEL else "  > _"
        assert not offer.confirms or (warning in told and answer in told and cells >= 56)
        assert offer.confirms or (answer not in told)
        if offer.confirms and "turns GREEN" in text(offers[-1].lines):
            assert "turns GREEN" in told
    assert offers[-1].confirms is (cells >= 56 and impossible(deed, known) is None)


@pytest.mark.parametrize("deed", Deed)
def test_a_run_of_which_nothing_is_known_is_not_confirmed(deed: Deed) -> None:
    listed = structs.replace(Watched(RUN_ID), listed=BUSY)
    told = dialog(Question(deed, (RUN_ID,), NOW - timedelta(seconds=2)), [listed], NOW, 68, 22, LOOK)
    assert not told.confirms
    assert text(told.lines).splitlines() == ["Nothing is known of this run yet.", "", "esc  Back"]
