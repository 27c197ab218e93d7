"""From the bytes of an answer to a `Run`: strictly where the answer is as it should be, and field by
field where it is not.

The service leaves fields out, sends null, changes spellings and adds fields. One wrong field must
cost that field and nothing else, for half a dashboard is better than none. Text becomes `Text`,
`Block` or `Link` in here and nowhere else, so none can reach a screen without passing the gate.

Of ten thousand specs a hundred change from one answer to the next. So of a run that is asked about again
the specs are cut out of the answer as bytes first, and only those are read that did not come in just these
bytes before.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Generic, TypeVar, cast

import msgspec
from msgspec import Raw, Struct

from currents_tui.api.envelope import bad, check_size, has_never, opened, says_failed
from currents_tui.api.salvage import decoder, plausible, salvage
from currents_tui.core.model import Run, Spec
from currents_tui.core.problem import Kind, Problem


class _Sliced(Run, frozen=True):
    """A run whose specs are the bytes that they came as."""

    specs: tuple[Raw, ...] = ()  # type: ignore[assignment]


R = TypeVar("R", bound=Run)


class _Envelope(Struct, Generic[R], frozen=True):
    """What a run comes in."""

    status: str | None = None
    data: R | None = None


_WHOLE: msgspec.json.Decoder[_Envelope[Run]] = decoder(_Envelope[Run])
_SLICED: msgspec.json.Decoder[_Envelope[_Sliced]] = decoder(_Envelope[_Sliced])
_SPEC: msgspec.json.Decoder[Spec] = decoder(Spec)

_Specs = Mapping[bytes, Spec]
"""Each spec by the bytes that it came as."""


class Answered(Struct, frozen=True):
    """What was made of an answer."""

    body: bytes | bytearray
    run: Run
    specs: _Specs
    """Empty where the answer had to be read field by field."""
    tag: str = ""
    """What the service calls it, if anything."""
    at: float = 0.0
    """When it was asked for, in seconds of the reader's own clock."""


WHOLE_AGAIN: Final = 60.0
"""Seconds after which an answer is asked for whole, whatever its tag: the tag is the service's word alone."""


class RunReader:
    """Reads one answer after the other about a run, which may be in several threads.

    A spec that came in the same bytes before is the very same object, and so is the whole run where an
    answer says nothing else than the one before.
    """

    def __init__(self) -> None:
        self._last: Answered | None = None
        self._is_asked_again = False

    def last_at(self, now: float) -> Answered | None:
        """The last answer, where the service may be asked whether there is another by now."""
        last = self._last
        return last if last is not None and last.tag and now - last.at < WHOLE_AGAIN else None

    def read(self, body: bytes | bytearray, run_id: str, tag: str = "", at: float = 0.0) -> Run:
        """The run in the answer to a question about `run_id`. Raises `Problem` as `read_run` does.

        `body` is kept, and must not be changed afterwards. `tag` is its tag, and it was asked for `at` that
        moment.
        """
        last = self._last
        if last is not None and body == last.body:
            self._last = msgspec.structs.replace(last, tag=tag, at=at)
            return last.run
        known: _Specs = last.specs if last is not None else {}
        answer = _read(body, known if self._is_asked_again else None)
        _check_id(answer.run, run_id)
        run = last.run if last is not None and answer.run == last.run else answer.run
        # An answer can be large. Of a run that is asked about once, as earlier runs are, none is kept.
        if self._is_asked_again:
            self._last = msgspec.structs.replace(answer, run=run, tag=tag, at=at)
        self._is_asked_again = True
        return run


def decode_run(body: bytes | bytearray) -> Run:
    """The run in the answer of `GET /runs/{id}`.

    Raises `Problem`: BAD_ANSWER when there is no run in it, REFUSED when the service says FAILED,
    TOO_LARGE when it is made of too many pieces.
    """
    return _read(body).run


def read_run(body: bytes | bytearray, run_id: str) -> Run:
    """The run in the answer to a question about `run_id`.

    Raises `Problem` as `decode_run` does, and BAD_ANSWER when the answer is about another run.
    """
    run = decode_run(body)
    _check_id(run, run_id)
    return run


def _check_id(run: Run, run_id: str) -> None:
    if run.run_id is not None and run.run_id != run_id:
        raise Problem(Kind.BAD_ANSWER, "The answer is about another run than the one asked for.")


def _read(body: bytes | bytearray, known: _Specs | None = None) -> Answered:
    """The run in `body`, cut into specs if some are `known` or are to be known next time: a run that is read
    once is read in two thirds of the time when it is not.
    """
    check_size(body)
    try:
        answer = _whole(body) if known is None else _sliced(body, known)
    # RecursionError: nested without end; UnicodeDecodeError: not UTF-8. The tolerant way judges those.
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        answer = None
    return answer or _tolerant(body)


def _whole(body: bytes | bytearray) -> Answered | None:
    """An answer that is exactly as it should be: many times faster than field by field."""
    run = _granted(_WHOLE.decode(body))
    if run is None:
        return None
    return Answered(body, plausible(run) if has_never(body) else run, {})


def _sliced(body: bytes | bytearray, known: _Specs) -> Answered | None:
    """The same, where only those specs are read that are not `known`."""
    sliced = _granted(_SLICED.decode(body))
    if sliced is None:
        return None
    pieces = [bytes(raw) for raw in sliced.specs]
    # Looking through each piece takes longer than looking through all of them at once.
    specs = _specs(pieces, known, may_be_never=bool(known) or has_never(body))
    told = {name: plausible(getattr(sliced, name)) for name in Run.__struct_fields__ if name != "specs"}
    return Answered(body, Run(**told, specs=tuple(map(specs.__getitem__, pieces))), specs)


def _granted(envelope: _Envelope[R]) -> R | None:
    """The run that the service tells in it, if it does."""
    run = envelope.data
    return None if run is None or not _tells_anything(run) or says_failed(envelope.status) else run


def _specs(pieces: Iterable[bytes], known: _Specs, *, may_be_never: bool) -> _Specs:
    """What is in each of the `pieces`, of which some are `known`."""
    found = {piece: known.get(piece) for piece in pieces}
    for piece in [piece for piece, spec in found.items() if spec is None]:
        spec = _SPEC.decode(piece)
        found[piece] = plausible(spec) if may_be_never and has_never(piece) else spec
    return cast(_Specs, found)


def _tolerant(body: bytes | bytearray) -> Answered:
    data = opened(body, "run").get("data")
    if not isinstance(data, dict):
        raise bad("The answer is JSON, but there is no run in it.")
    run = salvage(data, Run)
    if isinstance(run, Run) and _tells_anything(run):
        return Answered(body, plausible(run) if has_never(body) else run, {})
    raise bad("The answer is JSON, but what it holds is not a run.")


def _tells_anything(run: Run) -> bool:
    return bool(run.run_id or run.status or run.groups or run.specs)
