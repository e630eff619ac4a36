"""Lines of foreign phases in a pattern: known places, one free offset and width, free heights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.reflection import reflections_of
from lmct.technique.diffraction.rock_salt.crystal import (
    STEEPEST,
    offset_name,
    shift_from_offset,
    wavelength_shares,
)
from lmct.technique.diffraction.rock_salt.profile import line_shapes
from lmct.technique.diffraction.rock_salt.settings import ForeignPhase

MIXING = 0.5
"""Share of the Lorentzian with which foreign lines start [1]."""

APART = 0.5
"""Foreign lines nearer than this share of their width are one [1]."""


class ForeignPart:
    """A foreign phase's share of a pattern.

    Parameters
    ----------
    phase
        The phase.
    diffractometer
        The instrument.
    low, high
        Range of the pattern [deg]; lines beyond are left out.
    """

    def __init__(self, phase: ForeignPhase, diffractometer: Diffractometer, low: float, high: float) -> None:
        self.name = phase.crystal.name
        self.diffractometer = diffractometer
        smallest = diffractometer.wavelengths[0] / (2.0 * np.sin(np.radians(high / 2.0)))
        reflections = reflections_of(phase.crystal, smallest_spacing=smallest)
        angles = reflections.two_theta(diffractometer.wavelengths[0])
        kept: list[float] = []
        spacings: list[float] = []
        for angle, spacing in zip(angles, reflections.spacing, strict=True):
            if low < angle < high and all(abs(angle - other) > APART * phase.width for other in kept):
                kept.append(float(angle))
                spacings.append(float(spacing))
        self.angles = np.array(kept)
        self._spacing, self._shares = np.array(spacings), wavelength_shares(diffractometer)
        offset, width = f"{offset_name(diffractometer)}({self.name})", f"width({self.name})"
        self._offset, self._width, self._mixing = offset, width, f"mixing({self.name})"
        reach = 1.0 if offset.startswith("displacement") else 0.3
        self.start = {offset: 0.0, width: phase.width, self._mixing: MIXING} if kept else {}
        self.limits = {offset: (-reach, reach), width: (0.02, 1.5), self._mixing: (0.0, 1.0)}
        self.heights = tuple(f"area({self.name}, {angle:.2f})" for angle in kept)

    def add(
        self,
        values: Mapping[str, float],
        place: Mapping[str, int],
        two_theta: Float[np.ndarray, "point"],
        jacobian: Float[np.ndarray, "parameter point"],
    ) -> Float[np.ndarray, "point"]:
        """Add derivatives to a Jacobian and return the pattern of the phase.

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
        if not self.heights:
            return np.zeros_like(two_theta)
        area = np.array([values[name] for name in self.heights])
        rows = [place[name] for name in self.heights]
        for wavelength, share in zip(self.diffractometer.wavelengths, self._shares, strict=True):
            position, by_offset = self._places(values, wavelength)
            shapes = line_shapes(
                two_theta=two_theta,
                position=position,
                width=np.full_like(position, values[self._width]),
                mixing=np.full_like(position, values[self._mixing]),
            )
            jacobian[rows] += share * shapes.value
            jacobian[place[self._offset]] += share * (area * by_offset) @ shapes.by_position
            jacobian[place[self._width]] += share * area @ shapes.by_width
            jacobian[place[self._mixing]] += share * area @ shapes.by_mixing
        pattern: Float[np.ndarray, "point"] = area @ jacobian[rows]
        return pattern

    def lines(
        self, values: Mapping[str, float]
    ) -> list[tuple[Float[np.ndarray, "line"], Float[np.ndarray, "line"]]]:
        """Return places and full widths of the lines, for every wavelength [deg]."""
        if not self.heights:
            return []
        places = [self._places(values, wavelength)[0] for wavelength in self.diffractometer.wavelengths]
        return [(one, np.full_like(one, values[self._width])) for one in places]

    def _places(
        self, values: Mapping[str, float], wavelength: float
    ) -> tuple[Float[np.ndarray, "line"], Float[np.ndarray, "line"]]:
        """Return the places of the lines [deg] and their derivative by the offset."""
        theta = np.arcsin(np.minimum(wavelength / (2.0 * self._spacing), STEEPEST))
        shift, by_offset, _ = shift_from_offset(
            theta=theta, offset=values[self._offset], diffractometer=self.diffractometer
        )
        return np.degrees(2.0 * theta) + shift, by_offset
