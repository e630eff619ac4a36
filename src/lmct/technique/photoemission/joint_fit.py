"""Simultaneous fit of a series of spectra: shared lines, own areas, by variable projection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import NotConverged
from lmct.technique.photoemission.electron_background import (
    LINEAR,
    SHIRLEY,
    TOUGAARD,
    background_operator,
)
from lmct.technique.photoemission.line_model import Line, ParameterMap, parameter_map
from lmct.technique.photoemission.line_shape import doniach_with_derivatives, voigt_with_derivatives
from lmct.technique.photoemission.series_data import SpectrumData
from lmct.technique.photoemission.shift_start import shifts_by_overlay

STRENGTH = {SHIRLEY: (0.02, 0.5), TOUGAARD: (0.5, 10.0), LINEAR: (0.0, 0.0)}
"""Kind of background -> its strength to start from and its highest."""

LARGEST_SHIFT = 6.0
"""Charging moves a spectrum by at most this against the first one [eV]."""

FLAT = 1e-7
"""The search ends when chi square falls by less than this share in a step [1]."""

AT_LIMIT = 1e-4
"""A parameter this close to a limit, in parts of its range, is taken to be at it [1]."""


@dataclass(frozen=True, eq=False)
class SeriesFit:
    """What a joint fit found.

    Parameters
    ----------
    lines
        The lines that were fitted.
    spectra
        The spectra with the uncertainties that weighed them.
    background
        Kind of inelastic background.
    names
        Free shared parameters, then ``"background strength"``, then the shifts of all spectra but the first.
    values
        Their values [eV; strength 1/eV].
    areas
        Of each line in each spectrum.
    covariance
        Of ``values`` and then of ``areas`` row by row, all others free.
    chi_square, degrees_of_freedom
        Of all spectra together.
    curves
        For each spectrum the lines one by one, each without background, and the background last.
    at_limit
        Parameters that ended at a limit; they count as known in the covariance.
    """

    lines: tuple[Line, ...]
    spectra: tuple[SpectrumData, ...]
    background: str
    names: tuple[str, ...]
    values: Float[np.ndarray, "value"]
    areas: Float[np.ndarray, "spectrum line"]
    covariance: Float[np.ndarray, "all all"] = field(repr=False)
    chi_square: float
    degrees_of_freedom: int
    curves: tuple[Float[np.ndarray, "part point"], ...] = field(repr=False)
    at_limit: tuple[str, ...] = ()

    @property
    def reduced_chi_square(self) -> float:
        """Chi square over its degrees of freedom [1]."""
        return self.chi_square / self.degrees_of_freedom

    def value(self, name: str) -> tuple[float, float]:
        """Return a shared parameter and its standard uncertainty."""
        place = self.names.index(name)
        return float(self.values[place]), float(np.sqrt(self.covariance[place, place]))

    def shares(
        self, part: Sequence[str], whole: Sequence[str]
    ) -> tuple[Float[np.ndarray, "spectrum"], Float[np.ndarray, "spectrum spectrum"]]:
        """Return the share of some lines in the area of others, and its covariance between spectra.

        Parameters
        ----------
        part
            Names of lines that count.
        whole
            Names of lines over which they are divided.

        Returns
        -------
        :
            Shares and their covariance, counting noise and correlations only [1].
        """
        names = [line.name for line in self.lines]
        counted = np.array([float(name in part) for name in names])
        divided = np.array([float(name in whole) for name in names])
        total = self.areas @ divided
        shares = self.areas @ counted / total
        gradient = np.zeros((len(shares), len(self.covariance)))
        first = len(self.values)
        for row, share in enumerate(shares):
            place = first + row * len(names)
            gradient[row, place : place + len(names)] = (counted - share * divided) / total[row]
        return shares, gradient @ self.covariance @ gradient.T


@dataclass(eq=False)
class _Point:
    """Everything computed at one set of shared parameters."""

    values: Float[np.ndarray, "value"]
    residual: Float[np.ndarray, "all"]
    profiles: list[Float[np.ndarray, "line point"]]
    derivatives: list[Float[np.ndarray, "line 4 point"]]
    designs: list[Float[np.ndarray, "point column"]]
    bases: list[Float[np.ndarray, "point active"]]
    amounts: list[Float[np.ndarray, "column"]]


class _Problem:
    """The weighted least-squares problem with the linear parameters projected out (Kaufman)."""

    def __init__(self, spectra: Sequence[SpectrumData], lines: Sequence[Line], background: str) -> None:
        self.spectra = tuple(spectra)
        self.lines = tuple(lines)
        self.map: ParameterMap = parameter_map(lines)
        self.background = background
        self.operators = [background_operator(background, one.energy) for one in spectra]
        self.free_strength = background != LINEAR
        self.shapes = len(self.map.names)
        self.point: _Point | None = None

    @property
    def names(self) -> tuple[str, ...]:
        strength = ("background strength",) if self.free_strength else ()
        return (*self.map.names, *strength, *(f"shift of {one.name}" for one in self.spectra[1:]))

    def limits(self) -> tuple[Float[np.ndarray, "value"], Float[np.ndarray, "value"]]:
        top = [STRENGTH[self.background][1]] * self.free_strength
        reach = np.full(len(self.spectra) - 1, LARGEST_SHIFT)
        lower = np.concatenate([self.map.lower, np.zeros(len(top)), -reach])
        return lower, np.concatenate([self.map.upper, top, reach])

    def start(self) -> Float[np.ndarray, "value"]:
        strength = [STRENGTH[self.background][0]] * self.free_strength
        return np.concatenate([self.map.start, strength, shifts_by_overlay(self.spectra)[1:]])

    def strength(self, values: Float[np.ndarray, "value"]) -> float:
        return float(values[self.shapes]) if self.free_strength else 0.0

    def shifts(self, values: Float[np.ndarray, "value"]) -> Float[np.ndarray, "spectrum"]:
        return np.concatenate([[0.0], values[self.shapes + self.free_strength :]])

    def at(self, values: Float[np.ndarray, "value"]) -> _Point:
        if self.point is not None and np.array_equal(self.point.values, values):
            return self.point
        point = _Point(values.copy(), np.empty(0), [], [], [], [], [])
        residuals = []
        shapes, strength = self.map.shapes(values[: self.shapes]), self.strength(values)
        shifted = [one.energy - shift for one, shift in zip(self.spectra, self.shifts(values), strict=True)]
        every, all_derivatives = _profiles(np.concatenate(shifted), shapes)
        ends = np.cumsum([len(one) for one in shifted])[:-1]
        for spectrum, operator, profiles, derivatives in zip(
            self.spectra,
            self.operators,
            np.split(every, ends, axis=1),
            np.split(all_derivatives, ends, axis=2),
            strict=True,
        ):
            columns = profiles + strength * (profiles @ operator.T)
            design = np.concatenate([columns.T, _straight(spectrum.energy)], axis=1)
            weighted = design / spectrum.uncertainty[:, None]
            amounts, basis = _not_negative(weighted, spectrum.intensity / spectrum.uncertainty, len(shapes))
            residuals.append((spectrum.intensity - design @ amounts) / spectrum.uncertainty)
            point.profiles.append(profiles)
            point.derivatives.append(derivatives)
            point.designs.append(design)
            point.bases.append(basis)
            point.amounts.append(amounts)
        point.residual = np.concatenate(residuals)
        self.point = point
        return point

    def residual(self, values: Float[np.ndarray, "value"]) -> Float[np.ndarray, "all"]:
        return self.at(values).residual

    def slopes(self, values: Float[np.ndarray, "value"], place: int) -> Float[np.ndarray, "point value"]:
        """Return the derivative of one weighted model by the shared parameters at fixed areas."""
        point = self.at(values)
        amounts = point.amounts[place][: len(self.lines)]
        operator, derivatives = self.operators[place], point.derivatives[place]
        scaled = (amounts[:, None, None] * derivatives).reshape(4 * len(self.lines), -1)
        by_shape = self.map.matrix.T @ scaled
        by_position = (amounts[:, None] * derivatives[:, 0]).sum(axis=0)
        strength = self.strength(values)
        together = np.vstack([by_shape, by_position])
        together = together + strength * (together @ operator.T)
        result = np.zeros((len(values), len(by_position)))
        result[: self.shapes] = together[:-1]
        if self.free_strength:
            result[self.shapes] = operator @ (amounts @ point.profiles[place])
        if place:
            result[self.shapes + self.free_strength + place - 1] = together[-1]
        scaled_result: Float[np.ndarray, "point value"] = (result / self.spectra[place].uncertainty).T
        return scaled_result

    def jacobian(self, values: Float[np.ndarray, "value"]) -> Float[np.ndarray, "all value"]:
        point = self.at(values)
        blocks = []
        for place, basis in enumerate(point.bases):
            slopes = self.slopes(values, place)
            blocks.append(basis @ (basis.T @ slopes) - slopes)
        return np.concatenate(blocks)

    def curves(self, values: Float[np.ndarray, "value"]) -> tuple[Float[np.ndarray, "part point"], ...]:
        point = self.at(values)
        found = []
        for profiles, design, amounts in zip(point.profiles, point.designs, point.amounts, strict=True):
            parts = amounts[: len(self.lines), None] * profiles
            found.append(np.vstack([parts, design @ amounts - parts.sum(axis=0)]))
        return tuple(found)


def fit_series(
    spectra: Sequence[SpectrumData], lines: Sequence[Line], *, background: str = SHIRLEY
) -> SeriesFit:
    """Fit lines to all spectra of a series at once.

    Positions, widths and the strength of the background are common to all spectra; each has its own charging
    shift against the first one, its own areas (not negative) and its own straight line.

    Parameters
    ----------
    spectra
        One or more, on any grids.
    lines
        Lines of the region.
    background
        ``shirley``, ``tougaard`` or ``linear``.

    Returns
    -------
    :
        Values, areas and their full covariance.

    Raises
    ------
    NotConverged
        The search for the best parameters did not end.
    """
    problem = _Problem(spectra, lines, background)
    values = _search(problem, problem.start())
    weighed = [
        spectrum.with_uncertainty_of(curves.sum(axis=0))
        for spectrum, curves in zip(problem.spectra, problem.curves(values), strict=True)
    ]
    problem = _Problem(weighed, lines, background)
    values = _search(problem, values)
    lower, upper = problem.limits()
    span = np.where(upper > lower, upper - lower, 1.0)
    stuck = np.minimum(values - lower, upper - values) < AT_LIMIT * span
    points = sum(len(one.energy) for one in problem.spectra)
    linear = sum(len(one) for one in problem.at(values).amounts)
    return SeriesFit(
        lines=tuple(lines),
        spectra=problem.spectra,
        background=background,
        names=problem.names,
        values=values,
        areas=np.array([one[: len(lines)] for one in problem.at(values).amounts]),
        covariance=_covariance(problem, values, stuck),
        chi_square=float(np.sum(problem.residual(values) ** 2)),
        degrees_of_freedom=max(1, points - linear - int((~stuck).sum())),
        curves=problem.curves(values),
        at_limit=tuple(name for name, one in zip(problem.names, stuck, strict=True) if one),
    )


def _search(problem: _Problem, start: Float[np.ndarray, "value"]) -> Float[np.ndarray, "value"]:
    from scipy.optimize import least_squares

    lower, upper = problem.limits()
    if not len(start):
        return start
    inside = np.clip(start, lower + 1e-9, upper - 1e-9)
    best = least_squares(
        problem.residual,
        inside,
        jac=problem.jacobian,
        bounds=(lower, upper),
        x_scale="jac",
        xtol=1e-7,
        ftol=FLAT,
        gtol=1e-9,
        max_nfev=200,
    )
    if best.status <= 0:
        raise NotConverged(
            f"the joint fit of {len(problem.spectra)} spectra did not end within 200 steps."
            " Expected one clear minimum. Hold a position or a width, or leave out a line."
        )
    found: Float[np.ndarray, "value"] = best.x
    return found


def _profiles(
    energy: Float[np.ndarray, "point"], shapes: Float[np.ndarray, "line 4"]
) -> tuple[Float[np.ndarray, "line point"], Float[np.ndarray, "line 4 point"]]:
    found = []
    for position, gaussian, lorentzian, asymmetry in shapes.tolist():
        shape = {"position": position, "gaussian": gaussian, "lorentzian": lorentzian}
        if asymmetry > 0.0:
            found.append(doniach_with_derivatives(energy=energy, **shape, asymmetry=asymmetry))
        else:
            found.append(voigt_with_derivatives(energy=energy, **shape))
    return np.array([one[0] for one in found]), np.array([one[1] for one in found])


def _straight(energy: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point 2"]:
    """Return a constant and a line without mean."""
    middle, reach = energy.mean(), 0.5 * np.ptp(energy)
    return np.column_stack([np.ones(len(energy)), (energy - middle) / reach])


def _not_negative(
    design: Float[np.ndarray, "point column"], data: Float[np.ndarray, "point"], lines: int
) -> tuple[Float[np.ndarray, "column"], Float[np.ndarray, "point active"]]:
    """Return the best amounts with lines from zero up, and a basis of the columns that are not zero."""
    active = np.ones(design.shape[1], dtype=bool)
    while True:
        basis, triangle = np.linalg.qr(design[:, active])
        amounts = np.zeros(design.shape[1])
        amounts[active] = np.linalg.solve(triangle, basis.T @ data)
        worst = int(np.argmin(amounts[:lines]))
        if amounts[worst] >= 0.0:
            return amounts, basis
        active[worst] = False


def _covariance(
    problem: _Problem, values: Float[np.ndarray, "value"], stuck: np.ndarray
) -> Float[np.ndarray, "all all"]:
    """Return the covariance of shared parameters and areas, from the whole Jacobian with scaled columns."""
    point, lines = problem.at(values), len(problem.lines)
    sizes = [len(one.energy) for one in problem.spectra]
    columns = point.designs[0].shape[1]
    whole = np.zeros((sum(sizes), len(values) + columns * len(sizes)))
    row = 0
    for place, size in enumerate(sizes):
        rows = slice(row, row + size)
        first = len(values) + place * columns
        whole[rows, : len(values)] = problem.slopes(values, place)
        whole[rows, first : first + columns] = (
            point.designs[place] / problem.spectra[place].uncertainty[:, None]
        )
        row += size
    known = np.concatenate([stuck, np.zeros(whole.shape[1] - len(values), dtype=bool)])
    whole[:, known] = 0.0
    scale = np.linalg.norm(whole, axis=0)
    scale[scale == 0.0] = 1.0
    normal = (whole / scale).T @ (whole / scale)
    covariance = np.linalg.pinv(normal, rcond=1e-13, hermitian=True) / np.outer(scale, scale)
    covariance[known] = covariance[:, known] = 0.0
    kept = [*range(len(values))]
    for place in range(len(sizes)):
        first = len(values) + place * columns
        kept += range(first, first + lines)
    return covariance[np.ix_(kept, kept)]
