"""Lines of O 1s: lattice O2- with its satellite, oxidised O^n- and surface species."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lmct.technique.photoemission.electron_background import SHIRLEY
from lmct.technique.photoemission.joint_fit import SeriesFit
from lmct.technique.photoemission.line_model import Line

LATTICE, OXIDISED, SATELLITE = "lattice", "oxidised", "satellite"


@dataclass(frozen=True, slots=True, kw_only=True)
class OxygenModel:
    """Lines of O 1s and what is not known of them.

    Parameters
    ----------
    position
        Of lattice O2- [eV].
    separation
        Of oxidised oxygen O^n- above it [eV].
    separation_range
        How far the fit may move the separation; 0 holds it [eV].
    separation_uncertainty
        Standard uncertainty of a held separation [eV].
    surface
        Distances of surface species above the lattice line [eV].
    satellite
        Distance of the satellite of the lattice line; None for none [eV].
    lorentzian
        Full width of the core hole, held [eV].
    asymmetry
        Doniach-Sunjic index of all lines, held [1].
    background
        ``shirley``, ``tougaard`` or ``linear``.
    """

    position: float = 529.5
    separation: float = 1.0
    separation_range: float = 0.4
    separation_uncertainty: float = 0.1
    surface: tuple[float, ...] = (2.4,)
    satellite: float | None = None
    lorentzian: float = 0.25
    asymmetry: float = 0.0
    background: str = SHIRLEY


def oxygen_lines(model: OxygenModel) -> tuple[Line, ...]:
    """Return the lines of O 1s.

    Parameters
    ----------
    model
        What is known of them.

    Examples
    --------
    >>> [line.name for line in oxygen_lines(OxygenModel(surface=(2.2, 3.5)))]
    ['lattice', 'oxidised', 'surface', 'surface 2']
    """
    template = Line(
        name=LATTICE,
        position=model.position,
        position_range=1.5,
        gaussian=1.1,
        lorentzian=model.lorentzian,
        lorentzian_range=(model.lorentzian, model.lorentzian),
        asymmetry=model.asymmetry,
        asymmetry_range=(model.asymmetry, model.asymmetry),
    )
    above = replace(template, anchor=LATTICE)
    oxidised = replace(
        above, name=OXIDISED, position=model.separation, position_range=model.separation_range, gaussian=1.3
    )
    surface = [
        replace(
            above,
            name="surface" if number == 1 else f"surface {number}",
            position=distance,
            position_range=0.7,
            gaussian=1.6,
            widths_of="" if number == 1 else "surface",
        )
        for number, distance in enumerate(model.surface, start=1)
    ]
    lines = [template, oxidised, *surface]
    if model.satellite is not None:
        lines.append(
            replace(above, name=SATELLITE, position=model.satellite, position_range=1.0, gaussian=2.0)
        )
    return tuple(lines)


def oxidised_share(
    fit: SeriesFit,
) -> tuple[Float[np.ndarray, "spectrum"], Float[np.ndarray, "spectrum spectrum"]]:
    """Return the share of O^n- in O^n- and O2- of each spectrum, with its covariance by counts [1].

    Parameters
    ----------
    fit
        With the lines of :func:`oxygen_lines`.

    Raises
    ------
    NotConverged
        Neither line has an area.
    """
    return fit.shares([OXIDISED], [LATTICE, OXIDISED])
