"""How well each technique measures: the errors of virtual campaigns, each with where its size comes from."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

from lmct.quantity.errors import OutOfRange

SOURCES: dict[str, str] = {
    "mass": "assumption: 0.1 mg of a 5 mg electrode, and its share of active material; one number for a cell",
    "plateau": "assumption: washing, contact and division of the plateaus; Li 2022 shows bars over at least 3"
    " cells (L440-445), their lengths are not in the text",
    "open_circuit": "assumption: cell to cell after 15 min; Li 2022 calls it very stable (L465-467)",
    "channel": "assumption: data sheets of battery cyclers state 0.02 % of 5 V",
    "lattice": "assumption: refinement of a laboratory pattern, without the zero shift, which is the origin",
    "edge": "assumption: alignment by a foil measured in parallel (L635-649)",
    "photoemission": "assumption: combination of two reference spectra (L448-458); nothing but fractions",
    "gas": "assumption: noise of the background of a run of two days",
}
"""Where the default of every error comes from, by its name in :class:`MeasurementErrors`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementErrors:
    """Standard uncertainties of the techniques.

    Parameters
    ----------
    mass
        Relative, of the active mass of a cell; shared by all capacities of the cell [1].
    plateau
        Of the capacity of one plateau [mAh/g].
    open_circuit
        Of an open-circuit voltage, cell to cell [V].
    channel
        Of the voltage of a channel, shared by all voltages of the cell [V].
    lattice
        Of a lattice parameter, random [angstrom].
    edge
        Of the position of an edge [eV].
    photoemission
        Of a fraction from photoemission [1].
    gas
        Of an amount of gas [umol/g].

    Raises
    ------
    OutOfRange
        A number is not positive and finite.
    """

    mass: float = 0.02
    plateau: float = 1.5
    open_circuit: float = 0.005
    channel: float = 0.001
    lattice: float = 2e-4
    edge: float = 0.05
    photoemission: float = 0.03
    gas: float = 3.0

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if not 0.0 < value < math.inf:
                raise OutOfRange(f"the error {field.name} must be positive and finite, got {value!r}.")
