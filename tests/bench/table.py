"""A report as a table for people, as the README's table, and as JSON."""

from collections.abc import Sequence

import msgspec

from tests.bench.figure import PEERS, Figure, Report, over


def number(value: float, unit: str) -> str:
    """A figure with its unit, no more exact than it is: "1.23 x", "431 B", "8.4 ms"."""
    whole = abs(value) >= 100 or unit in ("B", "")
    digits = 2 if unit == "x" else 0 if whole else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}".rstrip()


def budget(figure: Figure) -> str:
    """The budget as a table shows it, and whether it holds."""
    if figure.most is None:
        return ""
    bound = f"{'≥ ' if figure.least else ''}{figure.most:g}"
    return bound if figure.holds() else f"{bound} **over**"


def markdown(figures: Sequence[Figure]) -> str:
    """The table of these figures."""
    peers = [peer for peer in PEERS if any(peer in figure.beside for figure in figures)]
    rows = [
        f"| what | here | budget |{''.join(f' {peer} |' for peer in peers)}",
        f"| --- | --- | --- |{' --- |' * len(peers)}",
    ]
    for figure in figures:
        cells = [figure.what, number(figure.value, figure.unit), budget(figure), *_others(figure, peers)]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def told(report: Report) -> str:
    """The README's section: what others have a figure for, and what is over, with where and when."""
    shown = [figure for figure in report.figures if figure.beside or not figure.holds()]
    kept = sum(figure.most is not None for figure in report.figures if figure not in shown)
    lines = [markdown(shown), "", f"Measured on {report.machine}, {report.date}; {kept} more budgets hold."]
    if report.absent:
        lines.append(f"Not installed there, hence not measured: {'; '.join(report.absent)}.")
    lines += [f"Over: {figure.what}. {figure.why}" for figure in over(report.figures) if figure.why]
    return "\n".join(lines)


def plain(report: Report) -> str:
    """The table in columns, with how each figure was taken."""
    peers = [peer for peer in PEERS if any(peer in figure.beside for figure in report.figures)]
    rows = [["what", "here", "budget", *peers, "how"]]
    for figure in report.figures:
        shown = [figure.what, number(figure.value, figure.unit), budget(figure).replace("**", "")]
        rows.append([*shown, *_others(figure, peers), figure.how])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [_columns(row, widths) for row in rows]
    lines += ["", f"{report.machine}, {report.date}"]
    lines += [f"not installed, not measured: {name}" for name in report.absent]
    lines += [f"over: {figure.what}. {figure.why}".rstrip() for figure in over(report.figures)]
    return "\n".join(lines)


def _others(figure: Figure, peers: Sequence[str]) -> list[str]:
    return [number(figure.beside[peer], figure.unit) if peer in figure.beside else "" for peer in peers]


def _columns(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(row, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest[:-1]), rest[-1][0]]
    return "  ".join(cells).rstrip()


def as_json(report: Report) -> bytes:
    """The report for programs."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def from_json(data: bytes) -> Report:
    """The report that `as_json` wrote. Raises `msgspec.ValidationError`."""
    return msgspec.json.decode(data, type=Report)
