"""What online mass spectrometry records of a run: O2 (m/z 32) and, by an assumption, CO2 (m/z 44)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.protocol.run import Run
from lmct.quantity.constants import HOUR
from lmct.quantity.errors import OutOfRange

OXYGEN_ATOMS = 2.0
"""Oxygen atoms of the formula unit of the electrode model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectrolyteOxidation:
    """An assumption about CO2 from the electrolyte: a Tafel law in the potential of the electrode.

    The electrode model knows nothing of the electrolyte and the paper's text has no numbers on m/z 44, so
    nothing has a default. The current of this reaction is not part of the simulated current, and CO2 from
    carbonate on the surface of the active material is left out.

    Parameters
    ----------
    onset
        Potential at which the rate is ``rate_at_onset`` [V].
    rate_at_onset
        [umol/(g h)].
    tafel_slope
        Rise of the potential that makes the rate ten times as large [V].

    Raises
    ------
    OutOfRange
        A number is not positive and finite.
    """

    onset: float
    rate_at_onset: float
    tafel_slope: float

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not 0.0 < getattr(self, name) < math.inf:
                raise OutOfRange(f"{name} must be positive and finite, got {getattr(self, name)!r}.")

    def rate(self, voltage: Float[np.ndarray, "row"]) -> Float[np.ndarray, "row"]:
        """Return the rate at given potentials [umol/(g h)].

        Raises
        ------
        OutOfRange
            It is too large for a number.

        Examples
        --------
        >>> law = ElectrolyteOxidation(onset=4.5, rate_at_onset=1.0, tafel_slope=0.1)
        >>> law.rate(np.array([4.4, 4.5, 4.6])).round(6).tolist()
        [0.1, 1.0, 10.0]
        """
        with np.errstate(over="ignore"):
            rate = np.asarray(self.rate_at_onset * 10.0 ** ((voltage - self.onset) / self.tafel_slope))
        if not np.all(np.isfinite(rate)):
            raise OutOfRange(
                f"the assumed rate of CO2 has no limit at {np.max(voltage):.3f} V. Expected a tafel_slope of"
                " about 0.1 V and an onset near the highest voltage."
            )
        return rate


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GasRecord:
    """What a mass spectrometer behind the cell records, per gram of active material.

    A rate is the mean since the row before, so that rates times intervals add up to the amounts.

    Parameters
    ----------
    time
        Since the start of the protocol, strictly increasing [s].
    voltage
        [V].
    step
        Number of the step, from 1.
    oxygen_rate, oxygen_amount
        O2 (m/z 32): rate [umol/(g h)] and amount so far [umol/g].
    lattice_oxygen_share
        Oxygen atoms that have left as O2, of all in the active material [%].
    carbon_dioxide_rate, carbon_dioxide_amount
        CO2 (m/z 44) by the assumption of :class:`ElectrolyteOxidation`; None without one.
    """

    time: Float[np.ndarray, "row"]
    voltage: Float[np.ndarray, "row"]
    step: Float[np.ndarray, "row"]
    oxygen_rate: Float[np.ndarray, "row"]
    oxygen_amount: Float[np.ndarray, "row"]
    lattice_oxygen_share: Float[np.ndarray, "row"]
    carbon_dioxide_rate: Float[np.ndarray, "row"] | None = None
    carbon_dioxide_amount: Float[np.ndarray, "row"] | None = None

    def columns(self) -> dict[str, tuple[str, Float[np.ndarray, "row"]]]:
        """Return (unit, values) by name, without CO2 when nothing was assumed about it."""
        found = {name: (unit, getattr(self, name)) for name, unit in _UNITS.items()}
        return {name: cell for name, cell in found.items() if cell[1] is not None}


_UNITS = {
    "time": "s",
    "voltage": "V",
    "step": "",
    "oxygen_rate": "umol/(g h)",
    "oxygen_amount": "umol/g",
    "lattice_oxygen_share": "%",
    "carbon_dioxide_rate": "umol/(g h)",
    "carbon_dioxide_amount": "umol/g",
}


def gas_record(
    run: Run, *, interval: float = 60.0, electrolyte: ElectrolyteOxidation | None = None
) -> GasRecord:
    """Return the gases that leave the cell during a run of any protocol.

    Transport of the gas to the spectrometer takes no time here. O2 that has left does not return, so what
    falls in the simulated amount by the error of the integration is flattened.

    Parameters
    ----------
    run
        The run.
    interval
        Longest time between two rows [s].
    electrolyte
        What to assume about CO2; None leaves it out.

    Returns
    -------
    :
        The record.

    Raises
    ------
    OutOfRange
        The interval is not positive.

    Source
    ------
    Li 2022, L135-140: 1.2 % of the oxygen atoms leave in the first charge (x = 0.4).

    Examples
    --------
    >>> from lmct.protocol import gas_evolution, simulate
    >>> record = gas_record(simulate(gas_evolution(cycles=1)))
    >>> bool(record.lattice_oxygen_share[-1] < 5.0)
    True
    """
    table = run.sample(interval=interval)
    rows = np.concatenate([[True], np.diff(table["time"]) > 0.0])
    time, voltage = table["time"][rows], table["voltage"][rows]
    gas = np.maximum.accumulate(table["oxygen_gas"][rows])
    amount = micromoles_per_gram(molecules=gas, molar_mass=run.parameters.molar_mass)
    co2_rate = co2_amount = None
    if electrolyte is not None:
        now = electrolyte.rate(voltage)
        co2_rate = np.concatenate([[0.0], 0.5 * (now[1:] + now[:-1])])
        co2_amount = np.cumsum(co2_rate * np.diff(time, prepend=time[0]) / HOUR)
    return GasRecord(
        time=time,
        voltage=voltage,
        step=table["step"][rows],
        oxygen_rate=np.concatenate([[0.0], np.diff(amount) / (np.diff(time) / HOUR)]),
        oxygen_amount=amount,
        lattice_oxygen_share=lattice_oxygen_share(molecules=gas),
        carbon_dioxide_rate=co2_rate,
        carbon_dioxide_amount=co2_amount,
    )


def micromoles_per_gram(
    *, molecules: Float[np.ndarray, "row"], molar_mass: float
) -> Float[np.ndarray, "row"]:
    """Return an amount of gas per gram of active material.

    Parameters
    ----------
    molecules
        Molecules per formula unit [1/f.u.].
    molar_mass
        Of the formula unit [g/mol].

    Returns
    -------
    :
        [umol/g].

    Examples
    --------
    >>> micromoles_per_gram(molecules=np.array([0.012]), molar_mass=82.69).round(1).tolist()
    [145.1]
    """
    return np.asarray(1e6 * molecules / molar_mass)


def lattice_oxygen_share(*, molecules: Float[np.ndarray, "row"]) -> Float[np.ndarray, "row"]:
    """Return the share of the oxygen atoms that have left as O2.

    Parameters
    ----------
    molecules
        O2 per formula unit [molecules/f.u.].

    Returns
    -------
    :
        [%]; two atoms leave in a molecule, and a formula unit has two.

    Examples
    --------
    >>> lattice_oxygen_share(molecules=np.array([0.012])).round(6).tolist()
    [1.2]
    """
    return np.asarray(100.0 * 2.0 * molecules / OXYGEN_ATOMS)
