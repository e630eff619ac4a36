"""Simultaneous fit of a series of spectra: shared lines, own areas, by variable projection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import NotConverged
from lmct.technique.photoemission.electron_background import SHIRLEY
from lmct.technique.photoemission.line_model import Line
from lmct.technique.photoemission.projected_problem import ProjectedProblem
from lmct.technique.photoemission.series_data import SpectrumData

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

        Raises
        ------
        NotConverged
            The lines have no area in a spectrum.
        """
        names = [line.name for line in self.lines]
        counted = np.array([float(name in part) for name in names])
        divided = np.array([float(name in whole) for name in names])
        total = self.areas @ divided
        if not np.all(total > 0.0):
            empty = self.spectra[int(np.argmin(total))].name
            raise NotConverged(
                f"the lines {', '.join(whole)} have no area in {empty}. Expected them in every spectrum."
                " Check where the lines start, the charging, and whether the window holds this region."
            )
        shares = self.areas @ counted / total
        gradient = np.zeros((len(shares), len(self.covariance)))
        first = len(self.values)
        for row, share in enumerate(shares):
            place = first + row * len(names)
            gradient[row, place : place + len(names)] = (counted - share * divided) / total[row]
        return shares, gradient @ self.covariance @ gradient.T


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
    problem = ProjectedProblem(spectra, lines, background)
    values = _search(problem, problem.start())
    weighed = [
        spectrum.with_uncertainty_of(curves.sum(axis=0))
        for spectrum, curves in zip(problem.spectra, problem.curves(values), strict=True)
    ]
    problem = ProjectedProblem(weighed, lines, background)
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


def _search(problem: ProjectedProblem, start: Float[np.ndarray, "value"]) -> Float[np.ndarray, "value"]:
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


def _covariance(
    problem: ProjectedProblem, values: Float[np.ndarray, "value"], stuck: np.ndarray
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
