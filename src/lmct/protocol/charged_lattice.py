"""The lattice law of an electrode, fixed by the lattice parameter that it has when it is charged."""

from __future__ import annotations

from lmct.electrode.lattice import Lattice
from lmct.electrode.model import Electrode
from lmct.protocol.simulation import run_protocol
from lmct.protocol.step import Step

CHARGED_LATTICE = 4.111
"""Lattice parameter of the paper's main member charged to 4.8 V, in situ [Å] (Li 2022, L188)."""

UPPER_LIMIT, CURRENT = 4.8, 20.0
"""The charge of the paper's in-situ diffraction [V, mA/g] (Li 2022, Fig. 3a)."""


def lattice_of_electrode(electrode: Electrode, charged: float = CHARGED_LATTICE) -> Lattice:
    """Return the lattice law whose origin gives the charged electrode its known lattice parameter.

    Parameters
    ----------
    electrode
        The electrode, charged from its pristine state to 4.8 V at 20 mA/g.
    charged
        Its lattice parameter then [Å].

    Returns
    -------
    :
        The law, with the slopes that ship.

    Raises
    ------
    OutOfRange
        The lattice parameter is not positive.
    NotConverged
        The charge cannot be simulated.

    Examples
    --------
    >>> from lmct.electrode.parameter_file import load
    >>> law = lattice_of_electrode(Electrode(load("li-ti-ni-o")))
    >>> 4.14 < law.origin < 4.18
    True
    """
    step = Step(kind="charge", specific_current=CURRENT, stop_voltage=UPPER_LIMIT)
    charge = run_protocol(electrode, (step,))
    return Lattice(origin=charged).through(charge.segments[0].end, charged)
