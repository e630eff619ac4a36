"""What one cell of each planned measurement would show for one sample of a posterior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.likelihood.mechanism import Mechanism, Simulator
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.virtual.observe import draft, loadings_of
from lmct.evidence.virtual.planned import PlannedMeasurement
from lmct.protocol.history import History
from lmct.protocol.step import Step
from lmct.quantity.errors import LmctError

LOW, HIGH = 0.158655, 0.841345
"""Cumulative probabilities one standard deviation below and above the middle of a normal distribution."""

Predicted = Sequence[Float[np.ndarray, "point"] | None]
"""What each observation should have shown; None where it cannot be done."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What one cell shows for one sample.

    Parameters
    ----------
    values
        All readings one after the other; not a number when the sample's mechanism cannot do it.
    covariance
        Of the errors of one cell.
    effects
        Of one standard deviation of each constant of an instrument that the sample does not know, by name.
    """

    values: Float[np.ndarray, "point"]
    covariance: Float[np.ndarray, "point point"]
    effects: Mapping[str, Float[np.ndarray, "point"]]


def shown_for_sets(
    mechanism: Mechanism, measurements: Sequence[PlannedMeasurement], sets: Sequence[Mapping[str, float]]
) -> list[tuple[Shown, ...]]:
    """Return what one cell of each measurement shows for some samples.

    Parameters
    ----------
    mechanism
        The mechanism.
    measurements
        Of one cell each, with distinct names.
    sets
        Values of the unknowns; constants of instruments that are not among them are taken at the middle of
        their priors, and their width counts as an error that all cells share.

    Returns
    -------
    :
        For each sample one entry for each measurement.
    """
    show = _Show(mechanism, measurements)
    return [show(values) for values in sets]


class _Show:
    """Predicts one cell of each measurement, every history simulated once."""

    def __init__(self, mechanism: Mechanism, measurements: Sequence[PlannedMeasurement]) -> None:
        self._measurements = measurements
        self._blank = draft(measurements)
        self._readings = [reading for one in measurements for reading in one.readings]
        self._predict = Likelihood(_Remembering(mechanism), self._blank).predictions
        self._places: dict[str, list[int]] = {one.name: [] for one in measurements}
        for place, one in enumerate(self._blank.observations):
            self._places[one.sample].append(place)

    def __call__(self, values: Mapping[str, float]) -> tuple[Shown, ...]:
        """Return what each measurement shows for one sample."""
        new = [one for one in self._blank.unknowns if one.name not in values]
        middle = {**{one.name: one.prior.value_at(0.5) for one in new}, **values}
        shown = self._predict(middle)
        moved = {one.name: self._moved(one, middle) for one in new}
        return tuple(self._of_measurement(one, shown, moved) for one in self._measurements)

    def _moved(self, unknown: Unknown, middle: Mapping[str, float]) -> tuple[Predicted, Predicted]:
        low, high = (unknown.prior.value_at(position) for position in (LOW, HIGH))
        return self._predict({**middle, unknown.name: low}), self._predict({**middle, unknown.name: high})

    def _of_measurement(
        self,
        measurement: PlannedMeasurement,
        shown: Predicted,
        moved: Mapping[str, tuple[Predicted, Predicted]],
    ) -> Shown:
        members = self._places[measurement.name]
        values = _joined(shown, members)
        if values is None:
            size = sum(len(self._blank.observations[place].at) for place in members)
            return Shown(np.full(size, np.nan), np.eye(size), {})
        effects = {}
        for one in measurement.unknowns:
            low, high = (_joined(side, members) for side in moved.get(one.name, (shown, shown)))
            if one.name in moved and low is not None and high is not None:
                effects[one.name] = 0.5 * (high - low)
        return Shown(values, self._covariance(members, shown), effects)

    def _covariance(self, members: Sequence[int], shown: Predicted) -> Float[np.ndarray, "point point"]:
        """Return the covariance of one cell: independent errors, and the effects of those that it shares."""
        deviations = np.concatenate([self._blank.observations[place].uncertainty for place in members])
        effects: dict[str, Float[np.ndarray, "point"]] = {}
        end = 0
        for place in members:
            values = shown[place]
            if values is not None:
                start, end = end, end + len(values)
                for name, effect in loadings_of(self._readings[place], values).items():
                    effects.setdefault(name, np.zeros(len(deviations)))[start:end] = effect
        return np.diag(deviations**2) + sum((np.outer(one, one) for one in effects.values()), np.zeros(()))


class _Remembering:
    """A mechanism whose last histories serve again when only a constant of an instrument changes."""

    def __init__(self, mechanism: Mechanism) -> None:
        self.name, self.title = mechanism.name, mechanism.title
        self.unknowns: tuple[Unknown, ...] = mechanism.unknowns
        self._mechanism = mechanism

    def simulator(self, protocols: Sequence[tuple[Step, ...]]) -> Simulator:
        """Return a simulator that remembers its last answer."""
        simulate = self._mechanism.simulator(protocols)
        last: dict[tuple[float, ...], Sequence[History | LmctError]] = {}

        def remembered(values: Mapping[str, float]) -> Sequence[History | LmctError]:
            key = tuple(values[one.name] for one in self.unknowns)
            if key not in last:
                last.clear()
                last[key] = simulate(values)
            return last[key]

        return remembered


def _joined(shown: Predicted, members: Sequence[int]) -> Float[np.ndarray, "point"] | None:
    parts = [part for place in members if (part := shown[place]) is not None]
    return np.concatenate(parts) if len(parts) == len(members) else None
