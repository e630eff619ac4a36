"""The energy of an edge by several definitions, each with its uncertainty: they do not agree, and say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DataError
from lmct.quantity.value import Value
from lmct.technique.absorption.derivative import slope_of
from lmct.technique.absorption.foil import first_inflection

HALF, INTEGRAL, MOMENT, INFLECTION = "half_height", "integral", "first_moment", "inflection"
DEFINITIONS = (HALF, INTEGRAL, MOMENT, INFLECTION)

LOW_LEVEL, HIGH_LEVEL = 0.15, 1.0
"""Normalised absorption between which the integral method averages the energy [1]."""

BEHIND = 35.0
"""The top of the edge is looked for up to here behind the steepest rise [eV]."""

NEAR_HALF = 6.0
"""The inflection is looked for from here in front of half height, behind any pre-edge peak [eV]."""

FRONT = 12.0
"""The first moment begins here in front of half height [eV]."""


@dataclass(frozen=True, eq=False)
class EdgeEnergies:
    """Energies of one edge.

    Parameters
    ----------
    values
        Definition out of :data:`DEFINITIONS` -> energy with the uncertainty of noise and normalisation [eV];
        that of the calibration is common to a series and not in it. Definitions that fail are missing.
    messages
        Why definitions are missing, one sentence each.
    """

    values: Mapping[str, Value]
    messages: tuple[str, ...] = ()


def edge_energies(
    *,
    energy: Float[np.ndarray, "point"],
    absorption: Float[np.ndarray, "point"],
    uncertainty: Float[np.ndarray, "point"],
    step_uncertainty: float = 0.0,
) -> EdgeEnergies:
    r"""Return the energy of an edge by four definitions.

    ``half_height`` is where the main rise crosses 1/2. ``integral`` is the mean energy of the rise from
    :math:`\mu_1 = 0.15` to :math:`\mu_2 = 1`,

    .. math:: E = E_2 - \frac{1}{\mu_2-\mu_1}\int_{E_1}^{E_2} (\mu-\mu_1)\, dE .

    ``first_moment`` is the mean energy of the slope from 12 eV in front of half height to the top of the
    white line. ``inflection`` is where the slope is largest.

    Parameters
    ----------
    energy
        Rising [eV].
    absorption
        Normalised [1].
    uncertainty
        Of the point-to-point noise [1].
    step_uncertainty
        Relative standard uncertainty of the edge step [1].

    Returns
    -------
    :
        Energies.

    Raises
    ------
    DataError
        The spectrum does not cross 1/2.

    Source
    ------
    Integral method: Capehart et al., Appl. Phys. Lett. 44 (1984) 1021 and later use for Mn oxides
    (Dau et al., Anal. Bioanal. Chem. 376 (2003) 562, doi 10.1007/s00216-003-1982-2).

    Examples
    --------
    >>> grid = np.arange(8300.0, 8400.0, 0.25)
    >>> rise = np.clip((grid - 8340.0) / 10.0, 0.0, 1.0)
    >>> found = edge_energies(energy=grid, absorption=rise, uncertainty=np.full(400, 1e-3))
    >>> round(found.values["half_height"].value, 2), round(found.values["integral"].value, 2)
    (8345.0, 8345.75)
    """
    top = _top(energy, absorption)
    values: dict[str, Value] = {}
    said: list[str] = []
    values[HALF] = _crossing(energy, absorption, uncertainty, step_uncertainty, 0.5, top)
    if float(np.max(absorption[: top + 1])) >= HIGH_LEVEL:
        values[INTEGRAL] = _integral(energy, absorption, uncertainty, step_uncertainty, top)
    else:
        said.append("the absorption does not reach the edge step at its top: no integral edge energy.")
    values[MOMENT] = _moment(energy, absorption, uncertainty, values[HALF].value, top)
    around = slice(max(0, int(np.searchsorted(energy, values[HALF].value - NEAR_HALF))), top + 3)
    try:
        found = first_inflection(
            energy=energy[around], absorption=absorption[around], window=1.5, share=0.999
        )
        values[INFLECTION] = Value(found.energy, found.uncertainty, "eV")
    except DataError as error:
        said.append(str(error))
    return EdgeEnergies(values, tuple(said))


def _top(energy: Float[np.ndarray, "point"], absorption: Float[np.ndarray, "point"]) -> int:
    """Return the place of the top of the white line behind the steepest rise."""
    steepest = int(np.argmax(slope_of(energy=energy, values=absorption, window=2.0)))
    last = int(np.searchsorted(energy, energy[steepest] + BEHIND))
    top = steepest + int(np.argmax(absorption[steepest:last])) if last > steepest else steepest
    if absorption[top] <= 0.5:
        raise DataError(
            "the absorption does not rise above half of the edge step. Expected a normalised spectrum."
            " Normalise it with other windows."
        )
    return top


def _place_of(
    energy: Float[np.ndarray, "point"], absorption: Float[np.ndarray, "point"], level: float, top: int
) -> tuple[int, float, float]:
    """Return the last point below a level in front of the top, the energy of the crossing, its slope."""
    below = np.flatnonzero(absorption[: top + 1] < level)
    if not below.size:
        raise DataError(
            f"the spectrum begins above {level:g} of the edge step."
            " Expected it to begin in front of the edge. Measure or keep a wider range."
        )
    place = int(min(below[-1], len(energy) - 2))
    rise = (absorption[place + 1] - absorption[place]) / (energy[place + 1] - energy[place])
    return place, float(energy[place] + (level - absorption[place]) / rise), float(rise)


def _crossing(
    energy: Float[np.ndarray, "point"],
    absorption: Float[np.ndarray, "point"],
    uncertainty: Float[np.ndarray, "point"],
    step_uncertainty: float,
    level: float,
    top: int,
) -> Value:
    place, crossing, rise = _place_of(energy, absorption, level, top)
    share = (crossing - energy[place]) / (energy[place + 1] - energy[place])
    noise = float(np.hypot((1.0 - share) * uncertainty[place], share * uncertainty[place + 1]))
    return Value(crossing, float(np.hypot(noise, level * step_uncertainty) / rise), "eV")


def _integral(
    energy: Float[np.ndarray, "point"],
    absorption: Float[np.ndarray, "point"],
    uncertainty: Float[np.ndarray, "point"],
    step_uncertainty: float,
    top: int,
) -> Value:
    first, begin, _ = _place_of(energy, absorption, LOW_LEVEL, top)
    last, end, _ = _place_of(energy, absorption, HIGH_LEVEL, top)
    inner = np.arange(first + 1, last + 1)
    place = np.concatenate([[begin], energy[inner], [end]])
    level = np.concatenate([[LOW_LEVEL], absorption[inner], [HIGH_LEVEL]])
    height = HIGH_LEVEL - LOW_LEVEL
    mean = end - float(np.trapezoid(level - LOW_LEVEL, place)) / height
    width = np.gradient(place)[1:-1] if len(place) > 2 else np.zeros(0)
    noise = float(np.sqrt(np.sum((width * uncertainty[inner]) ** 2))) / height
    stretch = step_uncertainty * float(np.trapezoid(level, place)) / height
    return Value(mean, float(np.hypot(noise, stretch)), "eV")


def _moment(
    energy: Float[np.ndarray, "point"],
    absorption: Float[np.ndarray, "point"],
    uncertainty: Float[np.ndarray, "point"],
    half: float,
    top: int,
) -> Value:
    """Return the mean energy of the slope; by parts it is the top less an area, so noise hardly matters."""
    first = int(np.searchsorted(energy, half - FRONT))
    place, level = energy[first : top + 1], absorption[first : top + 1]
    height = float(level[-1] - level[0])
    area = float(np.trapezoid(level - level[0], place))
    width = np.gradient(place)
    noise = float(np.sqrt(np.sum((width * uncertainty[first : top + 1]) ** 2))) / height
    # The ends of the range carry their own noise: through the height, and through the level taken off.
    ends = (area / height - (place[-1] - place[0])) / height * uncertainty[first]
    upper = area / height**2 * uncertainty[top]
    return Value(float(place[-1]) - area / height, float(np.sqrt(noise**2 + ends**2 + upper**2)), "eV")
