"""What a poll and a key cost as the run grows: the processor time of the whole program, threads included."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.bench.figure import Figure
from tests.bench.rig import Rig, Service, Story, ask_now, cpu_seconds, median, rest
from tests.documents import a_run
from tests.terminal import Terminal

SIZES = (100, 1_000, 10_000, 50_000)
TEN, HUNDRED = range(10), range(100)
ROUNDS = 7
KEYS = 40
INTERVAL = 2
"""Seconds between polls that come by themselves."""


def states(size: int, running: int) -> tuple[str, ...]:
    """So many run, four fifths have passed, the rest waits."""
    passed = size * 4 // 5
    return ("run",) * running + ("pass",) * passed + ("wait",) * (size - running - passed)


def spent(terminal: Terminal, deed: Callable[[], None]) -> float:
    """The milliseconds of processor time that the program takes for `deed`."""
    before = cpu_seconds(terminal.process.pid)
    deed()
    return 1000 * (cpu_seconds(terminal.process.pid) - before)


def costs(terminal: Terminal, service: Service, story: Story, changed: range) -> tuple[float, float]:
    """The milliseconds of a poll that changes the specs `changed`, and of one that changes nothing."""
    moving, still = [], []
    for _ in range(ROUNDS):
        service.says(story.after(changed))
        moving.append(spent(terminal, lambda: ask_now(terminal, service)))
        still.append(spent(terminal, lambda: ask_now(terminal, service)))
    return median(moving), median(still)


def pollcost(rig: Rig) -> Iterator[Figure]:
    """Of 10,000 specs a hundred change, or none. Nobody asks for it with a key."""
    story = Story(a_run(states(10_000, len(HUNDRED))))
    moving, still = [], []
    with rig.at_rest(story, INTERVAL) as (terminal, service):
        for _ in range(2 * ROUNDS):
            service.says(story.after(HUNDRED))
            moving.append(_answered(terminal, service))
            still.append(_answered(terminal, service))
        alone = rig.peers.received(f"{service.url}/v1/runs/{service.run_id}", 2 * ROUNDS)
    # Nothing runs, or all that runs would be silent for too long meanwhile, and be asked about.
    with rig.at_rest(Story(a_run(states(10_000, 0))), INTERVAL, names=True) as (terminal, service):
        for _ in range(3):  # no answer is kept before the second one, and history is asked for
            _answered(terminal, service)
        named = [_answered(terminal, service) for _ in range(ROUNDS)]
    received = f"Receiving that answer, and nothing else, takes httpx {alone:.1f} ms."
    for what, taken, most, why in (
        ("100 changed", moving, 60, received),
        ("unchanged", still, 12, received),
        ("unchanged, the service sends ETags", named, 12, ""),
    ):
        yield Figure(
            kind="pollcost",
            what=f"processor for one poll of 10,000 specs, {what}",
            value=median(taken),
            unit="ms",
            most=most,
            beside={"httpx alone": alone} if taken is still else {},
            how=f"median of {len(taken)}, all threads, from the question on",
            why=why,
        )


def _answered(terminal: Terminal, service: Service) -> float:
    """The milliseconds that the program takes from its next question about the run until it has dealt with
    the answer.
    """
    before, start = _asked_about_run(service), 0.0
    while _asked_about_run(service) == before:
        start = cpu_seconds(terminal.process.pid)
        terminal.pump(0.005)
    rest(terminal)
    return 1000 * (cpu_seconds(terminal.process.pid) - start)


def _asked_about_run(service: Service) -> int:
    return sum(f"/runs/{service.run_id}" in request.target for request in service.requests)


def growth(rig: Rig) -> Iterator[Figure]:
    """Ten specs run and change, whatever the size: what grows is the reading of the answer."""
    polls, keys = {}, {}
    how = f"median of {ROUNDS} polls, {KEYS} keys, all threads"
    for size in SIZES:
        story = Story(a_run(states(size, len(TEN))))
        with rig.at_rest(story) as (terminal, service):
            polls[size], still = costs(terminal, service, story, TEN)
            keys[size] = _key(terminal)
        costed = {"a poll, 10 changed": polls[size], "a poll, unchanged": still, "a key": keys[size]}
        for what, value in costed.items():
            yield Figure(
                kind="growth", what=f"processor, {size:,} specs, {what}", value=value, unit="ms", how=how
            )
    small, large = SIZES[-2:]
    yield Figure(
        kind="growth",
        what=f"a poll, {large:,} specs to {small:,}: times as much",
        value=polls[large] / polls[small],
        unit="x",
        most=1.2 * large / small,
        how="of these medians; linear would be 5",
    )
    yield Figure(
        kind="growth",
        what=f"a key, {large:,} specs to {SIZES[0]:,}: times as much",
        value=keys[large] / keys[SIZES[0]],
        unit="x",
        most=1.5,
        how="of these medians",
    )


def _key(terminal: Terminal) -> float:
    """One cursor move: of `KEYS`, so that neither a tick nor what a poll left to do counts."""

    def press(number: int) -> None:
        terminal.send("j" if number % 2 == 0 else "k")
        terminal.bytes_over(0.1)

    return median(spent(terminal, lambda: press(number)) for number in range(KEYS))  # noqa: B023
