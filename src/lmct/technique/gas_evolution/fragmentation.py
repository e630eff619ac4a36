"""Which ions a gas gives: fragments relative to its largest peak, and how well that is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange, unknown_name

FRAGMENTS: dict[str, dict[int, float]] = {
    "H2": {2: 1.0},
    "H2O": {18: 1.0, 17: 0.23, 16: 0.01},
    "CO": {28: 1.0, 12: 0.045, 16: 0.017, 14: 0.007},
    "N2": {28: 1.0, 14: 0.07},
    "C2H4": {28: 1.0, 27: 0.62, 26: 0.53, 12: 0.02, 14: 0.06},
    "O2": {32: 1.0, 16: 0.11},
    "Ar": {40: 1.0, 20: 0.15, 36: 0.0034},
    "CO2": {44: 1.0, 28: 0.11, 16: 0.085, 12: 0.06},
    "air": {28: 1.0, 32: 0.268, 14: 0.07, 16: 0.03, 40: 0.012},
}
"""Typical ions at 70 eV, largest peak 1: rounded from common tables. They depend on the instrument."""

FRAGMENT_UNCERTAINTY = 0.25
"""Relative standard uncertainty of a fragment that was not measured on the instrument: an assumption."""

WORST_CONDITION = 200.0
"""Gases whose patterns are told apart worse than this cannot be separated [1]."""


def base_peak(gas: str) -> int:
    """Return the m/z of the largest peak of a gas.

    Parameters
    ----------
    gas
        Name, for example ``"CO2"``.

    Raises
    ------
    UnknownName
        The gas is not in the table.

    Examples
    --------
    >>> base_peak("CO2")
    44
    """
    if gas not in FRAGMENTS:
        raise unknown_name("gas", gas, FRAGMENTS)
    return max(FRAGMENTS[gas], key=lambda mass: FRAGMENTS[gas][mass])


def fragment_matrix(
    gases: Sequence[str],
    channels: Sequence[int],
    measured: Mapping[str, Mapping[int, tuple[float, float]]] | None = None,
) -> tuple[Float[np.ndarray, "channel gas"], Float[np.ndarray, "channel gas"]]:
    """Return fragments relative to the largest peak of each gas, and their standard uncertainties.

    Parameters
    ----------
    gases
        Names.
    channels
        m/z.
    measured
        Fragments of this instrument, gas -> m/z -> (value, standard uncertainty); they replace the table.

    Returns
    -------
    :
        Matrix and uncertainties [1]; the largest peak is 1 without uncertainty.

    Raises
    ------
    OutOfRange
        The channels cannot tell the gases apart.

    Examples
    --------
    >>> fragment_matrix(["O2", "CO2"], [32, 44, 28])[0].tolist()
    [[1.0, 0.0], [0.0, 1.0], [0.0, 0.11]]
    """
    matrix = np.zeros((len(channels), len(gases)))
    spread = np.zeros_like(matrix)
    for column, gas in enumerate(gases):
        top = base_peak(gas)
        own = dict((measured or {}).get(gas, {}))
        for row, mass in enumerate(channels):
            share = FRAGMENTS[gas].get(mass, 0.0)
            given = (share, 0.0 if mass == top else FRAGMENT_UNCERTAINTY * share)
            matrix[row, column], spread[row, column] = own.get(mass, given)
    _refuse_ambiguous(matrix, gases, channels)
    return matrix, spread


def _refuse_ambiguous(
    matrix: Float[np.ndarray, "channel gas"], gases: Sequence[str], channels: Sequence[int]
) -> None:
    for column, gas in enumerate(gases):
        if not matrix[:, column].any():
            raise OutOfRange(
                f"{gas} gives none of the m/z {', '.join(map(str, channels))}. Expected a channel of it such"
                f" as m/z {base_peak(gas)}. Add it to channels, or leave {gas} out of gases."
            )
    if len(gases) > len(channels) or np.linalg.cond(matrix) > WORST_CONDITION:
        raise OutOfRange(
            f"the m/z {', '.join(map(str, channels))} cannot tell {', '.join(gases)} apart (N2 and CO share"
            " 28). Expected as many channels with different patterns: add 12 or 14, or name one gas only."
        )
