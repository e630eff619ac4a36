"""The lattice parameter of a state of the electrode: linear in its holes and in the lithium extracted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lmct.electrode.state import ElectrodeState
from lmct.quantity.errors import OutOfRange

CATIONS = 2.0
"""Cations per formula unit with two oxygens: all on octahedral sites of the rock salt."""

NICKEL_2, NICKEL_4 = 0.69, 0.48
"""Radii of Ni2+ and of low-spin Ni4+ in an octahedron [Å] (Shannon 1976)."""


def change_per_hole_from_radii(
    *, reduced: float, oxidised: float, electrons: float, cations: float = CATIONS
) -> float:
    r"""Change of the lattice parameter of a rock salt with each hole on one of its cations.

    .. math:: a = 2(r_\mathrm{O} + \bar r),\qquad \frac{da}{dn} = \frac{2}{N}\,\frac{r_{ox} - r_{red}}{z}

    Parameters
    ----------
    reduced, oxidised
        Radius of the ion before and after [Å].
    electrons
        z, electrons between the two.
    cations
        N, cations per formula unit.

    Returns
    -------
    :
        Slope [Å f.u.], negative when the ion shrinks.

    Raises
    ------
    OutOfRange
        A number is not positive.

    Source
    ------
    Radii: Shannon, Acta Cryst. A 32, 751 (1976), doi 10.1107/S0567739476001551. Hard spheres are an
    assumption.

    Examples
    --------
    >>> round(change_per_hole_from_radii(reduced=NICKEL_2, oxidised=NICKEL_4, electrons=2), 4)
    -0.105
    """
    numbers = (reduced, oxidised, electrons, cations)
    if not all(0 < number < np.inf for number in numbers):
        raise OutOfRange(f"radii, electrons and cations must be positive, got {numbers}.")
    return 2.0 / cations * (oxidised - reduced) / electrons


def lattice_parameter_from_holes(
    *,
    metal_holes: Float[np.ndarray, "..."],
    oxygen_holes: Float[np.ndarray, "..."],
    lithium_extracted: Float[np.ndarray, "..."],
    origin: float,
    per_metal_hole: float,
    per_oxygen_hole: float,
    per_lithium: float,
) -> Float[np.ndarray, "..."]:
    r"""Lattice parameter of states.

    .. math:: a = a_0 + c_M n + c_O p + c_{Li} y

    Parameters
    ----------
    metal_holes, oxygen_holes, lithium_extracted
        n, p and y [1/f.u.].
    origin
        a_0, of the state without holes [Å].
    per_metal_hole, per_oxygen_hole, per_lithium
        c_M, c_O and c_Li [Å f.u.].

    Returns
    -------
    :
        Lattice parameter [Å], same shape.

    Examples
    --------
    >>> half = np.array([0.5])
    >>> lattice_parameter_from_holes(metal_holes=half, oxygen_holes=half, lithium_extracted=2 * half,
    ...     origin=4.16, per_metal_hole=-0.1, per_oxygen_hole=-0.02, per_lithium=0.01).round(6)
    array([4.11])
    """
    return (
        origin
        + per_metal_hole * metal_holes
        + per_oxygen_hole * oxygen_holes
        + per_lithium * lithium_extracted
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lattice:
    """How the lattice parameter follows the state.

    Parameters
    ----------
    origin
        Lattice parameter without holes and with all lithium [Å].
    per_metal_hole
        Its change with each hole on the metal [Å f.u.]: by default Ni2+ to low-spin Ni4+ as hard spheres.
    per_oxygen_hole
        With each recoverable hole on oxygen [Å f.u.]. The default is an assumption: a tenth of the metal's,
        for the lattice changes less while oxygen is oxidised (Li 2022, L170-173), by how much is not said.
    per_lithium
        With each lithium extracted [Å f.u.]; none by default, an assumption.
    """

    origin: float
    per_metal_hole: float = -0.105
    per_oxygen_hole: float = -0.0105
    per_lithium: float = 0.0

    def of_states(self, states: Float[np.ndarray, "row 6"]) -> Float[np.ndarray, "row"]:
        """Return the lattice parameter of states [Å].

        Parameters
        ----------
        states
            Columns n, p, d, o2, V, T.

        Returns
        -------
        :
            One number for each row [Å].
        """
        n, p, dark, gas = states[:, 0], states[:, 1], states[:, 2], states[:, 3]
        return lattice_parameter_from_holes(
            metal_holes=n,
            oxygen_holes=p,
            lithium_extracted=n + p + dark + 4.0 * gas,
            origin=self.origin,
            per_metal_hole=self.per_metal_hole,
            per_oxygen_hole=self.per_oxygen_hole,
            per_lithium=self.per_lithium,
        )

    def through(self, state: ElectrodeState, value: float) -> Lattice:
        """Return the same slopes with the origin that gives a state a known lattice parameter.

        Parameters
        ----------
        state
            The state whose lattice parameter is known.
        value
            That lattice parameter [Å].

        Returns
        -------
        :
            The anchored lattice.

        Raises
        ------
        OutOfRange
            The value is not positive and finite.

        Examples
        --------
        >>> charged = ElectrodeState(metal_holes=0.4, oxygen_holes=0.4, voltage=4.8)
        >>> anchored = Lattice(origin=4.1).through(charged, 4.111)
        >>> round(anchored.origin, 4)
        4.1572
        """
        if not 0 < value < np.inf:
            raise OutOfRange(f"a lattice parameter must be positive, got {value!r} Å.")
        return replace(self, origin=self.origin + value - float(self.of_states(state.as_array()[None, :])[0]))
