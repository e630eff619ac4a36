"""Quantities that follow from the unknowns of an electrode: rates, energies, shares, lifetimes."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lmct.electrode.model import Electrode
from lmct.electrode.state import ElectrodeState
from lmct.protocol.charge import charge
from lmct.protocol.galvanostatic import galvanostatic
from lmct.protocol.hysteresis_share import LmctShare
from lmct.protocol.hysteresis_share import lmct_share as share_of_run
from lmct.protocol.lifetime import LONGEST, lifetime
from lmct.protocol.rest import rest
from lmct.protocol.simulation import run_protocol
from lmct.quantity.constants import BOLTZMANN, DAY
from lmct.quantity.errors import unknown_name

COLD, HOT = 298.15, 413.15
"""Temperatures between which an apparent activation energy is taken [K] (Li 2022, Fig. 4)."""

SPECIFIC_CURRENT = 20.0
"""Of the charge before [mA/g] (Li 2022, Methods)."""

SHELF_LOSS = 0.1
"""Share of the metal's holes whose loss ends the shelf life [1]."""

SHELF_LIMIT = 100.0 * 365.25 * DAY
"""A shelf life is followed for no longer than this [s]."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a derived quantity is taken at.

    Parameters
    ----------
    temperature
        Of the rest after the charge [K].
    voltage
        The electrode was charged to it at room temperature and 20 mA/g [V].
    """

    temperature: float = COLD
    voltage: float = 4.8

    def __str__(self) -> str:
        return f"charged to {self.voltage:g} V, {self.temperature - 273.15:g} degC"


Quantity = Callable[[Electrode, Condition], float]
"""A number that an electrode has under a condition; NaN when it has none."""


@dataclass(frozen=True, slots=True)
class DerivedQuantity:
    """An entry of the registry.

    Parameters
    ----------
    name
        Its name.
    unit
        Its unit.
    needs
        Fields of the condition that it depends on.
    logarithmic
        Whether it spans orders of magnitude, so that its interval is taken in the logarithm.
    compute
        Computes it.
    """

    name: str
    unit: str
    needs: tuple[str, ...]
    logarithmic: bool
    compute: Quantity

    @property
    def meaning(self) -> str:
        """What it is, in one sentence."""
        return (inspect.getdoc(self.compute) or "").split("\n")[0]


QUANTITIES: dict[str, DerivedQuantity] = {}
"""Every derived quantity by name."""


def quantity(
    unit: str, *, needs: tuple[str, ...] = (), logarithmic: bool = False
) -> Callable[[Quantity], Quantity]:
    """Make a function a derived quantity under its own name.

    Parameters
    ----------
    unit
        Unit of what it returns.
    needs
        Fields of the condition that it depends on.
    logarithmic
        Whether it spans orders of magnitude.

    Returns
    -------
    :
        A decorator that returns the function unchanged.
    """

    def register(function: Quantity) -> Quantity:
        name = function.__name__
        QUANTITIES[name] = DerivedQuantity(name, unit, needs, logarithmic, function)
        return function

    return register


def quantity_named(name: str) -> DerivedQuantity:
    """Return a derived quantity.

    Raises
    ------
    UnknownName
        There is none of that name.
    """
    if name not in QUANTITIES:
        raise unknown_name("derived quantity", name, QUANTITIES)
    return QUANTITIES[name]


@quantity("s", needs=("temperature", "voltage"), logarithmic=True)
def lmct_half_life(electrode: Electrode, condition: Condition) -> float:
    """Time in which LMCT takes half of the metal's holes above the ground state, at open circuit."""
    found = lifetime(electrode, charged(electrode, condition.voltage), temperature=condition.temperature)
    return found.half_life if found.half_life < LONGEST else math.inf


@quantity("1/s", needs=("temperature", "voltage"), logarithmic=True)
def lmct_rate_constant(electrode: Electrode, condition: Condition) -> float:
    """Rate constant of a first-order reaction that would be as fast: ln 2 over the half-life."""
    half_life = lmct_half_life(electrode, condition)
    return math.log(2.0) / half_life if half_life > 0.0 else math.nan


@quantity("eV", needs=("voltage",))
def apparent_activation_energy(electrode: Electrode, condition: Condition) -> float:
    """Activation energy of LMCT from its half-lives at 25 and 140 degC."""
    cold, hot = (
        lmct_half_life(electrode, Condition(temperature, condition.voltage)) for temperature in (COLD, HOT)
    )
    if not (0.0 < hot < math.inf and 0.0 < cold < math.inf):
        return math.nan
    return math.log(cold / hot) * BOLTZMANN / (1.0 / COLD - 1.0 / HOT)


@quantity("eV")
def reorganization_energy(electrode: Electrode, condition: Condition) -> float:
    """Distortion that an electron transfer between oxygen and metal needs (Marcus' lambda)."""
    return electrode.parameters.lmct_parameters.get("reorganization_energy", math.nan)


@quantity("eV")
def metal_oxygen_coupling(electrode: Electrode, condition: Condition) -> float:
    """Electronic coupling of metal and oxygen, the model's measure of covalence."""
    return electrode.parameters.lmct_parameters.get("electronic_coupling", math.nan)


@quantity("V", needs=("voltage",))
def equilibrium_potential(electrode: Electrode, condition: Condition) -> float:
    """Potential that a charged electrode would reach at open circuit if LMCT had all the time it needs."""
    state = charged(electrode, condition.voltage)
    return electrode.relaxed(state.metal_holes + state.oxygen_holes).voltage


@quantity("", needs=("voltage",))
def lmct_dissipation_share(electrode: Electrode, condition: Condition) -> float:
    """Share of LMCT in what the second cycle dissipates."""
    return _share(electrode, condition).dissipation


@quantity("", needs=("voltage",))
def lmct_counterfactual_share(electrode: Electrode, condition: Condition) -> float:
    """Share of the loop area of the second cycle that would be gone without LMCT."""
    return _share(electrode, condition).counterfactual


@quantity("d", needs=("temperature", "voltage"), logarithmic=True)
def shelf_life(electrode: Electrode, condition: Condition) -> float:
    """Time at open circuit until a tenth of the metal's holes of a charged electrode are gone."""
    state = charged(electrode, condition.voltage)
    wait = rest(SHELF_LIMIT, temperature=condition.temperature)
    history = run_protocol(electrode, [wait], start=state).segments[0]
    wanted = (1.0 - SHELF_LOSS) * state.metal_holes
    below = (history.states[:, 0] <= wanted).nonzero()[0]
    if not len(below):
        return math.inf
    row = max(int(below[0]), 1)
    low, high = float(history.times[row - 1]), float(history.times[row])
    for _ in range(50):
        middle = 0.5 * (low + high)
        gone = history.at(np.array([middle]))[0, 0] <= wanted
        low, high = (low, middle) if gone else (middle, high)
    return high / DAY


def charged(electrode: Electrode, voltage: float) -> ElectrodeState:
    """Return the pristine electrode after a charge to a voltage at 20 mA/g.

    Parameters
    ----------
    electrode
        The electrode.
    voltage
        [V].

    Raises
    ------
    NotConverged, OutOfRange
        It cannot be charged so far.
    """
    return run_protocol(electrode, [charge(specific_current=SPECIFIC_CURRENT, voltage=voltage)]).end


def _share(electrode: Electrode, condition: Condition) -> LmctShare:
    cycles = galvanostatic(specific_current=SPECIFIC_CURRENT, upper_voltage=condition.voltage)
    return share_of_run(run_protocol(electrode, cycles))
