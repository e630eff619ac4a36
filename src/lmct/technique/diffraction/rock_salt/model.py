"""The pattern of a cubic crystal as a function of its parameters, with analytic derivatives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from lmct.technique.diffraction.background import chebyshev_basis, hump_shape
from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.rock_salt.crystal import CrystalPart
from lmct.technique.diffraction.rock_salt.foreign import ForeignPart
from lmct.technique.diffraction.rock_salt.levenberg_marquardt import Evaluation, Restraint
from lmct.technique.diffraction.rock_salt.lines import CubicLines
from lmct.technique.diffraction.rock_salt.profile import line_shapes, widths_from_parts
from lmct.technique.diffraction.rock_salt.settings import RockSaltSettings


class LineSet(NamedTuple):
    """Lines of the crystal, a row for each wavelength.

    Parameters
    ----------
    position, width
        Place and full width [deg].
    mixing
        Share of the Lorentzian [1].
    area
        Intensity of the file times degrees.
    """

    position: Float[np.ndarray, "wavelength line"]
    width: Float[np.ndarray, "wavelength line"]
    mixing: Float[np.ndarray, "wavelength line"]
    area: Float[np.ndarray, "wavelength line"]

    def seen(self, low: float, high: float) -> tuple[Float[np.ndarray, "line"], Float[np.ndarray, "line"]]:
        """Return places and widths for the first wavelength of the lines between two angles [deg]."""
        inside = (self.position[0] > low) & (self.position[0] < high) & (self.area[0] > 0)
        return self.position[0][inside], self.width[0][inside]

    def patterns(self, two_theta: Float[np.ndarray, "point"]) -> Float[np.ndarray, "line point"]:
        """Return the pattern of each line alone, all wavelengths together."""
        total = np.zeros((self.position.shape[1], len(two_theta)))
        for position, width, mixing, area in zip(*self, strict=True):
            shapes = line_shapes(two_theta=two_theta, position=position, width=width, mixing=mixing)
            total += area[:, None] * shapes.value
        return total


class PatternModel:
    """A pattern over fixed angles; parameters are a vector in the order of ``names``.

    Nonlinear parameters come first, then what is linear: scale, areas of foreign lines, heights of humps,
    coefficients of the background.

    Parameters
    ----------
    two_theta
        Angles, rising [deg].
    diffractometer
        The instrument.
    lines
        Of the crystal.
    settings
        What is free.
    """

    def __init__(
        self,
        two_theta: Float[np.ndarray, "point"],
        diffractometer: Diffractometer,
        lines: CubicLines,
        settings: RockSaltSettings,
    ) -> None:
        self.two_theta = two_theta
        self.settings = settings
        self.crystal_name = lines.name
        self.crystal = CrystalPart(lines, diffractometer, settings.migration)
        ends = float(two_theta[0]), float(two_theta[-1])
        self.foreign = tuple(ForeignPart(one, diffractometer, *ends) for one in settings.foreign)
        free = self._nonlinear()
        self._start = {name: start for name, (start, _, _) in free.items()}
        self.first_linear = len(free)
        self.names = (
            *free,
            "scale",
            *(name for one in self.foreign for name in one.heights),
            *(f"hump_height({number})" for number in range(1, len(settings.humps) + 1)),
            *(f"background({number})" for number in range(settings.background_terms)),
        )
        self.place = {name: number for number, name in enumerate(self.names)}
        self.low = np.array([free[name][1] if name in free else _lowest(name) for name in self.names])
        self.high = np.array([free[name][2] if name in free else np.inf for name in self.names])
        self.restraint = self._restraint()
        self._chebyshev = chebyshev_basis(two_theta=two_theta, terms=settings.background_terms)

    def start(self, values: Mapping[str, float]) -> Float[np.ndarray, "parameter"]:
        """Return a vector with known values where there are any, within limits; linear parameters are 0."""
        found = np.array([values.get(name, self._start.get(name, 0.0)) for name in self.names])
        found[self.first_linear :] = 0.0
        clipped: Float[np.ndarray, "parameter"] = np.clip(found, self.low, self.high)
        return clipped

    def by_name(self, vector: Float[np.ndarray, "parameter"]) -> dict[str, float]:
        """Return parameters by name."""
        return dict(zip(self.names, vector.tolist(), strict=True))

    def evaluate(self, vector: Float[np.ndarray, "parameter"]) -> Evaluation:
        """Return the pattern and its derivatives.

        Parameters
        ----------
        vector
            Parameters in the order of ``names``.

        Returns
        -------
        :
            Pattern, background and Jacobian.
        """
        values = self.by_name(vector)
        jacobian = np.zeros((len(vector), len(self.two_theta)))
        lines = self.crystal.add(values, self.place, self.two_theta, jacobian)
        for foreign in self.foreign:
            lines = lines + foreign.add(values, self.place, self.two_theta, jacobian)
        background = self._add_background(values, jacobian)
        return Evaluation(lines + background, background, jacobian)

    def lines(self, values: Mapping[str, float]) -> LineSet:
        """Return what the lines of the crystal are for some values, axial divergence left out."""
        line, _ = self.crystal.line(values)
        widths = widths_from_parts(gaussian=np.asarray(line.gaussian), lorentzian=np.asarray(line.lorentzian))
        area = values["scale"] * np.asarray(line.strength)
        shape = (len(self.crystal.diffractometer.wavelengths), -1)
        columns = (np.asarray(line.position), widths.width, widths.mixing, area)
        return LineSet(*(column.reshape(shape) for column in columns))

    def foreign_lines(
        self, values: Mapping[str, float]
    ) -> tuple[Float[np.ndarray, "line"], Float[np.ndarray, "line"]]:
        """Return places and full widths of all lines of foreign phases, for every wavelength [deg]."""
        pairs = [pair for one in self.foreign for pair in one.lines(values)]
        if not pairs:
            return np.empty(0), np.empty(0)
        return np.concatenate([pair[0] for pair in pairs]), np.concatenate([pair[1] for pair in pairs])

    def _nonlinear(self) -> dict[str, tuple[float, float, float]]:
        """Return start and limits of all parameters that are not linear."""
        part, settings = self.crystal, self.settings
        one, cell, reach = part.diffractometer, part.lines.cell, 1.0 + 1.5 * settings.cell_reach
        free = {"a": (cell, cell / reach, cell * reach)}
        if settings.refine_offset:
            farthest = 2.0 if part.offset_name == "displacement" else 0.3
            free[part.offset_name] = (0.0, -farthest, farthest)
        free["lorentzian_x"] = (max(one.lorentzian_x, 0.01), -1.0, 5.0)
        free["lorentzian_y"] = (one.lorentzian_y, -2.0, 10.0)
        if settings.refine_gaussian:
            free["gaussian_u"] = (one.gaussian_u, -0.5, 5.0)
            free["gaussian_w"] = (one.gaussian_w, -0.1, 2.0)
        if settings.refine_displacement_parameters:
            for key in part.lines.groups:
                free[f"b_iso({key})"] = (part.lines.displacement[key], -5.0, 20.0)
        if part.occupancy_name:
            most = part.largest_occupancy
            free[part.occupancy_name] = (part.held_occupancy, -0.5 * most, most)
        for foreign in self.foreign:
            free |= {name: (start, *foreign.limits[name]) for name, start in foreign.start.items()}
        for number, hump in enumerate(settings.humps, 1):
            where = hump.position
            free[f"hump_position({number})"] = (where, where - 15.0, where + 15.0)
            free[f"hump_width({number})"] = (hump.width, 1.0, 40.0)
        return free

    def _restraint(self) -> Restraint:
        """Keep humps near where they are sought, which matters where there is none."""
        centre, precision = np.zeros(len(self.names)), np.zeros(len(self.names))
        for number, hump in enumerate(self.settings.humps, 1):
            pairs = (
                ("hump_position", hump.position, hump.width),
                ("hump_width", hump.width, 0.5 * hump.width),
            )
            for name, expected, deviation in pairs:
                place = self.place[f"{name}({number})"]
                centre[place], precision[place] = expected, 1.0 / deviation**2
        return Restraint(centre, precision)

    def _add_background(
        self, values: Mapping[str, float], jacobian: Float[np.ndarray, "parameter point"]
    ) -> Float[np.ndarray, "point"]:
        terms = self.settings.background_terms
        jacobian[-terms:] = self._chebyshev
        coefficients = np.array([values[name] for name in self.names[-terms:]])
        background: Float[np.ndarray, "point"] = coefficients @ self._chebyshev
        for number in range(1, len(self.settings.humps) + 1):
            height = values[f"hump_height({number})"]
            shape, by_position, by_width = hump_shape(
                two_theta=self.two_theta,
                position=values[f"hump_position({number})"],
                width=values[f"hump_width({number})"],
            )
            jacobian[self.place[f"hump_height({number})"]] = shape
            jacobian[self.place[f"hump_position({number})"]] = height * by_position
            jacobian[self.place[f"hump_width({number})"]] = height * by_width
            background = background + height * shape
        return background


def _lowest(name: str) -> float:
    """Return the lower limit of a linear parameter: an amorphous part never lowers the background."""
    return 0.0 if name.startswith("hump_height(") else -np.inf
