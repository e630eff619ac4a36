"""A thick sample of known composition: how strongly it absorbs, and what that does to its fluorescence."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from lmct.quantity.errors import DataError, OutOfRange, unknown_name

SOLID_ANGLES = (45.0, 45.0)
ASIDE = 0.004
"""Attenuation is taken so far from the edges, as a share of their energy [1]."""

EMITTED = {"K": "Ka1", "L3": "La1", "L2": "Lb1"}
"""Edge -> the line whose fluorescence is detected."""

TABLE_UNCERTAINTY = 0.1
"""Relative standard uncertainty of tabulated attenuation at soft edges [1]."""


@dataclass(frozen=True, slots=True)
class ThickSample:
    """Composition and geometry.

    Parameters
    ----------
    formula
        For example ``"Li1.17Ti0.58Ni0.25O2"``.
    density
        Mass density [g/cm3]; it moves the depth but not the correction.
    angle_in, angle_out
        Of the incident and of the detected photons, from the surface [deg].

    Raises
    ------
    OutOfRange
        The density is not positive, or an angle does not lie above 0 and up to 90 degrees.
    """

    formula: str
    density: float = 4.0
    angle_in: float = SOLID_ANGLES[0]
    angle_out: float = SOLID_ANGLES[1]

    def __post_init__(self) -> None:
        if not self.density > 0.0:
            raise OutOfRange(f"the density is {self.density:g} g/cm3. Expected a positive number.")
        for angle in (self.angle_in, self.angle_out):
            if not 0.0 < angle <= 90.0:
                raise OutOfRange(
                    f"the geometry has an angle of {angle:g} degrees. Expected angles from the surface, above"
                    " 0 and up to 90. Write for example geometry = [45, 45]."
                )

    def attenuation(self, energy: float) -> float:
        """Return the attenuation of photons by photoelectric absorption [1/nm].

        Parameters
        ----------
        energy
            Of the photons [eV].

        Raises
        ------
        DataError
            The extra is not installed, or the formula holds no elements.

        Source
        ------
        Elam, Ravel and Sieber, Radiat. Phys. Chem. 63 (2002) 121, doi 10.1016/S0969-806X(01)00227-4.
        """
        _content(self.formula)
        found = _xraydb().material_mu(self.formula, energy, density=self.density, kind="photo")
        return float(np.asarray(found)) * 1e-7

    def background_ratio(self, element: str, edge: str) -> float:
        r"""Return what saturates the fluorescence of an edge, over its step.

        .. math:: \beta = (\mu_b + \mu_f \sin\alpha/\sin\beta_{out}) / \Delta\mu

        Parameters
        ----------
        element, edge
            For example ``"O"`` and ``"K"``; the steps of L3 and L2 count together.

        Returns
        -------
        :
            The ratio of :func:`~lmct.technique.absorption.fluorescence.absorption_from_fluorescence` [1].

        Raises
        ------
        DataError
            The sample does not hold the element, or the extra is not installed.
        """
        first, last = edge_range(element, edge)
        if element not in _content(self.formula):
            raise DataError(
                f"the sample {self.formula} has no {element} {edge} edge. Expected a formula that"
                f" holds {element}. Correct the formula or the element."
            )
        below = self.attenuation(first * (1.0 - ASIDE))
        step = self.attenuation(last * (1.0 + ASIDE)) - below * (first / last * (1.0 - 2.0 * ASIDE)) ** 2.7
        sines = np.sin(np.radians([self.angle_in, self.angle_out]))
        return float((below + self.attenuation(emission_energy(element, edge)) * sines[0] / sines[1]) / step)


def edge_range(element: str, edge: str) -> tuple[float, float]:
    """Return the energies of the first and last edge that rise together [eV].

    Parameters
    ----------
    element, edge
        For L3 and L2 both are L edges, for K it is the same twice.

    Raises
    ------
    UnknownName
        There is no such edge.
    """
    edges = _xraydb().xray_edges(element) if element else {}
    names = ("L3", "L2") if edge in ("L", "L3", "L2") else (edge, edge)
    for name in names:
        if name not in edges:
            raise unknown_name(f"edge of {element or 'an unknown element'}", edge, list(edges) or ["K", "L3"])
    return float(edges[names[0]].energy), float(edges[names[1]].energy)


def emission_energy(element: str, edge: str) -> float:
    """Return the energy of the strongest line that is emitted after absorption at an edge [eV].

    Parameters
    ----------
    element, edge
        For example ``"O"`` and ``"K"``.
    """
    edge = "L3" if edge == "L" else edge
    lines = _xraydb().xray_lines(element)
    if edge not in EMITTED or EMITTED[edge] not in lines:
        raise unknown_name(f"edge of {element} with a line", edge, list(EMITTED))
    return float(lines[EMITTED[edge]].energy)


def _content(formula: str) -> dict[str, float]:
    """Return the elements of a formula and how many of each."""
    try:
        return dict(_xraydb().chemparse(formula))
    except ValueError as error:
        raise DataError(
            f"the formula {formula!r} is not understood. Expected symbols of elements and numbers."
            " Write for example Li1.17Ti0.58Ni0.25O2."
        ) from error


def _xraydb() -> Any:  # noqa: ANN401 - the module
    try:
        return importlib.import_module("xraydb")
    except ImportError as error:
        raise DataError(
            "attenuation of X-rays is not installed. Expected the extra 'absorption'."
            " Install it: pip install lmct[absorption]."
        ) from error
