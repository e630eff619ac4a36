"""Structural hysteresis: the loop that the lattice parameter encloses between a charge and a discharge."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.assessment import Assessment
from lmct.quantity.value import Value
from lmct.technique.diffraction.operando.hysteresis_weights import area_weights, local_line_weights

LEAST = 5
"""Points needed in each direction."""

WINDOW = 0.1
"""Half-width of the stretch that gives the gap at a place, as a share of the common range [1]."""

PLACES = 41
"""Places at which the gap is looked at."""

TRIALS, SEED = 400, 4111
"""Repetitions with noise that tell how far the largest gap is too large by chance."""

SIGNIFICANT = 2.0
"""A loop is open when its area exceeds so many standard uncertainties [1]."""


@dataclass(frozen=True, slots=True)
class LoopSystematics:
    """What scans of one direction have in common, so that more scans do not average it out.

    Parameters
    ----------
    drift
        Standard uncertainty of the mean lattice of the discharge against that of the charge, for example by
        a displacement that moved meanwhile [Å]. What is common to both directions drops out by itself.
    charge_shift
        Standard uncertainty of the charge axis of the discharge against that of the charge, for example by
        side reactions; unit of the axis.
    charge_scale
        Relative standard uncertainty of the axis, from mass and current [1].
    """

    drift: float = 0.0
    charge_shift: float = 0.0
    charge_scale: float = 0.0


@dataclass(frozen=True, eq=False)
class StructuralLoop:
    """The loop of one charge and one discharge; the lattice larger on discharge counts positive.

    Parameters
    ----------
    area
        Integral of the gap over the common range [Å times the unit of the axis].
    contributions
        Standard uncertainties of the area by source.
    mean_gap
        Area over the common range [Å].
    largest_gap
        Largest gap, freed of what noise adds to a maximum on average [Å].
    largest_at
        Where it is, in the unit of the axis.
    filled
        Area over that of the box around both curves [1].
    common
        Range of the axis that both directions pass through.
    axis, gap, gap_uncertainty
        Gap along the axis, a line fitted through the nearest scans of each direction [Å].
    significant
        Whether the area differs from 0 by more than :data:`SIGNIFICANT` standard uncertainties.
    assessment, message
        Verdict and its reason.
    """

    area: Value
    contributions: Mapping[str, float]
    mean_gap: Value
    largest_gap: Value
    largest_at: float
    filled: Value
    common: tuple[float, float]
    axis: Float[np.ndarray, "place"]
    gap: Float[np.ndarray, "place"]
    gap_uncertainty: Float[np.ndarray, "place"]
    significant: bool
    assessment: Assessment
    message: str


@dataclass(frozen=True, eq=False)
class Branch:
    """One direction of a loop.

    Parameters
    ----------
    charge
        Lithium extracted or charge passed, in one unit for both directions.
    lattice, uncertainty
        Lattice parameter and its independent standard uncertainty [Å].
    """

    charge: Float[np.ndarray, "scan"]
    lattice: Float[np.ndarray, "scan"]
    uncertainty: Float[np.ndarray, "scan"]

    def ordered(self) -> Branch:
        """Return the same scans with rising charge."""
        order = np.argsort(self.charge, kind="stable")
        return Branch(self.charge[order], self.lattice[order], self.uncertainty[order])


def structural_loop(
    charge: Branch,
    discharge: Branch,
    *,
    systematics: LoopSystematics | None = None,
    unit: str = "Å",
) -> StructuralLoop | None:
    r"""Return the loop over the charge that both directions pass through.

    .. math:: A = \int (a_\mathrm{discharge} - a_\mathrm{charge})\, dy

    Every direction is joined linearly between its scans; the area is then linear in the lattice parameters,
    and the uncertainties of the scans go into it exactly.

    Parameters
    ----------
    charge, discharge
        Scans of both directions, without those whose chains disagree.
    systematics
        What more scans do not average out; none by default.
    unit
        Of the area.

    Returns
    -------
    :
        The loop; None when a direction has fewer than :data:`LEAST` scans in the common range.

    Source
    ------
    The loop is that of Li 2022, Fig. 3d.

    Examples
    --------
    >>> y = np.linspace(0.0, 1.0, 21)
    >>> up = Branch(y, 4.15 - 0.02 * y, np.full(21, 1e-4))
    >>> down = Branch(y, 4.15 - 0.02 * y + 0.04 * y * (1 - y), np.full(21, 1e-4))
    >>> print(structural_loop(up, down).area)
    0.00665(3) Å
    """
    up, down, common = charge.ordered(), discharge.ordered(), systematics or LoopSystematics()
    if min(len(up.charge), len(down.charge)) < LEAST:
        return None
    low, high = max(up.charge[0], down.charge[0]), min(up.charge[-1], down.charge[-1])
    counts = [int(np.sum((one.charge >= low) & (one.charge <= high))) for one in (up, down)]
    if not low < high or min(counts) < LEAST:
        return None
    area, random, joining = _area(up, down, low, high)
    ends = np.interp([low, high], down.charge, down.lattice)
    contributions = {
        "scans": random,
        "interpolation": joining,
        "drift": common.drift * (high - low),
        "charge shift": common.charge_shift * abs(float(ends[1] - ends[0])),
        "charge scale": common.charge_scale * abs(area),
    }
    total = math.hypot(*contributions.values())
    box = float(np.ptp(np.concatenate([up.lattice, down.lattice])) * (high - low))
    axis, gap, spread, largest, largest_at = _gaps(up, down, low, high, common)
    significant = abs(area) > SIGNIFICANT * total
    return StructuralLoop(
        area=Value(area, total, unit),
        contributions=contributions,
        mean_gap=Value(area / (high - low), total / (high - low), "Å"),
        largest_gap=largest,
        largest_at=largest_at,
        filled=Value(area / box, total / box) if box > 0.0 else Value(0.0, 0.0),
        common=(float(low), float(high)),
        axis=axis,
        gap=gap,
        gap_uncertainty=spread,
        significant=significant,
        assessment=Assessment.GOOD,
        message=_message(area, total, contributions, significant),
    )


def _message(area: float, total: float, contributions: Mapping[str, float], significant: bool) -> str:
    main = max(contributions, key=lambda name: contributions[name])
    ratio = abs(area) / total if total > 0.0 else math.inf
    larger = "discharge" if area > 0.0 else "charge"
    said = f"the lattice is larger on {larger}" if significant else "no loop can be told from noise"
    return f"Area {ratio:.1f} standard uncertainties from 0: {said}. Most of the uncertainty: {main}."


def _area(up: Branch, down: Branch, low: float, high: float) -> tuple[float, float, float]:
    """Return the area, its uncertainty from the scans and that from joining them by lines."""
    variance, signed, joining = 0.0, 0.0, 0.0
    for one, sign in ((up, -1.0), (down, 1.0)):
        weights = area_weights(charge=one.charge, low=low, high=high)
        signed += sign * float(weights @ one.lattice)
        variance += float(np.sum((weights * one.uncertainty) ** 2))
        joining += _joining_variance(one, weights, low, high)
    return signed, math.sqrt(variance), math.sqrt(joining)


def _joining_variance(one: Branch, weights: Float[np.ndarray, "scan"], low: float, high: float) -> float:
    """Return the square of the error of straight joints: that of every second scan is four times as large."""
    places = np.arange(len(one.charge))
    half = np.zeros(len(weights))
    for parity in (0, 1):
        kept = (places % 2 == parity) | (places == 0) | (places == places[-1])
        half[kept] += 0.5 * area_weights(charge=one.charge[kept], low=low, high=high)
    # Twice as wide joints everywhere but at the ends: four times the error, so a third of the difference.
    difference = float((half - weights) @ one.lattice)
    noise = float(np.sum(((half - weights) * one.uncertainty) ** 2))
    return max(0.0, difference**2 - noise) / 9.0


def _gaps(
    up: Branch, down: Branch, low: float, high: float, common: LoopSystematics
) -> tuple[Float[np.ndarray, "place"], Float[np.ndarray, "place"], Float[np.ndarray, "place"], Value, float]:
    """Return the gap along the axis and the largest one."""
    axis = np.linspace(low, high, PLACES)
    rising, falling = (local_line_weights(one.charge, axis, WINDOW * (high - low)) for one in (up, down))
    gap = falling @ down.lattice - rising @ up.lattice
    noise = np.random.default_rng(SEED)
    trials = (noise.standard_normal((TRIALS, len(down.charge))) * down.uncertainty) @ falling.T
    trials -= (noise.standard_normal((TRIALS, len(up.charge))) * up.uncertainty) @ rising.T
    spread = np.sqrt((falling**2) @ down.uncertainty**2 + (rising**2) @ up.uncertainty**2)
    sign = 1.0 if float(np.trapezoid(gap, axis)) >= 0.0 else -1.0
    top = int(np.argmax(sign * gap))
    largest = np.max(sign * gap + trials, axis=1)
    excess = float(largest.mean() - sign * gap[top])
    slope = float(np.gradient(falling @ down.lattice, axis)[top])
    rounded = _rounded_off(axis, sign * gap, top, WINDOW * (high - low))
    width = math.hypot(float(largest.std()), common.drift, common.charge_shift * slope, rounded)
    return axis, gap, spread, Value(sign * (sign * float(gap[top]) - excess), width, "Å"), float(axis[top])


def _rounded_off(
    axis: Float[np.ndarray, "place"], gap: Float[np.ndarray, "place"], top: int, reach: float
) -> float:
    """Return the standard error of a largest gap that may be a corner.

    Lines over a stretch round a corner off. The gap cannot exceed the place where the slopes of both sides,
    taken out of that reach, meet; anything between counts as equally likely.
    """
    distance = axis - axis[top]
    sides = [
        (distance <= -reach) & (distance >= -2.5 * reach),
        (distance >= reach) & (distance <= 2.5 * reach),
    ]
    if min(side.sum() for side in sides) < 2:
        return 0.0
    (left, up), (right, down) = (np.polyfit(distance[side], gap[side], 1) for side in sides)
    if left <= right:
        return 0.0
    meeting = (down - up) / (left - right)
    return max(0.0, float(up + left * meeting - gap[top])) / math.sqrt(3.0)
