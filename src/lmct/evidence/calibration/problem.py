"""What is asked of the free parameters: targets and curves as one vector of residuals."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field

import numpy as np
from jaxtyping import Float

from lmct.electrode.model import Electrode
from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.calibration.measured_curve import MeasuredCurve, voltages_from_simulation
from lmct.evidence.calibration.observables import measure
from lmct.evidence.calibration.parameter_space import ParameterSpace
from lmct.evidence.calibration.target import FAILED, Target
from lmct.quantity.errors import OutOfRange

SOFT = 10.0
"""A residual above this counts with its logarithm only, so that one hopeless target does not decide."""

CURVE_TOLERANCE = 1e-6
CURVE_STEPS = 20_000
"""Accuracy and bound of the simulation of one step of a curve."""


@dataclass(frozen=True, slots=True)
class CurveFit:
    """A measured curve and how much it counts.

    Parameters
    ----------
    curve
        The curve.
    model_error
        Disagreement that is expected of a perfect fit because the model is simpler than the electrode [V].
    weight
        Residuals count so many times [1].

    Raises
    ------
    OutOfRange
        A number is negative or not finite, or the weight is zero.
    """

    curve: MeasuredCurve
    model_error: float = 0.01
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not (np.isfinite(self.model_error) and self.model_error >= 0):
            raise OutOfRange(f"the model error must be zero or more, got {self.model_error!r} V.")
        if not (np.isfinite(self.weight) and self.weight > 0):
            raise OutOfRange(f"the weight of a curve must be positive, got {self.weight!r}.")

    @property
    def scale(self) -> float:
        """Residual of a disagreement of 1 V [1/V]."""
        return float(np.sqrt(self.weight) / np.hypot(self.curve.noise, self.model_error))


@dataclass(frozen=True)
class Block:
    """Residuals that belong together: all targets, or one step of a curve.

    Parameters
    ----------
    label
        What they are.
    rows
        Where they stand in the vector of residuals.
    noise
        Standard deviation of one of them if the model were perfect.
    """

    label: str
    rows: slice
    noise: float


@dataclass(frozen=True)
class Problem:
    """Free parameters and what is asked of them.

    Parameters
    ----------
    space
        The free parameters.
    targets
        Numbers asked for, with distinct names.
    curves
        Measured curves.

    Raises
    ------
    OutOfRange
        There is nothing to compare with, or two targets have one name.
    """

    space: ParameterSpace
    targets: tuple[Target, ...] = ()
    curves: tuple[CurveFit, ...] = field(default=())

    def __post_init__(self) -> None:
        if not self.targets and not self.curves:
            raise OutOfRange(
                "there is nothing to compare the electrode with. Give targets, or measurements with curves."
            )
        names = [target.name for target in self.targets]
        if len(set(names)) < len(names):
            raise OutOfRange("two targets have one name. Give them different names and an 'observable' each.")

    @property
    def residual_count(self) -> int:
        """Length of the vector of residuals."""
        return len(self.targets) + sum(one.curve.points for one in self.curves)

    def observables_of(self, parameters: ElectrodeParameters) -> dict[str, float]:
        """Return what the targets ask for, NaN where a simulation failed."""
        names = dict.fromkeys(target.observable for target in self.targets)
        return measure(parameters, names) if names else {}

    def residuals_of(self, parameters: ElectrodeParameters) -> Float[np.ndarray, "residual"]:
        """Return all residuals of an electrode: of targets in tolerances, of curves in expected errors."""
        found = self.observables_of(parameters)
        parts = [np.array([target.residual(found[target.observable]) for target in self.targets])]
        if self.curves:
            electrode = Electrode(parameters, tolerance=CURVE_TOLERANCE, most_steps=CURVE_STEPS)
            parts += [_curve_residuals(electrode, one) for one in self.curves]
        return np.concatenate(parts)

    def residuals_at(self, position: Float[np.ndarray, "free"]) -> Float[np.ndarray, "residual"]:
        """Return all residuals at a position in the unit cube."""
        try:
            return self.residuals_of(self.space.parameters_at(position))
        except OutOfRange:  # this combination is no electrode
            return np.full(self.residual_count, FAILED)

    def blocks(self) -> tuple[Block, ...]:
        """Return the blocks of the vector of residuals in order."""
        blocks, start = [], len(self.targets)
        if self.targets:
            blocks.append(Block("targets", slice(0, start), 1.0))
        for one in self.curves:
            for number, step in enumerate(one.curve.steps, start=1):
                if len(step.time):
                    stop = start + len(step.time)
                    label = f"{one.curve.name}, step {number}"
                    blocks.append(Block(label, slice(start, stop), one.scale * one.curve.noise))
                    start = stop
        return tuple(blocks)

    def digest(self) -> str:
        """Return a hash of everything that decides the residuals but the code."""
        start = repr(self.space.start.replace(name="", source=""))
        free = [asdict(one) for one in self.space.free]
        targets = [asdict(one) for one in self.targets]
        digest = hashlib.sha256(json.dumps([start, free, targets], sort_keys=True).encode())
        for one in self.curves:
            digest.update(
                repr((one.model_error, one.weight, one.curve.noise, one.curve.start_voltage)).encode()
            )
            for step in one.curve.steps:
                numbers = [step.specific_current, step.duration, step.temperature, *step.time, *step.voltage]
                digest.update(np.array(numbers).tobytes())
        return digest.hexdigest()


def cost_from_residuals(residuals: Float[np.ndarray, "residual"]) -> float:
    """Return the sum of squares in which residuals far above ten count with their logarithm only.

    Parameters
    ----------
    residuals
        Residuals [tolerances].

    Returns
    -------
    :
        Twice the cost of ``scipy.optimize.least_squares`` with the loss ``cauchy`` and the scale 10.

    Examples
    --------
    >>> round(cost_from_residuals(np.array([1.0, 2.0])), 2)
    4.92
    """
    return float(np.sum(SOFT**2 * np.log1p((residuals / SOFT) ** 2)))


def cost_at(problem: Problem, position: Float[np.ndarray, "free"]) -> float:
    """Return the cost at a position in the unit cube; for worker processes."""
    return cost_from_residuals(problem.residuals_at(position))


def residuals_at(problem: Problem, position: Float[np.ndarray, "free"]) -> Float[np.ndarray, "residual"]:
    """Return the residuals at a position in the unit cube; for worker processes."""
    return problem.residuals_at(position)


def _curve_residuals(electrode: Electrode, one: CurveFit) -> Float[np.ndarray, "residual"]:
    simulated = voltages_from_simulation(electrode, one.curve)
    measured = [step.voltage for step in one.curve.steps]
    miss = (np.concatenate(simulated) - np.concatenate(measured)) * one.scale
    return np.clip(np.where(np.isfinite(miss), miss, FAILED), -FAILED, FAILED)
