"""Where the cursor of a timeline is: on a spec of a machine, whatever polls bring."""

from collections.abc import Iterable

from currents_tui.core.tracks import SpecSpan, Timeline, Track

NOTHING = Timeline(zero=None, groups=(), tracks=(), lanes={}, homes={}, end=None)


class LaneCursor:
    """A machine's id and a spec's key, never a number; and the moment that one looks at."""

    def __init__(self, key: str = "") -> None:
        self.machine = ""
        self.key = key
        self.found = NOTHING
        self.now = 0.0
        self._time: float | None = None
        """Going from lane to lane stays near it."""

    @property
    def track(self) -> Track | None:
        """The row that the cursor is on."""
        home = self.found.homes.get(self.key)
        return self.found.tracks[home] if home is not None else None

    def keep(self, found: Timeline, now: float, stuck: Iterable[str]) -> None:
        """Stay on the spec, in what is known now; else on its machine; else go where attention is wanted."""
        self.found, self.now = found, now
        if self.key in found.homes:
            if self._time is None:
                self.put(self.key)
            return
        with_specs = [track for track in found.tracks if track.keys]
        if not with_specs:
            return
        same = [track for track in with_specs if found.lanes[track.key].machine_id == self.machine]
        if same and self._time is not None:
            self.go_to(same[0])
            return
        silent = next((key for key in stuck if key in found.homes), None)
        self.put(silent or with_specs[0].keys[max(0, len(with_specs[0].spans) - 1)])

    def put(self, key: str) -> None:
        """Onto the spec `key`."""
        self.key = key
        track = self.track
        if track is not None:
            self.machine = self.found.lanes[track.key].machine_id
            self._time = sum(self.lasts(track, key)) / 2

    def step(self, specs: int) -> None:
        """So many specs later on the same row, or earlier when negative."""
        track = self.track
        if track is not None:
            place = track.keys.index(self.key) + specs
            self.put(track.keys[min(max(place, 0), len(track.keys) - 1)])

    def go_to(self, track: Track, time: float | None = None) -> None:
        """Onto the spec of `track` that ran at that time, or at the one that is looked at; or next to it."""
        at = time if time is not None else self._time if self._time is not None else self.now

        def away(lasts: tuple[float, float, str]) -> float:
            begin, end, _ = lasts
            return max(begin - at, at - end, 0.0)

        spans = [(*self._lasts(span), span.key) for span in track.spans]
        queued = [(self.now, self.now, row.key) for row in track.queued]
        self.put(min((*spans, *queued), key=away)[2])
        self._time = at

    def lasts(self, track: Track, key: str) -> tuple[float, float]:
        """From when to when a spec of `track` ran, in seconds; of one that is queued, now."""
        span = next((span for span in track.spans if span.key == key), None)
        return self._lasts(span) if span is not None else (self.now, self.now)

    def _lasts(self, span: SpecSpan) -> tuple[float, float]:
        return span.start, span.end if span.end is not None else max(span.start, self.now)

    def extent(self) -> tuple[float, float]:
        """From when to when the spec under the cursor ran; the whole run, where there is none."""
        track = self.track
        return self.lasts(track, self.key) if track is not None else (0.0, self.now)
