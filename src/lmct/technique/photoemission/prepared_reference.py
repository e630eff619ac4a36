"""A measured reference of a species, and the area of its signal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange
from lmct.technique.combination import MeasuredCurve
from lmct.technique.photoemission.electron_background import (
    StaticSubtraction,
    static_shirley,
    trapezoid_weights,
)
from lmct.technique.photoemission.series_data import SpectrumData


@dataclass(frozen=True, eq=False)
class Reference:
    """A measured reference, and the area of its signal.

    Parameters
    ----------
    data
        The spectrum as measured.
    subtraction
        It without its static Shirley background.
    area
        Of the signal [eV times intensity].
    area_response
        Change of the area with each intensity [eV].
    """

    data: SpectrumData
    subtraction: StaticSubtraction
    area: float
    area_response: Float[np.ndarray, "point"]

    @property
    def curve(self) -> MeasuredCurve:
        """The spectrum as measured."""
        return curve_of(self.data)

    def signal_at(self, energy: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
        """Return the signal without background at other energies [eV]."""
        return np.asarray(np.interp(energy, self.data.energy, self.subtraction.signal))


def curve_of(data: SpectrumData) -> MeasuredCurve:
    """Return the three arrays of a spectrum.

    Parameters
    ----------
    data
        The spectrum.
    """
    return MeasuredCurve(data.energy, data.intensity, data.uncertainty)


def prepared_reference(data: SpectrumData, *, end_width: float = 1.5) -> Reference:
    """Return a reference with the area of its signal.

    Parameters
    ----------
    data
        The spectrum of one species, in the window of the region.
    end_width
        Lengths of the stretches at both ends that hold no signal [eV].

    Raises
    ------
    OutOfRange
        No Shirley background fits under it.
    """
    try:
        subtraction = static_shirley(energy=data.energy, intensity=data.intensity, end_width=end_width)
    except OutOfRange as error:
        raise OutOfRange(f"the reference {data.name}: {error}") from error
    weights = trapezoid_weights(data.energy)
    return Reference(
        data=data,
        subtraction=subtraction,
        area=float(weights @ subtraction.signal),
        area_response=weights @ subtraction.response,
    )
