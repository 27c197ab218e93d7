"""One answer after the other about a run: only what differs is read, and what is read is the same."""

import json

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from currents_tui.api.decode import RunReader, decode_run
from currents_tui.api.salvage import decoder
from currents_tui.core.model import Run
from currents_tui.core.problem import Problem

RUN_ID = "0123456789abcdef"
VIDEO = "https://files.example.com/v.mp4?X-Amz-Date=%d"


def spec(name: str, **fields: object) -> dict[str, object]:
    return {"instanceId": name, "spec": f"{name}.spec.ts", "groupId": "g1", **fields}


def answer(*specs: object, **fields: object) -> bytes:
    data = {"runId": RUN_ID, "status": "RUNNING", **fields, "specs": list(specs)}
    return json.dumps({"status": "OK", "data": data}).encode()


def reader(*bodies: bytes) -> RunReader:
    """One that has read these answers, and has been asked before them."""
    made = RunReader()
    for body in (answer(), *bodies):
        made.read(body, RUN_ID)
    return made


class TestWhatIsTheSame:
    def test_the_same_bytes_are_the_very_same_run(self) -> None:
        body = answer(spec("a"), spec("b"))
        again = reader(body)
        assert again.read(bytearray(body), RUN_ID) is again.read(body, RUN_ID)

    def test_only_the_specs_that_changed_are_others(self) -> None:
        again = reader()
        before = again.read(answer(spec("a"), spec("b"), spec("c")), RUN_ID)
        after = again.read(answer(spec("c"), spec("a"), spec("b", claimedAt="2026-03-01T10:00:00Z")), RUN_ID)
        (a, b, c), (c_again, a_again, b_again) = before.specs, after.specs
        assert (a is a_again, b is b_again, c is c_again) == (True, False, True)
        assert b_again.claimed_at is not None

    def test_links_signed_anew_are_no_other_run(self) -> None:
        again = reader()
        first = again.read(answer(spec("a", results={"videoUrl": VIDEO % 1})), RUN_ID)
        assert again.read(answer(spec("a", results={"videoUrl": VIDEO % 2})), RUN_ID) is first

    def test_beside_a_change_the_newest_links_are_told(self) -> None:
        again = reader(answer(spec("a", results={"videoUrl": VIDEO % 1}), spec("b")))
        run = again.read(answer(spec("a", results={"videoUrl": VIDEO % 2}), spec("c")), RUN_ID)
        assert run.specs[0].results is not None
        assert run.specs[0].results.video_url is not None
        assert run.specs[0].results.video_url.url.endswith("=2")

    def test_a_field_of_the_run_is_another_run_with_the_same_specs(self) -> None:
        again = reader()
        before = again.read(answer(spec("a")), RUN_ID)
        after = again.read(answer(spec("a"), status="FAILING"), RUN_ID)
        assert (before.status, after.status) == ("RUNNING", "FAILING")
        assert before.specs[0] is after.specs[0]

    def test_of_a_run_asked_about_once_nothing_is_kept(self) -> None:
        once = RunReader()
        first, second = (once.read(answer(spec("a")), RUN_ID) for _ in range(2))
        assert first == second
        assert first.specs[0] is not second.specs[0]

    def test_an_answer_about_another_run_is_a_problem_and_changes_nothing(self) -> None:
        body = answer(spec("a"))
        again = reader(body)
        before = again.read(body, RUN_ID)
        other = body.replace(RUN_ID.encode(), b"f" * 16)
        assert isinstance(read(again, other), str)
        assert again.read(body, RUN_ID) is before


# --- as if each answer were the first

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=6),
    st.sampled_from(["a", "\x1b]52;c;AAAA\x07", "\u202e", "0001-01-01T00:00:00Z", "2026-03-01T10:00:00Z"]),
)
LEAVES = st.one_of(st.none(), st.integers(-1, 3), TEXTS)
RESULTS = st.fixed_dictionaries(
    {},
    optional={
        "stats": st.dictionaries(st.sampled_from(["passes", "failures", "startedAt"]), LEAVES, max_size=2),
        "videoUrl": LEAVES,
        "flaky": LEAVES,
    },
)
SPECS = st.one_of(
    st.fixed_dictionaries(
        {"instanceId": st.sampled_from("abcd"), "spec": st.sampled_from(["x.spec.ts", "ü.spec.ts"])},
        optional={"claimedAt": LEAVES, "tags": st.lists(TEXTS, max_size=2), "results": RESULTS},
    ),
    st.fixed_dictionaries({"instanceId": st.sampled_from("abcd")}),
    LEAVES,
)


@st.composite
def bodies(draw: st.DrawFn) -> list[bytes]:
    """A few answers that mostly say the same; some of them broken in a byte."""
    pool = draw(st.lists(SPECS, min_size=1, max_size=5))
    made = []
    for _ in range(draw(st.integers(2, 5))):
        specs = draw(st.lists(st.one_of(st.sampled_from(pool), SPECS), max_size=5))
        data = {"runId": RUN_ID, "status": draw(TEXTS), "createdAt": draw(LEAVES), "specs": specs}
        text = json.dumps({"status": "OK", "data": data}, ensure_ascii=draw(st.booleans()))
        body = bytearray(text.encode("utf-8", "surrogatepass"))
        if draw(st.booleans()) and draw(st.booleans()):
            body[draw(st.integers(0, len(body) - 1))] = draw(st.integers(0, 255))
        made.append(bytes(body))
    return made


def read(again: RunReader, body: bytes) -> Run | str:
    try:
        return again.read(body, RUN_ID)
    except Problem as problem:
        return str(problem)


class TestAsIfItWereTheFirst:
    @settings(deadline=None)
    @given(bodies())
    @example([answer(spec("a", claimedAt="0001-01-01T00:00:00Z"), spec("b"))] * 2)
    @example([answer(spec("a")), answer(spec("a")).replace(b"a.spec", b"\xff.spec"), answer(spec("a"))])
    def test_what_was_read_before_changes_nothing(self, bodies: list[bytes]) -> None:
        again = RunReader()
        for body in bodies:
            assert read(again, body) == read(RunReader(), body)

    @settings(deadline=None)
    @given(bodies())
    def test_a_strict_answer_is_what_one_decoder_makes_of_the_whole(self, bodies: list[bytes]) -> None:
        for body in bodies:
            try:
                whole = WHOLE.decode(body).data
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            if b"0001-" not in body and b"\\u003" not in body and whole is not None and whole.run_id:
                assert decode_run(body) == whole


class Envelope(msgspec.Struct):
    data: Run | None = None


WHOLE: msgspec.json.Decoder[Envelope] = decoder(Envelope)
