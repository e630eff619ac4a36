"""The lines of the crystal in a pattern: places, widths and strengths, and their share of the Jacobian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from lmct.technique.diffraction.diffractometer import REFLECTION, Diffractometer
from lmct.technique.diffraction.rock_salt.lines import CubicLines
from lmct.technique.diffraction.rock_salt.profile import axial_nodes, line_shape_rows, widths_from_parts
from lmct.technique.diffraction.rock_salt.settings import Migration
from lmct.technique.diffraction.scattering import lorentz_polarization

STEEPEST = 0.998
"""Sine of the Bragg angle beyond which a line is left out [1]."""

NARROWEST = 1e-3
"""Least full width of the Gaussian and of the Lorentzian part [deg]."""

BLOCK = 4096
"""Points that are computed at once, so that long patterns need little memory."""

Rows = Float[np.ndarray, "line"]


class Line(NamedTuple):
    """Numbers of every line for one wavelength, or their derivatives by one parameter.

    Parameters
    ----------
    strength
        Area over the scale.
    position
        [deg].
    gaussian, lorentzian
        Full widths of the two parts [deg].
    """

    strength: Rows | float = 0.0
    position: Rows | float = 0.0
    gaussian: Rows | float = 0.0
    lorentzian: Rows | float = 0.0


def wavelength_shares(diffractometer: Diffractometer) -> tuple[float, ...]:
    """Return the share of each wavelength in the beam.

    Examples
    --------
    >>> from lmct.technique.diffraction.diffractometer import laboratory_copper
    >>> [round(one, 4) for one in wavelength_shares(laboratory_copper())]
    [0.6667, 0.3333]
    """
    ratios = (1.0, diffractometer.line_ratio)[: len(diffractometer.wavelengths)]
    return tuple(one / sum(ratios) for one in ratios)


def offset_name(diffractometer: Diffractometer) -> str:
    """Return which error of the angles a geometry has: ``"displacement"`` or ``"zero"``."""
    return "displacement" if diffractometer.geometry == REFLECTION else "zero"


def shift_from_offset(
    *, theta: Float[np.ndarray, "line"], offset: float, diffractometer: Diffractometer
) -> tuple[Float[np.ndarray, "line"], Float[np.ndarray, "line"], Float[np.ndarray, "line"]]:
    r"""Return by how much lines are shifted, and the derivatives of it.

    .. math:: \Delta 2\theta = -\frac{2 s \cos\theta}{R}

    in reflection, and the zero itself in every other geometry.

    Parameters
    ----------
    theta
        Bragg angles [rad].
    offset
        Displacement s [mm], or zero [deg].
    diffractometer
        Geometry and radius.

    Returns
    -------
    :
        Shift [deg], its derivative by the offset, and by theta [deg/rad].

    Examples
    --------
    >>> from lmct.technique.diffraction.diffractometer import laboratory_copper
    >>> shift, _, _ = shift_from_offset(theta=np.array([0.0]), offset=0.1, diffractometer=laboratory_copper())
    >>> float(shift[0].round(4))
    -0.0527
    """
    if diffractometer.geometry != REFLECTION:
        return np.full_like(theta, offset), np.ones_like(theta), np.zeros_like(theta)
    lever = np.degrees(2.0 / diffractometer.radius)
    return -lever * offset * np.cos(theta), -lever * np.cos(theta), lever * offset * np.sin(theta)


class CrystalPart:
    """The crystal's share of a pattern.

    Parameters
    ----------
    lines
        Of the crystal.
    diffractometer
        The instrument.
    migration
        Which ion moves; None when none does.
    """

    def __init__(
        self, lines: CubicLines, diffractometer: Diffractometer, migration: Migration | None
    ) -> None:
        self.lines = lines
        self.diffractometer = diffractometer
        self.migration = migration
        self.offset_name = offset_name(diffractometer)
        count = len(lines.index)
        self._wavelength = np.repeat(diffractometer.wavelengths, count)
        self._share = np.repeat(wavelength_shares(diffractometer), count)
        self._nodes = self._axial()

    def add(
        self,
        values: Mapping[str, float],
        place: Mapping[str, int],
        two_theta: Float[np.ndarray, "point"],
        jacobian: Float[np.ndarray, "parameter point"],
    ) -> Float[np.ndarray, "point"]:
        """Add derivatives to a Jacobian and return the pattern of the crystal.

        Parameters
        ----------
        values
            Parameters by name.
        place
            Row of the Jacobian for each name.
        two_theta
            Angles [deg].
        jacobian
            Written to.
        """
        scale = values["scale"]
        line, changes = self.line(values)
        changes = {name: one for name, one in changes.items() if name in place}
        changes["scale"] = Line(strength=line.strength)
        rows = [place[name] for name in changes]
        coefficients, position, width, mixing = self._coefficients(line, changes, scale)
        for start in range(0, len(two_theta), BLOCK):
            part = slice(start, start + BLOCK)
            shapes = line_shape_rows(two_theta=two_theta[part], position=position, width=width, mixing=mixing)
            jacobian[rows, part] = coefficients @ shapes
        pattern: Float[np.ndarray, "point"] = scale * jacobian[place["scale"]]
        return pattern

    def line(self, values: Mapping[str, float]) -> tuple[Line, dict[str, Line]]:
        """Return the lines for all wavelengths, one after the other, and their derivatives by parameter.

        Parameters
        ----------
        values
            Parameters by name; those that are absent are as in the crystal and the instrument.
        """
        theta, seen = self._bragg(values["a"])
        tangent, secant = np.tan(theta), 1.0 / np.cos(theta)
        theta_by_a = -tangent / values["a"]
        shift, by_offset, by_theta = shift_from_offset(
            theta=theta, offset=values.get(self.offset_name, 0.0), diffractometer=self.diffractometer
        )
        gaussian, lorentzian, changes = self._widths(values, tangent, secant, theta_by_a)
        strength, strength_changes = self._areas(values, theta, theta_by_a, self._share * seen)
        changes["a"] = changes["a"]._replace(
            position=(np.degrees(2.0) + by_theta) * theta_by_a, strength=strength_changes.pop("a")
        )
        changes[self.offset_name] = Line(position=by_offset)
        changes |= {name: Line(strength=one) for name, one in strength_changes.items()}
        return Line(strength, np.degrees(2.0 * theta) + shift, gaussian, lorentzian), changes

    def _bragg(self, cell: float) -> tuple[Rows, Bool[np.ndarray, "line"]]:
        """Return the Bragg angles [rad] for all wavelengths, and which lines can be reached."""
        spacing = np.tile(self.lines.spacing(cell), len(self.diffractometer.wavelengths))
        sine = self._wavelength / (2.0 * spacing)
        seen = sine < STEEPEST
        return np.arcsin(np.where(seen, sine, STEEPEST)), seen

    def _widths(
        self, values: Mapping[str, float], tangent: Rows, secant: Rows, theta_by_a: Rows
    ) -> tuple[Rows, Rows, dict[str, Line]]:
        """Return Gaussian and Lorentzian widths, and derivatives; those by a are only of the widths."""
        one = self.diffractometer
        u, v = values.get("gaussian_u", one.gaussian_u), one.gaussian_v
        squared = u * tangent**2 + v * tangent + values.get("gaussian_w", one.gaussian_w)
        free = squared > NARROWEST**2
        gaussian = np.sqrt(np.where(free, squared, NARROWEST**2))
        by_square = np.where(free, 0.5 / gaussian, 0.0)
        x, y = values["lorentzian_x"], values["lorentzian_y"]
        lorentzian = x * secant + y * tangent
        wide = lorentzian > NARROWEST
        lorentzian = np.where(wide, lorentzian, NARROWEST)
        by_theta = np.where(wide, x * secant * tangent + y * secant**2, 0.0)
        changes = {
            "a": Line(
                gaussian=by_square * (2.0 * u * tangent + v) * secant**2 * theta_by_a,
                lorentzian=by_theta * theta_by_a,
            ),
            "gaussian_u": Line(gaussian=by_square * tangent**2),
            "gaussian_w": Line(gaussian=by_square),
            "lorentzian_x": Line(lorentzian=np.where(wide, secant, 0.0)),
            "lorentzian_y": Line(lorentzian=np.where(wide, tangent, 0.0)),
        }
        return gaussian, lorentzian, changes

    def _areas(
        self, values: Mapping[str, float], theta: Rows, theta_by_a: Rows, share: Rows
    ) -> tuple[Rows, dict[str, Rows]]:
        """Return areas over the scale and their derivatives."""
        held, count = self.lines.displacement, len(self.diffractometer.wavelengths)
        displacement = {key: values.get(f"b_iso({key})", held[key]) for key in self.lines.groups}
        moved = values.get(self.occupancy_name, self.held_occupancy) - self.held_occupancy
        strength, by_cell, others = self.lines.strengths(
            cell=values["a"], displacement=displacement, migration=self.migration, moved=moved
        )
        strength, by_cell = np.tile(strength, count), np.tile(by_cell, count)
        others = {key: np.tile(one, count) for key, one in others.items()}
        step = 1e-5
        moves = np.array([[-step], [0.0], [step]])
        low, middle, high = lorentz_polarization(np.degrees(2.0 * (theta + moves)), self.diffractometer)
        changes = {f"b_iso({key})": others[key] * middle * share for key in self.lines.groups}
        changes["a"] = (by_cell * middle + strength * (high - low) / (2.0 * step) * theta_by_a) * share
        if self.occupancy_name:
            changes[self.occupancy_name] = others["moved"] * middle * share
        return strength * middle * share, changes

    @property
    def occupancy_name(self) -> str:
        """Name of the occupancy of the target of a migration; empty when nothing migrates."""
        one = self.migration
        return "" if one is None else f"occupancy({one.target}, {one.ion})"

    @property
    def held_occupancy(self) -> float:
        """Occupancy of the target as the crystal has it [1]."""
        one = self.migration
        return 0.0 if one is None else self.lines.sites[one.target][one.ion]

    @property
    def largest_occupancy(self) -> float:
        """Occupancy of the target when the origin is empty [1]."""
        one = self.migration
        if one is None:
            return 0.0
        return self.held_occupancy + self.lines.sites[one.origin][one.ion] / one.ratio

    def _coefficients(
        self, line: Line, changes: Mapping[str, Line], scale: float
    ) -> tuple[Float[np.ndarray, "row shape"], Rows, Rows, Rows]:
        """Return what multiplies shapes and their derivatives, and the shapes' places, widths and mixing."""
        widths = widths_from_parts(gaussian=np.asarray(line.gaussian), lorentzian=np.asarray(line.lorentzian))
        area = scale * np.asarray(line.strength)
        nodes, weights, of_line = self._nodes
        table = np.zeros((len(changes), 4, len(area)))
        for row, (name, one) in enumerate(changes.items()):
            factor = 1.0 if name == "scale" else scale
            table[row, 0] = factor * one.strength
            table[row, 1] = area * one.position
            table[row, 2] = area * (
                one.gaussian * widths.width_by_gaussian + one.lorentzian * widths.width_by_lorentzian
            )
            table[row, 3] = area * (
                one.gaussian * widths.mixing_by_gaussian + one.lorentzian * widths.mixing_by_lorentzian
            )
        coefficients = (table[:, :, of_line] * weights).reshape(len(changes), -1)
        position = np.asarray(line.position)[of_line] + nodes
        return coefficients, position, widths.width[of_line], widths.mixing[of_line]

    def _axial(self) -> tuple[Float[np.ndarray, "part"], Float[np.ndarray, "part"], Int[np.ndarray, "part"]]:
        """Return offset, weight and line of every part into which axial divergence splits the lines."""
        theta, _ = self._bragg(self.lines.cell)
        one = self.diffractometer
        values = {"a": 1.0, "lorentzian_x": one.lorentzian_x, "lorentzian_y": one.lorentzian_y}
        gaussian, lorentzian, _ = self._widths(values, np.tan(theta), 1.0 / np.cos(theta), theta)
        width = widths_from_parts(gaussian=gaussian, lorentzian=lorentzian).width
        parts = [
            axial_nodes(two_theta=float(np.degrees(2.0 * angle)), axial=one.axial, width=float(wide))
            for angle, wide in zip(theta, width, strict=True)
        ]
        counts = [len(offset) for offset, _ in parts]
        offsets, weights = (np.concatenate(column) for column in zip(*parts, strict=True))
        return offsets, weights, np.repeat(np.arange(len(parts)), counts)
