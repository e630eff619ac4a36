"""Charge and discharge curves of cells, thinned: voltages at capacities, or dQ/dV."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from jaxtyping import Float

from lmct.evidence.likelihood.observation import Observation
from lmct.evidence.likelihood.relative_error import (
    Proportional,
    RelativeError,
    Shifted,
    Stretched,
    effects_of,
)
from lmct.evidence.observed.recorded_curve import SETTLING, RecordedCurve, charge_between_voltages
from lmct.quantity.errors import OutOfRange, unknown_name

CurveKind = Literal["none", "voltage", "differential_capacity"]

FEWEST, MOST = 5, 200
"""Points of a half-cycle: with fewer there is no curve, and more say nothing new."""

STEEP_SHARE = 0.03
"""Share of a half-cycle at either end at whose capacities no voltage is taken [1]: an assumption."""

SURE = 2.0
"""Where capacities that are wrong by so many standard deviations change voltages other than in proportion,
what is not in proportion is an uncertainty of these voltages."""

WAVES = 6
"""The error of a model is another one in each of so many parts of a half-cycle: an assumption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Whether curves are compared besides plateaus, and how closely.

    Parameters
    ----------
    kind
        ``"none"``, ``"voltage"`` at capacities or ``"differential_capacity"`` at voltages.
    points
        Of each half-cycle.
    model_error
        Standard deviation of the voltage of a model that is right as a whole: ohmic drops, contacts,
        inhomogeneity [V]. Half of its variance is shared by neighbouring points.

    Raises
    ------
    UnknownName
        There is no such kind.
    OutOfRange
        The number of points or the error is impossible.
    """

    kind: CurveKind = "none"
    points: int = 30
    model_error: float = 0.01

    def __post_init__(self) -> None:
        if self.kind not in get_args(CurveKind):
            raise unknown_name("kind of curves", self.kind, get_args(CurveKind))
        if not FEWEST <= self.points <= MOST:
            raise OutOfRange(
                f"a curve of {self.points!r} points was asked for. Expected {FEWEST} to {MOST} of them."
            )
        if not 0.0 < self.model_error < math.inf:
            raise OutOfRange(
                f"the error of the model is {self.model_error!r} V. Expected a positive number: no model is"
                " right to the noise of a voltmeter."
            )


def curve_observations(
    curve: RecordedCurve, curves: Curves, scatter: float, about: dict[str, Any]
) -> Iterator[Observation]:
    """Return the observations of one charge or discharge.

    Parameters
    ----------
    curve
        The half-cycle.
    curves
        What is compared.
    scatter
        How cells of one sample differ beyond their mass, as a share of the capacity [1].
    about
        Protocol, step, cell and source of the observations.

    Returns
    -------
    :
        Voltages and the whole capacity, or dQ/dV, which holds it.
    """
    if curves.kind == "voltage":
        yield _voltages(curve, curves, scatter, about)
        yield _whole(curve, scatter, about)
    elif curves.kind == "differential_capacity":
        yield _differential_capacity(curve, curves, scatter, about)


def _voltages(curve: RecordedCurve, curves: Curves, scatter: float, about: dict[str, Any]) -> Observation:
    """Return voltages at capacities; a wrong mass and the scatter of cells move the capacities."""
    first = max(STEEP_SHARE * curve.total, curve.capacity_after(SETTLING))
    at = np.linspace(first, (1.0 - STEEP_SHARE) * curve.total, curves.points)
    values = curve.voltage_at(at)
    relative: dict[str, RelativeError] = {f"division, {curve.label}": Shifted(-scatter * curve.total)}
    bend = curve.bend(at, SURE * np.hypot(curve.mass_error * at, scatter * curve.total))
    if curve.mass_error:
        relative["mass"] = Stretched(-curve.mass_error)
    size = math.sqrt(0.5) * curves.model_error
    waves = _waves(at, curve.label)
    return Observation(
        name=f"{curve.name}, voltage, {curve.label}",
        observable="voltage_at_capacity",
        at=at,
        values=values,
        uncertainty=np.hypot(math.hypot(curve.noise, size), bend),
        unit="V",
        loadings={
            "channel": np.full(len(at), curve.channel_error),
            **{name: size * wave for name, wave in waves.items()},
            **effects_of(relative, at=at, shown=values),
        },
        relative=relative,
        **about,
    )


def _whole(curve: RecordedCurve, scatter: float, about: dict[str, Any]) -> Observation:
    """Return the capacity at which the half-cycle ended, which voltages before the steep end do not tell."""
    value = np.array([curve.total])
    relative: dict[str, RelativeError] = {"mass": Proportional(curve.mass_error)} if curve.mass_error else {}
    return Observation(
        name=f"{curve.name}, capacity, {curve.label}",
        observable="step_capacity",
        values=value,
        uncertainty=scatter * value,
        unit="mAh/g",
        loadings=effects_of(relative, at=np.zeros(1), shown=value),
        relative=relative,
        **about,
    )


def _differential_capacity(
    curve: RecordedCurve, curves: Curves, scatter: float, about: dict[str, Any]
) -> Observation:
    """Return dQ/dV between evenly spread voltages; an error of the voltage moves charge between them."""
    start, end = curve.voltage_range(SETTLING)
    edges = np.linspace(start, end, curves.points + 1)
    at, width = 0.5 * (edges[1:] + edges[:-1]), abs(end - start) / curves.points
    values = charge_between_voltages(capacity=curve.capacity, voltage=curve.voltage, edges=edges) / width
    relative: dict[str, RelativeError] = {"mass": Proportional(curve.mass_error)} if curve.mass_error else {}
    size = math.sqrt(0.5) * curves.model_error
    at_edges = np.interp(np.arange(len(edges)) - 0.5, np.arange(len(at)), values)
    of_voltage = math.hypot(curve.noise, size) / width * np.hypot(at_edges[1:], at_edges[:-1])
    of_cells = scatter * curve.total / width / math.sqrt(curves.points)
    waves = {"channel": np.full(len(at), curve.channel_error)}
    waves |= {name: size * wave for name, wave in _waves(at, curve.label).items()}
    return Observation(
        name=f"{curve.name}, dQ/dV, {curve.label}",
        observable="differential_capacity",
        at=at,
        values=values,
        uncertainty=np.hypot(of_voltage, of_cells),
        unit="mAh/(g V)",
        loadings={
            **{name: np.gradient(values * wave, at) for name, wave in waves.items()},
            **effects_of(relative, at=at, shown=values),
        },
        relative=relative,
        **about,
    )


def _waves(at: Float[np.ndarray, "point"], label: str) -> dict[str, Float[np.ndarray, "point"]]:
    """Return smooth errors over a half-cycle by name: a constant and cosines of unit variance in the mean."""
    share = np.arange(len(at)) / (len(at) - 1)
    size = [math.sqrt((1.0 if number == 0 else 2.0) / WAVES) for number in range(WAVES)]
    return {
        f"model {number + 1}, {label}": size[number] * np.cos(math.pi * number * share)
        for number in range(WAVES)
    }
