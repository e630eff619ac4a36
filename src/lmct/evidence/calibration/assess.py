"""From a position in the unit cube to a solution: residuals, uncertainties, flat directions in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from lmct.electrode.model import Electrode
from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.calibration.evaluation import Evaluator
from lmct.evidence.calibration.measured_curve import voltages_from_simulation
from lmct.evidence.calibration.parameter_space import FreeParameter
from lmct.evidence.calibration.parameter_unit import unit_of
from lmct.evidence.calibration.polish import jacobian
from lmct.evidence.calibration.problem import (
    CURVE_STEPS,
    CURVE_TOLERANCE,
    Problem,
    cost_from_residuals,
)
from lmct.evidence.calibration.solution import (
    FlatDirection,
    FoundParameter,
    FoundStep,
    FoundTarget,
    Solution,
)
from lmct.evidence.calibration.uncertainty import (
    BOUNDS_VARIANCE,
    Spread,
    correlation_length_from_residuals,
    spread_from_jacobian,
)

Voltages = tuple[tuple[Float[np.ndarray, "point"], ...], ...]

NAMED, MOST_NAMED = 0.3, 4
"""Parameters with at least this share of the largest one are named in a flat direction, so many at most."""


def solution_at(evaluator: Evaluator, position: Float[np.ndarray, "free"], *, label: str) -> Solution:
    """Return everything that is to be said about a position.

    Parameters
    ----------
    evaluator
        Evaluates the derivatives; it must have time for two positions for each free parameter.
    position
        In the unit cube.
    label
        Name and source of the set of parameters.

    Returns
    -------
    :
        The solution.
    """
    problem = evaluator.problem
    parameters = problem.space.parameters_at(position).replace(source=label)
    residuals = problem.residuals_of(parameters)
    spread = spread_from_jacobian(
        jacobian=jacobian(evaluator, position), residuals=residuals, blocks=problem.blocks()
    )
    simulated = _simulated(problem, parameters)
    return Solution(
        parameters=parameters,
        position=position,
        cost=cost_from_residuals(residuals),
        sum_of_squares=float(np.sum(residuals**2)),
        free=_free(problem, position, spread),
        targets=_targets(problem, parameters),
        steps=_steps(problem, simulated),
        flat=tuple(_flat(problem.space.free, share, vector) for share, vector in spread.flat_directions()),
        correlation=spread.correlation,
        simulated=simulated,
    )


def words_of_direction(free: Sequence[FreeParameter], components: Float[np.ndarray, "free"]) -> str:
    """Say what changes along a direction by one standard deviation of what the bounds leave.

    Parameters
    ----------
    free
        The free parameters.
    components
        A unit vector in the unit cube.

    Returns
    -------
    :
        Words such as ``metal_potential +0.12 V together with oxygen_rate x 3.5``; small parts are left out.

    Examples
    --------
    >>> free = (FreeParameter("metal_potential", 3.0, 4.0), FreeParameter("oxygen_rate", 1e-3, 1.0, True))
    >>> words_of_direction(free, np.array([0.6, -0.8]))
    'oxygen_rate × 4.93 together with metal_potential -0.173 V'
    """
    along = components * math.sqrt(BOUNDS_VARIANCE)
    order = np.argsort(-np.abs(along))
    along = along * np.sign(along[order[0]])
    named = [int(place) for place in order if abs(along[place]) >= NAMED * abs(along[order[0]])]
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return (
        " together with ".join(_change(free[place], float(along[place])) for place in named[:MOST_NAMED])
        + more
    )


def _change(one: FreeParameter, along: float) -> str:
    if one.logarithmic:
        factor = math.exp(abs(along) * one.span)
        return f"{one.name} {'×' if along > 0 else '÷'} {factor:.3g}"
    unit = unit_of(one.name)
    return f"{one.name} {along * one.span:+.3g} {unit if unit != '1' else ''}".rstrip()


def _free(
    problem: Problem, position: Float[np.ndarray, "free"], spread: Spread
) -> tuple[FoundParameter, ...]:
    statistical = np.sqrt(np.diag(spread.statistical))
    whole = np.sqrt(np.diag(spread.with_model_error))
    values = problem.space.values_at(position)
    return tuple(
        FoundParameter(one, unit_of(one.name), values[one.name], float(narrow), float(wide))
        for one, narrow, wide in zip(problem.space.free, statistical, whole, strict=True)
    )


def _targets(problem: Problem, parameters: ElectrodeParameters) -> tuple[FoundTarget, ...]:
    found = problem.observables_of(parameters)
    return tuple(
        FoundTarget(
            name=target.name,
            unit=target.unit,
            asked=target.asked,
            source=target.source,
            found=found[target.observable],
            residual=target.residual(found[target.observable]),
        )
        for target in problem.targets
    )


def _simulated(problem: Problem, parameters: ElectrodeParameters) -> Voltages:
    electrode = Electrode(parameters, tolerance=CURVE_TOLERANCE, most_steps=CURVE_STEPS)
    return tuple(tuple(voltages_from_simulation(electrode, one.curve)) for one in problem.curves)


def _steps(problem: Problem, simulated: Voltages) -> tuple[FoundStep, ...]:
    found = []
    for one, voltages in zip(problem.curves, simulated, strict=True):
        for number, (step, voltage) in enumerate(zip(one.curve.steps, voltages, strict=True), start=1):
            if len(step.time):
                miss = voltage - step.voltage
                length = correlation_length_from_residuals(residuals=np.nan_to_num(miss))
                found.append(
                    FoundStep(
                        curve=one.curve.name,
                        number=number,
                        words=step.words,
                        points=len(miss),
                        rms=float(np.sqrt(np.mean(miss**2))),
                        worst=float(np.max(np.abs(miss))),
                        noise=one.curve.noise,
                        independent_points=len(miss) / length,
                    )
                )
    return tuple(found)


def _flat(free: Sequence[FreeParameter], share: float, vector: Float[np.ndarray, "free"]) -> FlatDirection:
    components = {
        one.name: round(float(part), 3) for one, part in zip(free, vector, strict=True) if abs(part) >= 0.1
    }
    return FlatDirection(words_of_direction(free, vector), round(share, 3), components)
