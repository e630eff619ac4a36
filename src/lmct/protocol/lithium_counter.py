"""The lithium counter electrode of a two-electrode cell, and the resistance in series with it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lmct.protocol.step import ROOM_TEMPERATURE
from lmct.quantity.constants import BOLTZMANN
from lmct.quantity.errors import OutOfRange


@dataclass(frozen=True, slots=True, kw_only=True)
class LithiumCounter:
    """The counter electrode of a two-electrode cell and the resistance in series.

    Parameters
    ----------
    exchange_current
        Of lithium metal, at room temperature, per gram of active material of the working electrode [mA/g]:
        the exchange current density times the area of the lithium over that mass.
    resistance
        In series, times the mass of active material [ohm g]: 50 ohm and 7 mg are 0.35 ohm g.
    activation_energy
        Of the exchange current [eV].

    Raises
    ------
    OutOfRange
        The exchange current is not positive, or another number is negative or not finite.

    Examples
    --------
    >>> counter = LithiumCounter(exchange_current=100.0, resistance=0.35)
    >>> round(1e3 * counter.overpotential(20.0), 2)
    12.13
    """

    exchange_current: float
    resistance: float = 0.0
    activation_energy: float = 0.0

    def __post_init__(self) -> None:
        numbers = (self.exchange_current, self.resistance, self.activation_energy)
        if not all(math.isfinite(one) for one in numbers) or self.exchange_current <= 0 or min(numbers) < 0:
            raise OutOfRange(
                "a lithium counter electrode needs a positive exchange current, and a resistance and an"
                f" activation energy of at least zero, got {self}."
            )

    def potential(self, specific_current: float, temperature: float = ROOM_TEMPERATURE) -> float:
        """Return the potential of the counter electrode against a lithium reference.

        Parameters
        ----------
        specific_current
            Of the cell, positive on charge, when lithium is plated [mA/g].
        temperature
            [K].

        Returns
        -------
        :
            Negative on charge [V].
        """
        warmer = 1.0 / ROOM_TEMPERATURE - 1.0 / temperature
        exchange = self.exchange_current * math.exp(self.activation_energy / BOLTZMANN * warmer)
        return -counter_overpotential_from_current(
            specific_current=specific_current, exchange_current=exchange, temperature=temperature
        )

    def overpotential(self, specific_current: float, temperature: float = ROOM_TEMPERATURE) -> float:
        """Return cell voltage minus potential of the working electrode: counter electrode and iR [V]."""
        drop = 1e-3 * specific_current * self.resistance
        return drop - self.potential(specific_current, temperature)


def counter_overpotential_from_current(
    *, specific_current: float, exchange_current: float, temperature: float
) -> float:
    r"""Return the overpotential of a lithium electrode that follows Butler and Volmer.

    .. math:: i = 2 i_0 \sinh\frac{\eta}{2 k_B T} \quad\Rightarrow\quad
              \eta = 2 k_B T \operatorname{arsinh}\frac{i}{2 i_0}

    Symmetric (both transfer coefficients 1/2); neither dendrites nor a growing film.

    Parameters
    ----------
    specific_current, exchange_current
        In the same unit, for example mA per gram of the working electrode.
    temperature
        [K].

    Returns
    -------
    :
        With the sign of the current [V].

    Source
    ------
    Bard and Faulkner, Electrochemical Methods, 2nd ed., eq. 3.4.11, with alpha = 1/2.

    Examples
    --------
    >>> round(counter_overpotential_from_current(
    ...     specific_current=0.02, exchange_current=100.0, temperature=298.15
    ... ) / (298.15 * 8.617333e-5 * 0.02 / 100.0), 6)
    1.0
    """
    return 2.0 * BOLTZMANN * temperature * math.asinh(specific_current / (2.0 * exchange_current))
