"""The coefficients of the lattice law, from lattice parameters of known states or from measured slopes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lmct.electrode.lattice import Lattice
from lmct.electrode.state import ElectrodeState
from lmct.quantity.assessment import POOR_FIT, Assessment
from lmct.quantity.errors import OutOfRange, unknown_name
from lmct.quantity.value import Value

COEFFICIENTS = ("origin", "per_metal_hole", "per_oxygen_hole", "per_lithium")
UNITS = {"origin": "Å"}
SLOPE_UNIT = "Å f.u."

LARGEST_CONDITION = 1e6
"""Condition number of the scaled normal matrix above which coefficients cannot be told apart [1]."""


@dataclass(frozen=True, eq=False)
class LatticeFit:
    """Coefficients of the lattice law and how well the data decide them.

    Parameters
    ----------
    lattice
        The law with the fitted coefficients.
    values
        The fitted ones by name; their uncertainties are widened by the square root of chi square over its
        degrees of freedom when the fit is poor.
    covariance
        Of the fitted coefficients, in the order of ``values``.
    chi_square, degrees_of_freedom
        Of the fit.
    assessment, message
        Verdict and its reason.
    """

    lattice: Lattice
    values: Mapping[str, Value]
    covariance: Float[np.ndarray, "free free"]
    chi_square: float
    degrees_of_freedom: int
    assessment: Assessment
    message: str


def fit_lattice(
    *,
    states: Float[np.ndarray, "row 6"],
    lattice_parameter: Float[np.ndarray, "row"],
    uncertainty: Float[np.ndarray, "row"],
    start: Lattice,
    free: Sequence[str] = ("origin", "per_metal_hole", "per_oxygen_hole"),
) -> LatticeFit:
    r"""Fit coefficients of :math:`a = a_0 + c_M n + c_O p + c_{Li} y` by weighted linear least squares.

    While neither gas nor irrecoverable charge forms, y = n + p, and only c_M + c_Li and c_O + c_Li are
    determined: leave ``per_lithium`` out then.

    Parameters
    ----------
    states
        Columns n, p, d, o2, V, T.
    lattice_parameter, uncertainty
        Measured ones and their standard uncertainties [Å].
    start
        Holds the coefficients that are not free.
    free
        Names out of :data:`COEFFICIENTS`.

    Returns
    -------
    :
        The fit; ``DEGENERATE`` when the states cannot tell the coefficients apart.

    Raises
    ------
    UnknownName
        A name is none of :data:`COEFFICIENTS`.
    OutOfRange
        An uncertainty is not positive, or there are fewer states than coefficients.

    Examples
    --------
    >>> states = np.array([[0, 0, 0, 0, 3.5, 298], [0.4, 0, 0, 0, 4.2, 298], [0.4, 0.3, 0, 0, 4.6, 298.0]])
    >>> true = Lattice(origin=4.16, per_metal_hole=-0.11, per_oxygen_hole=-0.02)
    >>> measured = true.of_states(states)
    >>> fit = fit_lattice(
    ...     states=states, lattice_parameter=measured, uncertainty=np.full(3, 1e-4), start=Lattice(origin=4.1)
    ... )
    >>> round(fit.lattice.per_metal_hole, 6), round(fit.lattice.per_oxygen_hole, 6)
    (-0.11, -0.02)
    """
    _check(free, states, uncertainty)
    fixed = replace(start, **dict.fromkeys(free, 0.0))
    design = _design(states)[:, [COEFFICIENTS.index(name) for name in free]] / uncertainty[:, None]
    target = (lattice_parameter - fixed.of_states(states)) / uncertainty
    lengths = np.linalg.norm(design, axis=0)
    scale = np.where(lengths > 0, lengths, 1.0)
    left, singular, right = np.linalg.svd(design / scale, full_matrices=False)
    kept = singular > singular[0] / np.sqrt(LARGEST_CONDITION)
    inverse = np.where(kept, 1.0 / np.where(kept, singular, 1.0), 0.0)
    best = right.T @ (inverse * (left.T @ target)) / scale
    covariance = (right.T * inverse**2) @ right / np.outer(scale, scale)
    chi_square = float(np.sum((target - design @ best) ** 2))
    freedom = len(states) - len(free)
    assessment, message = _verdict(free, kept, right, chi_square, freedom)
    if assessment is Assessment.POOR_FIT:
        covariance = covariance * chi_square / freedom
    spread = np.sqrt(np.diag(covariance)) if np.all(kept) else np.full(len(free), np.inf)
    values = _values(free, best, spread)
    lattice = replace(start, **{name: value.value for name, value in values.items()})
    return LatticeFit(lattice, values, covariance, chi_square, freedom, assessment, message)


def lattice_from_slopes(
    *, metal_slope: Value, oxygen_slope: Value, state: ElectrodeState, value: Value, per_lithium: float = 0.0
) -> LatticeFit:
    r"""Fix the law by the measured slopes of both regions and one known lattice parameter.

    .. math:: \frac{da}{dy}\Big|_M = c_M + c_{Li},\qquad \frac{da}{dy}\Big|_O = c_O + c_{Li}

    Parameters
    ----------
    metal_slope, oxygen_slope
        Change with each lithium extracted while only the metal, or only oxygen, is oxidised [Å f.u.].
    state
        A state whose lattice parameter is known.
    value
        That lattice parameter [Å].
    per_lithium
        c_Li, which slopes cannot tell from the others: an assumption [Å f.u.].

    Returns
    -------
    :
        The law; the uncertainties hold for the stated ``per_lithium``.

    Examples
    --------
    >>> charged = ElectrodeState(metal_holes=0.4, oxygen_holes=0.4, voltage=4.8)
    >>> fit = lattice_from_slopes(metal_slope=Value(-0.1, 0.002), oxygen_slope=Value(-0.01, 0.001),
    ...     state=charged, value=Value(4.111, 0.001))
    >>> print(fit.values["per_metal_hole"], "|", fit.values["origin"])
    -0.100(2) Å f.u. | 4.1550(13) Å
    """
    metal, oxygen = metal_slope.value - per_lithium, oxygen_slope.value - per_lithium
    slopes = Lattice(
        origin=value.value, per_metal_hole=metal, per_oxygen_hole=oxygen, per_lithium=per_lithium
    )
    lattice = slopes.through(state, value.value)
    n, p = state.metal_holes, state.oxygen_holes
    back = np.array([[1.0, -n, -p], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    own = np.diag([value.uncertainty**2, metal_slope.uncertainty**2, oxygen_slope.uncertainty**2])
    covariance = back @ own @ back.T
    spread = np.sqrt(np.diag(covariance))
    values = _values(COEFFICIENTS[:3], np.array([lattice.origin, metal, oxygen]), spread)
    text = f"two slopes and one lattice parameter, with c_Li = {per_lithium:g} Å f.u. assumed."
    return LatticeFit(lattice, values, covariance, 0.0, 0, Assessment.GOOD, text)


def _check(free: Sequence[str], states: np.ndarray, uncertainty: np.ndarray) -> None:
    for name in free:
        if name not in COEFFICIENTS:
            raise unknown_name("coefficient of the lattice law", name, COEFFICIENTS)
    if not np.all(uncertainty > 0) or len(states) < len(free):
        raise OutOfRange(
            f"{len(states)} lattice parameters with uncertainties from {np.min(uncertainty):g} Å cannot fix"
            f" {len(free)} coefficients. Expected positive uncertainties and at least as many states."
        )


def _values(
    names: Sequence[str], best: Float[np.ndarray, "free"], spread: Float[np.ndarray, "free"]
) -> dict[str, Value]:
    return {
        name: Value(float(value), float(sigma), UNITS.get(name, SLOPE_UNIT))
        for name, value, sigma in zip(names, best, spread, strict=True)
    }


def _design(states: Float[np.ndarray, "row 6"]) -> Float[np.ndarray, "row 4"]:
    """Return the derivative of the lattice parameter with respect to each coefficient."""
    extracted = states[:, :4] @ np.array([1.0, 1.0, 1.0, 4.0])
    return np.column_stack([np.ones(len(states)), states[:, 0], states[:, 1], extracted])


def _verdict(
    free: Sequence[str],
    kept: np.ndarray,
    right: Float[np.ndarray, "free free"],
    chi_square: float,
    freedom: int,
) -> tuple[Assessment, str]:
    from scipy.stats import chi2

    if not np.all(kept):
        mixed = [name for name, share in zip(free, np.abs(right[-1]), strict=True) if share > 0.1]
        text = f"these states cannot tell {' from '.join(mixed)}: only a combination is determined."
        return Assessment.DEGENERATE, text
    if freedom < 1:
        return Assessment.TOO_FEW_DATA, "as many states as coefficients: the law itself is not tested."
    probability = float(chi2.sf(chi_square, freedom))
    if probability < POOR_FIT:
        text = f"the lattice is not linear in the holes (p = {probability:.1g}); uncertainties were widened."
        return Assessment.POOR_FIT, text
    return Assessment.GOOD, f"fits (p = {probability:.2g})."
