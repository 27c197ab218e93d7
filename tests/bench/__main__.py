"""`python -m tests.bench`: measure, and print the table."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import structs

from tests.bench import diff, growth, holding, idle, keys, load, paint, polls, soak, start
from tests.bench.figure import Figure, Report, over
from tests.bench.machine import machine
from tests.bench.peers import Peers
from tests.bench.rig import Rig
from tests.bench.table import as_json, from_json, plain, told
from tests.readme import README, placed

Measure = Callable[[Rig], Iterator[Figure]]

MEASURES: Mapping[str, Measure] = {
    "start": start.start,
    "status": start.status,
    "idle": idle.idle,
    "polls": polls.polls,
    "keys": keys.keys,
    "diff": diff.diff,
    "load": load.load,
    "pollcost": growth.pollcost,
    "paint": paint.paint,
    "holding": holding.holding,
    "soak": soak.soak,
    "growth": growth.growth,
}
SHORT = ("start", "idle", "polls", "keys")
"""What CI measures: bytes, and ratios in one run. No machine is too slow for either."""
ROOM = 2.0
"""How many times its budget a figure may be in the short form."""


def options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=MEASURES, metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument(
        "--short", action="store_true", help="bytes and ratios alone, in less than 45 s, for CI"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    parser.add_argument("--readme", action="store_true", help="write the table into the README")
    parser.add_argument(
        "--from",
        type=Path,
        metavar="FILE",
        dest="earlier",
        help="take what is not named by --only from an earlier --json",
    )
    return parser.parse_args(arguments)


def measured(names: Sequence[str], *, short: bool) -> Report:
    """Measure one after the other; each figure is shown as soon as it is there."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compiled = {"PYTHONDONTWRITEBYTECODE": None, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
        rig = Rig(folder, Peers(folder, compiled), short=short)
        for measure in names:
            for figure in MEASURES[measure](rig):
                figures.append(figure)
                print(f"{figure.kind}: {figure.what}: {figure.value:.4g} {figure.unit}", file=sys.stderr)
        absent = rig.peers.absent
    return Report(
        machine=machine(), date=f"{datetime.now(UTC):%Y-%m-%d}", figures=tuple(figures), absent=absent
    )


def merged(earlier: Report, report: Report) -> Report:
    """`report`, and what it has not measured of an earlier one, in the usual order."""
    kinds = {figure.kind for figure in report.figures}
    kept = [figure for figure in earlier.figures if figure.kind not in kinds]
    order = list(MEASURES)
    figures = sorted([*kept, *report.figures], key=lambda figure: order.index(figure.kind))
    return structs.replace(report, figures=tuple(figures))


def main(arguments: Sequence[str]) -> int:
    """Print the table. The exit status is 1 where a budget does not hold: twice the budget, if `--short`."""
    chosen = options(arguments)
    if chosen.earlier is not None:
        earlier = from_json(chosen.earlier.read_bytes())
        report = merged(earlier, measured(chosen.only, short=False)) if chosen.only else earlier
    else:
        names = chosen.only or (SHORT if chosen.short else tuple(MEASURES))
        report = measured(names, short=chosen.short)
    print(plain(report))
    if chosen.json is not None:
        chosen.json.write_bytes(as_json(report))
    if chosen.readme:
        README.write_text(placed(README.read_text(encoding="utf-8"), "bench", told(report)), encoding="utf-8")
    failed = over(report.figures, ROOM if chosen.short else 1.0)
    if chosen.short:
        print(f"-- {len(failed)} figures over {ROOM:g} times their budget")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
