"""What a calibration found: sets of parameters, how well each fits, and what stays open."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.calibration.parameter_space import FreeParameter
from lmct.evidence.calibration.problem import Problem

STRONG = 0.9
"""Correlations above this are reported one by one [1]."""

NEAR_BOUND = 0.005
"""A parameter this close to a bound lies at it [shares of the bounds]."""

ERROR_DOMINATES = 1.5
"""Model error dominates when it makes the spread this much wider than noise alone [1]."""


@dataclass(frozen=True, slots=True)
class FoundParameter:
    """A free parameter after the calibration.

    Parameters
    ----------
    bounds
        Its bounds and scale.
    unit
        Its unit.
    value
        Best value.
    statistical, with_model_error
        Standard uncertainty of its position, without and with the error of the model [shares of the bounds].
    """

    bounds: FreeParameter
    unit: str
    value: float
    statistical: float
    with_model_error: float

    @property
    def name(self) -> str:
        """Its name."""
        return self.bounds.name

    @property
    def is_at_bound(self) -> bool:
        """Whether it lies at one of its bounds."""
        return not NEAR_BOUND < self.bounds.position_of(self.value) < 1.0 - NEAR_BOUND

    @property
    def is_decided(self) -> bool:
        """Whether the data narrow it to less than half of what the bounds leave."""
        return self.with_model_error < 0.5 / math.sqrt(12.0)

    @property
    def dominated_by(self) -> str:
        """What limits it: ``bounds``, ``model error``, or ``noise`` (of voltages, tolerances of targets)."""
        if self.is_at_bound or not self.is_decided:
            return "bounds"
        return "model error" if self.with_model_error > ERROR_DOMINATES * self.statistical else "noise"

    def interval(self, *, statistical: bool = False) -> tuple[float, float]:
        """Return the 68 % interval inside the bounds, with the model error unless it is to be left out."""
        spread = self.statistical if statistical else self.with_model_error
        place = self.bounds.position_of(self.value)
        return self.bounds.value_at(place - spread), self.bounds.value_at(place + spread)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "low": self.bounds.low,
            "high": self.bounds.high,
            "scale": "log" if self.bounds.logarithmic else "linear",
            "interval_68": list(self.interval()),
            "interval_68_statistical": list(self.interval(statistical=True)),
            "dominated_by": self.dominated_by,
            "is_decided": self.is_decided,
            "is_at_bound": self.is_at_bound,
        }


@dataclass(frozen=True, slots=True)
class FoundTarget:
    """A target after the calibration.

    Parameters
    ----------
    name, unit, asked, source
        As in :class:`lmct.evidence.calibration.Target`, in words.
    found
        What the set gives.
    residual
        Its distance from the target [tolerances].
    """

    name: str
    unit: str
    asked: str
    source: str
    found: float
    residual: float


@dataclass(frozen=True, slots=True)
class FoundStep:
    """A step of a measured curve after the calibration.

    Parameters
    ----------
    curve, number, words
        Which step.
    points
        Voltages compared.
    rms, worst
        Root mean square and largest disagreement [V].
    noise
        Standard deviation of one measured voltage [V].
    independent_points
        Points that count, neighbours that disagree alike being one.
    """

    curve: str
    number: int
    words: str
    points: int
    rms: float
    worst: float
    noise: float
    independent_points: float


@dataclass(frozen=True, slots=True)
class FlatDirection:
    """A combination of parameters that the data cannot decide.

    Parameters
    ----------
    words
        Which parameters may change together, and by how much.
    share
        Its spread over that which the bounds alone leave; above 0.5 it counts as flat [1].
    components
        Its direction in the unit cube.
    """

    words: str
    share: float
    components: dict[str, float]


@dataclass(frozen=True, eq=False)
class Solution:
    """One set of parameters.

    Parameters
    ----------
    parameters
        The electrode.
    position
        Of the free parameters in the unit cube.
    cost
        Sum of squared residuals in which large ones are softened.
    sum_of_squares
        The same without softening.
    free, targets, steps, flat
        Every free parameter, target, compared step and flat direction.
    correlation
        Correlations of the free parameters, model error included.
    simulated
        Voltages for each curve and step, to be drawn beside the measured ones [V].
    """

    parameters: ElectrodeParameters
    position: Float[np.ndarray, "free"]
    cost: float
    sum_of_squares: float
    free: tuple[FoundParameter, ...]
    targets: tuple[FoundTarget, ...]
    steps: tuple[FoundStep, ...]
    flat: tuple[FlatDirection, ...]
    correlation: Float[np.ndarray, "free free"]
    simulated: tuple[tuple[Float[np.ndarray, "point"], ...], ...] = ()

    @property
    def strong_correlations(self) -> list[tuple[str, str, float]]:
        """Pairs of parameters whose correlation exceeds 0.9."""
        names = [one.name for one in self.free]
        return [
            (names[j], names[i], float(self.correlation[i, j]))
            for i in range(len(names))
            for j in range(i)
            if abs(self.correlation[i, j]) > STRONG
        ]

    @property
    def curve_verdict(self) -> str:
        """Say whether noise or the error of the model limits the fit of the curves; empty without curves."""
        if not self.steps:
            return ""
        squares = sum(one.points * one.rms**2 for one in self.steps)
        misfit = math.sqrt(squares / sum(one.points for one in self.steps))
        noise = max(one.noise for one in self.steps)
        limit = "the error of the model" if misfit > ERROR_DOMINATES * noise else "the noise of the voltage"
        return f"{limit} limits the fit: misfit {1e3 * misfit:.3g} mV, noise {1e3 * noise:.2g} mV"

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "cost": self.cost,
            "sum_of_squares": self.sum_of_squares,
            "parameters": [one.to_json() for one in self.free],
            "at_a_bound": [one.name for one in self.free if one.is_at_bound],
            "targets": [asdict(one) for one in self.targets],
            "curves": [asdict(one) for one in self.steps],
            "curve_verdict": self.curve_verdict,
            "strong_correlations": [
                {"pair": [one, other], "correlation": round(number, 4)}
                for one, other, number in self.strong_correlations
            ],
            "correlation": np.round(self.correlation, 4).tolist(),
            "flat_directions": [asdict(one) for one in self.flat],
        }


@dataclass(frozen=True, eq=False)
class Calibration:
    """All that a calibration found.

    Parameters
    ----------
    problem
        What was asked.
    solutions
        Distinct sets, best first, at least one.
    start_cost
        Cost of the starting electrode.
    generations, evaluations, seconds
        What the search did, resumed generations included, and how long this call took [s].
    seed
        Of its random numbers.
    stopped_by
        ``"time"``, ``"generations"`` or ``"convergence"``.
    """

    problem: Problem
    solutions: tuple[Solution, ...]
    start_cost: float
    generations: int
    evaluations: int
    seconds: float
    seed: int
    stopped_by: str

    @property
    def best(self) -> Solution:
        """The cheapest set."""
        return self.solutions[0]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "start_cost": self.start_cost,
            "seed": self.seed,
            "generations": self.generations,
            "evaluations": self.evaluations,
            "seconds": round(self.seconds, 1),
            "stopped_by": self.stopped_by,
            "solutions": [solution.to_json() for solution in self.solutions],
        }
