"""Refine the scans of a sequence one after the other, each from its neighbour, forth and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import LmctError
from lmct.technique.diffraction.flags import DISAGREE, LEFT_HUMP, is_harmless
from lmct.technique.diffraction.refined import Engine, RefinedPattern, RefinedScan, RefinedSequence
from lmct.technique.diffraction.sequence.checkpoint import Checkpoint, sequence_key
from lmct.technique.diffraction.sequence.outliers import flag_outliers, without_chance_humps

if TYPE_CHECKING:
    from lmct.instrument.diffraction.pattern import DiffractionPattern, PatternSequence

Progress = Callable[[int, int], None]
"""Called after every refinement with how many are done and how many there are."""

STRUCTURAL = ("a", "b", "c", "alpha", "beta", "gamma", "occupancy", "weight_fraction")
"""Values that both directions must agree on, by what stands before the bracket in their names."""

AGREEMENT = 0.3
"""Both directions fit the same counts: they agree within this share of the uncertainty of the counts [1]."""


def refine_sequence(
    sequence: PatternSequence,
    engine: Engine,
    *,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    both_directions: bool = True,
    bins: int = 600,
) -> RefinedSequence:
    """Refine every scan of a sequence.

    The first scan starts from nothing, each later one from its neighbour. Then the chain runs back, from the
    last scan started from nothing, so that a difference between charge and discharge cannot come from its
    direction. The likelier of two results is kept; where they are two different minima the scan is flagged.

    Parameters
    ----------
    sequence
        Scans, read when they are needed.
    engine
        What refines one pattern.
    checkpoint
        File that keeps what is done, so that an interrupted run goes on where it was; one that belongs to
        other scans or settings is replaced. None keeps nothing.
    progress
        Told of every refinement.
    both_directions
        Whether the chain runs back as well.
    bins
        Intervals of angle for the contour figure.

    Returns
    -------
    :
        Refined scans; one that could not be read or refined has no values and a message.
    """
    total = len(sequence) * (2 if both_directions else 1)
    key = sequence_key(sequence, engine, both_directions=both_directions, bins=bins)
    with Checkpoint(checkpoint, key) as store:
        chain = _Chain(sequence, engine, store, progress, bins, total)
        forward = list(chain.run(range(len(sequence)), "forward"))
        if both_directions:
            backward = list(chain.run(range(len(sequence) - 1, -1, -1), "backward"))
            scans = [better_of(one, other) for one, other in zip(forward, reversed(backward), strict=True)]
        else:
            scans = forward
        flagged = flag_outliers(without_chance_humps(scans))
        return RefinedSequence(
            scans=tuple(flagged),
            two_theta=chain.middles,
            intensity=chain.intensity,
            wavelength=chain.wavelength,
            engine=engine.name,
            messages=_messages(flagged),
        )


def better_of(forward: RefinedScan, backward: RefinedScan) -> RefinedScan:
    """Return the better of two results for the same scan, flagged when they are different minima.

    Parameters
    ----------
    forward, backward
        Results of the two directions.

    Returns
    -------
    :
        That without flags, or that which fits better; the first one when they agree.
    """
    if not forward.values or not backward.values:
        return forward if forward.values or not backward.values else backward
    sound = [one for one in (forward, backward) if not set(one.flags) - {LEFT_HUMP}]
    if len(sound) == 1:
        return sound[0]
    apart = [
        name
        for name, value in forward.values.items()
        if name.split("(")[0] in STRUCTURAL
        and name in backward.values
        and abs(value.value - backward.values[name].value) > AGREEMENT * forward.counting_uncertainty[name]
    ]
    if not apart:
        return forward
    kept = min(forward, backward, key=lambda one: one.goodness_of_fit)
    sentence = (
        f"Started from the scan before and from the scan after, the refinement ends at different"
        f" {', '.join(apart)}: {forward.values[apart[0]]} and {backward.values[apart[0]]}."
    )
    return replace(kept, flags=(*kept.flags, DISAGREE), message=f"{kept.message} {sentence}".strip())


class _Chain:
    """One run over a sequence: what is kept of the patterns, and where the next scan starts."""

    def __init__(
        self,
        sequence: PatternSequence,
        engine: Engine,
        store: Checkpoint,
        progress: Progress | None,
        bins: int,
        total: int,
    ) -> None:
        self.sequence, self.engine, self.store = sequence, engine, store
        self.progress, self.total, self.done = progress, total, 0
        self.edges: Float[np.ndarray, "edge"] | None = None
        self.bins = bins
        self.intensity = np.full((len(sequence), bins), np.nan, dtype=np.float32)
        self.wavelength = _wavelength(engine)

    @property
    def middles(self) -> Float[np.ndarray, "interval"]:
        """Middles of the intervals of angle, NaN when no scan could be read [deg]."""
        if self.edges is None:
            return np.full(self.bins, np.nan)
        middles: Float[np.ndarray, "interval"] = 0.5 * (self.edges[1:] + self.edges[:-1])
        return middles

    def run(self, order: range, direction: str) -> Iterator[RefinedScan]:
        """Refine scans in an order, each from the last one that was sound."""
        start: dict[str, float] | None = None
        for index in order:
            scan = self._known(direction, index) or self._refined(direction, index, start)
            if scan.values and is_harmless(scan.flags):
                start = {name: value.value for name, value in scan.values.items()}
            self.done += 1
            if self.progress is not None:
                self.progress(self.done, self.total)
            yield scan

    def _known(self, direction: str, index: int) -> RefinedScan | None:
        kept = self.store.found(direction, index)
        if kept is None:
            return None
        if kept.edges is not None:
            self.edges = np.linspace(*kept.edges, self.bins + 1)
        if kept.intensity is not None:
            self.intensity[index] = kept.intensity
        if np.isfinite(kept.wavelength):
            self.wavelength = kept.wavelength
        return kept.scan

    def _refined(self, direction: str, index: int, start: Mapping[str, float] | None) -> RefinedScan:
        place = self.sequence.places[index]
        blank = RefinedScan(
            index=index,
            file=place.file,
            scan=place.scan,
            values={},
            counting_uncertainty={},
            goodness_of_fit=float("nan"),
            weighted_residual=float("nan"),
            start_time=place.start_time,
            end_time=place.end_time,
        )
        first = direction == "forward"
        try:
            pattern = self.sequence[index]
        except (LmctError, OSError) as problem:
            scan = replace(blank, flags=("unreadable",), message=str(problem))
        else:
            if first:
                self._keep(index, pattern)
            scan = self._refine(_dated(blank, pattern), pattern, start)
        edges = (float(self.edges[0]), float(self.edges[-1])) if first and self.edges is not None else None
        intensity = self.intensity[index] if first else None
        self.store.keep(direction, scan, edges=edges, intensity=intensity, wavelength=self.wavelength)
        return scan

    def _refine(
        self, blank: RefinedScan, pattern: DiffractionPattern, start: Mapping[str, float] | None
    ) -> RefinedScan:
        try:
            result = self.engine.refine(pattern, start)
        except LmctError as problem:
            return replace(blank, flags=("not refined",), message=str(problem))
        flags = _flags(result)
        return replace(
            blank,
            values=dict(result.values),
            counting_uncertainty=dict(result.counting_uncertainty),
            goodness_of_fit=result.goodness_of_fit,
            weighted_residual=result.weighted_residual,
            flags=flags,
            message=result.message if flags else "",
        )

    def _keep(self, index: int, pattern: DiffractionPattern) -> None:
        """Keep the mean intensity of a scan in coarse intervals of angle."""
        if self.edges is None:
            self.edges = np.linspace(float(pattern.two_theta[0]), float(pattern.two_theta[-1]), self.bins + 1)
        if not np.isfinite(self.wavelength) and pattern.wavelengths:
            self.wavelength = pattern.wavelengths[0]
        place = np.searchsorted(self.edges, pattern.two_theta, side="right") - 1
        place[pattern.two_theta == self.edges[-1]] = self.bins - 1
        inside = (place >= 0) & (place < self.bins)
        count = np.bincount(place[inside], minlength=self.bins)
        summed = np.bincount(place[inside], pattern.intensity[inside], minlength=self.bins)
        self.intensity[index] = np.divide(
            summed, count, out=np.full(self.bins, np.nan), where=count > 0, casting="unsafe"
        )


def _dated(scan: RefinedScan, pattern: DiffractionPattern) -> RefinedScan:
    return replace(
        scan,
        start_time=pattern.start_time,
        end_time=pattern.end_time,
        temperature=pattern.temperature,
    )


def _flags(result: RefinedPattern) -> tuple[str, ...]:
    """Return the flags of a result; an engine that only gives a verdict is flagged with it."""
    if result.flags or result.assessment is Assessment.GOOD:
        return tuple(result.flags)
    return (result.assessment.value,)


def _wavelength(engine: Engine) -> float:
    instrument = getattr(engine, "diffractometer", None)
    return float(instrument.wavelengths[0]) if instrument is not None else float("nan")


def _messages(scans: list[RefinedScan]) -> tuple[str, ...]:
    """Return one sentence for each kind of trouble, and what to do about a hump in the background."""
    flags = [flag for scan in scans for flag in scan.flags]
    said = []
    for flag in dict.fromkeys(flags):
        first = next(scan for scan in scans if flag in scan.flags)
        said.append(f"{flags.count(flag)} of {len(scans)} scans: {flag} (the first is number {first.index}).")
        if flag == LEFT_HUMP:
            said.append(f"Scan {first.index}: {first.message}")
    return tuple(said)
