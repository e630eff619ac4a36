"""What drives LMCT and how fast holes reach oxygen, by LMCT and directly, in given states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.electrode import oxygen_law, rate_law, thermodynamics
from lmct.electrode.charge_transfer import transfer_rate
from lmct.electrode.parameters import ElectrodeParameters
from lmct.protocol.hysteresis_share import FREQUENCY
from lmct.protocol.run import Run
from lmct.quantity.constants import BOLTZMANN

POINTS = 2000
"""Points over which a rate is integrated."""


@dataclass(frozen=True, eq=False)
class Mechanism:
    """Energies and rates along a history.

    Parameters
    ----------
    metal_potential, oxygen_potential
        Chemical potentials of the holes on either site, mu_M and mu_O [eV].
    barrier
        Free energy of activation of LMCT, kT ln(nu/k_f) [eV].
    transferred
        Holes that LMCT moves from the metal to oxygen [1/(f.u. s)].
    direct
        Holes that oxygen gets from the current collector [1/(f.u. s)], negative when it is reduced.
    """

    metal_potential: Float[np.ndarray, "row"]
    oxygen_potential: Float[np.ndarray, "row"]
    barrier: Float[np.ndarray, "row"]
    transferred: Float[np.ndarray, "row"]
    direct: Float[np.ndarray, "row"]


def mechanism_of_states(states: Float[np.ndarray, "row 6"], parameters: ElectrodeParameters) -> Mechanism:
    """Return energies and rates in states that are the same throughout the electrode.

    Parameters
    ----------
    states
        Columns n, p, d, o2, V, T.
    parameters
        The electrode; its barriers without their distribution over site classes.

    Returns
    -------
    :
        One number for each row.

    Examples
    --------
    >>> from lmct.electrode import Electrode, load
    >>> relaxed = Electrode(load()).relaxed(0.6)
    >>> found = mechanism_of_states(relaxed.as_array()[None, :], load())
    >>> bool(abs(found.metal_potential[0] - found.oxygen_potential[0]) < 1e-9)
    True
    """
    rows = [_of_state(state, parameters) for state in states]
    return Mechanism(*np.array(rows).T)


def _of_state(state: Float[np.ndarray, "6"], parameters: ElectrodeParameters) -> tuple[float, ...]:
    n, p, dark, gas, voltage, temperature = (float(number) for number in state)
    n_max, array = parameters.metal_holes_max, parameters.as_array()
    y, x, z = n + p + dark + 4.0 * gas, n / n_max, p / parameters.oxygen_holes_max
    metal, oxygen = thermodynamics.standard_potentials(n, p, y, array)
    force = metal - oxygen
    law = parameters.law_number()
    log_rate = rate_law.log_rate(law, force, y, x, temperature, parameters.law_array())[0]
    number = parameters.oxygen_law_number()
    return (
        *thermodynamics.chemical_potentials(n, p, y, temperature, array),
        BOLTZMANN * temperature * (np.log(parameters.lmct_parameters[FREQUENCY]) - log_rate),
        transfer_rate(np.exp(log_rate), x, z, force, temperature, n_max)[0],
        oxygen_law.current(number, array, z, voltage - oxygen, temperature)[0],
    )


def holes_made(run: Run, step: int) -> tuple[float, float]:
    """Return the holes that oxygen gets in a step, by LMCT and directly.

    Parameters
    ----------
    run
        The run.
    step
        Place of the step, from 0.

    Returns
    -------
    :
        Net holes by LMCT and from the current collector [1/f.u.].

    Examples
    --------
    >>> from lmct.protocol import galvanostatic, simulate
    >>> by_transfer, directly = holes_made(simulate(galvanostatic(cycles=1)), 1)
    >>> bool(directly < 0 < by_transfer)
    True
    """
    segment = run.segments[step]
    times = np.union1d(np.linspace(0.0, segment.duration, POINTS), segment.times)
    found = mechanism_of_states(segment.at(times), run.parameters)
    return float(np.trapezoid(found.transferred, times)), float(np.trapezoid(found.direct, times))
