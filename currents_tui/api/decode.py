"""From the bytes of an answer to a `Run`: strictly where the answer is as it should be, and field by
field where it is not.

The service leaves fields out, sends null, changes spellings and adds fields. One wrong field must
cost that field and nothing else, for half a dashboard is better than none. Text becomes `Text`,
`Block` or `Link` in here and nowhere else, so none can reach a screen without passing the gate.
"""

import msgspec
from msgspec import Struct

from currents_tui.api.envelope import bad, check_size, has_never, opened, says_failed
from currents_tui.api.salvage import decoder, plausible, salvage
from currents_tui.core.model import Run
from currents_tui.core.problem import Kind, Problem


class _Envelope(Struct, frozen=True):
    """What every answer of the API comes in."""

    status: str | None = None
    data: Run | None = None


_STRICT: msgspec.json.Decoder[_Envelope] = decoder(_Envelope)


def decode_run(body: bytes | bytearray) -> Run:
    """The run in the answer of `GET /runs/{id}`.

    Raises `Problem`: BAD_ANSWER when there is no run in it, REFUSED when the service says FAILED,
    TOO_LARGE when it is made of too many pieces.
    """
    check_size(body)
    run = _strict(body) or _tolerant(body)
    return plausible(run) if has_never(body) else run


def read_run(body: bytes | bytearray, run_id: str) -> Run:
    """The run in the answer to a question about `run_id`.

    Raises `Problem` as `decode_run` does, and BAD_ANSWER when the answer is about another run.
    """
    run = decode_run(body)
    if run.run_id is not None and run.run_id != run_id:
        raise Problem(Kind.BAD_ANSWER, "The answer is about another run than the one asked for.")
    return run


def _strict(body: bytes | bytearray) -> Run | None:
    """The run in an answer that is exactly as it should be: many times faster than field by field."""
    try:
        envelope = _STRICT.decode(body)
    # RecursionError: nested without end; UnicodeDecodeError: not UTF-8. The tolerant way judges those.
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    run = envelope.data
    return run if run is not None and _tells_anything(run) and not says_failed(envelope.status) else None


def _tolerant(body: bytes | bytearray) -> Run:
    data = opened(body, "run").get("data")
    if not isinstance(data, dict):
        raise bad("The answer is JSON, but there is no run in it.")
    run = salvage(data, Run)
    if isinstance(run, Run) and _tells_anything(run):
        return run
    raise bad("The answer is JSON, but what it holds is not a run.")


def _tells_anything(run: Run) -> bool:
    return bool(run.run_id or run.status or run.groups or run.specs)
