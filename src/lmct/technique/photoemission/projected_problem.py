"""The weighted misfit of a series with areas and straight lines projected out (variable projection)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

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

SHIFT_OF = "shift of "
"""How the names of shifts begin."""

LARGEST_SHIFT = 6.0
"""Charging moves a spectrum by at most this against the first one [eV]."""


@dataclass(eq=False)
class ProjectedPoint:
    """Everything computed at one set of shared parameters."""

    values: Float[np.ndarray, "value"]
    residual: Float[np.ndarray, "all"]
    profiles: list[Float[np.ndarray, "line point"]]
    derivatives: list[Float[np.ndarray, "line 4 point"]]
    designs: list[Float[np.ndarray, "point column"]]
    bases: list[Float[np.ndarray, "point active"]]
    amounts: list[Float[np.ndarray, "column"]]


class ProjectedProblem:
    """The weighted least-squares problem with the linear parameters projected out (Kaufman)."""

    def __init__(self, spectra: Sequence[SpectrumData], lines: Sequence[Line], background: str) -> None:
        self.spectra = tuple(spectra)
        self.lines = tuple(lines)
        self.map: ParameterMap = parameter_map(lines)
        self.background = background
        self.operators = [background_operator(background, one.energy) for one in spectra]
        self.free_strength = background != LINEAR
        self.shapes = len(self.map.names)
        self.point: ProjectedPoint | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the shared parameters, in the order of their values."""
        strength = ("background strength",) if self.free_strength else ()
        return (*self.map.names, *strength, *(f"{SHIFT_OF}{one.name}" for one in self.spectra[1:]))

    def limits(self) -> tuple[Float[np.ndarray, "value"], Float[np.ndarray, "value"]]:
        """Return lowest and highest values."""
        top = [STRENGTH[self.background][1]] * self.free_strength
        reach = np.full(len(self.spectra) - 1, LARGEST_SHIFT)
        lower = np.concatenate([self.map.lower, np.zeros(len(top)), -reach])
        return lower, np.concatenate([self.map.upper, top, reach])

    def start(self) -> Float[np.ndarray, "value"]:
        """Return the values to start from."""
        strength = [STRENGTH[self.background][0]] * self.free_strength
        return np.concatenate([self.map.start, strength, shifts_by_overlay(self.spectra)[1:]])

    def strength(self, values: Float[np.ndarray, "value"]) -> float:
        """Return the strength of the background."""
        return float(values[self.shapes]) if self.free_strength else 0.0

    def shifts(self, values: Float[np.ndarray, "value"]) -> Float[np.ndarray, "spectrum"]:
        """Return the shift of each spectrum against the first [eV]."""
        return np.concatenate([[0.0], values[self.shapes + self.free_strength :]])

    def at(self, values: Float[np.ndarray, "value"]) -> ProjectedPoint:
        """Return everything at these values; the last point is kept."""
        if self.point is not None and np.array_equal(self.point.values, values):
            return self.point
        point = ProjectedPoint(values.copy(), np.empty(0), [], [], [], [], [])
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
        """Return the weighted misfit of all spectra with the best amounts."""
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
        """Return the derivative of the misfit by the values (Kaufman)."""
        point = self.at(values)
        blocks = []
        for place, basis in enumerate(point.bases):
            slopes = self.slopes(values, place)
            blocks.append(basis @ (basis.T @ slopes) - slopes)
        return np.concatenate(blocks)

    def curves(self, values: Float[np.ndarray, "value"]) -> tuple[Float[np.ndarray, "part point"], ...]:
        """Return the lines of each spectrum without background, and the background last."""
        point = self.at(values)
        found = []
        for profiles, design, amounts in zip(point.profiles, point.designs, point.amounts, strict=True):
            parts = amounts[: len(self.lines), None] * profiles
            found.append(np.vstack([parts, design @ amounts - parts.sum(axis=0)]))
        return tuple(found)


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
