"""What lies in the beam of a simulated measurement: phases, their effects on lines, background, artefacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.material.crystal.crystal import Crystal
from lmct.quantity.errors import OutOfRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One crystalline phase of the sample or of the cell around it.

    Parameters
    ----------
    crystal
        Its structure.
    share
        Its volume in the beam relative to the other phases [1].
    size
        Of the coherent domains [nm].
    microstrain
        e of the width 4 e tan(theta) [1].
    height
        Of its surface above that of the sample [mm]; a window lies higher.
    texture
        March-Dollase factor r of the planes ``texture_axis`` in the surface: 1 none, below 1 flakes [1].
    texture_axis
        hkl.
    cells
        Factor of the lengths of the cell -> share [1]: a distribution of lattice parameters.
    """

    crystal: Crystal
    share: float = 1.0
    size: float = np.inf
    microstrain: float = 0.0
    height: float = 0.0
    texture: float = 1.0
    texture_axis: tuple[int, int, int] = (0, 0, 1)
    cells: tuple[tuple[float, float], ...] = ((1.0, 1.0),)

    def __post_init__(self) -> None:
        if not self.share >= 0.0 or not self.texture > 0.0 or not any(self.texture_axis):
            raise OutOfRange(
                f"{self.crystal.name}: share {self.share!r}, texture {self.texture!r} along"
                f" {self.texture_axis}. Expected a share from 0, a positive factor and an axis."
            )
        if any(factor <= 0.0 or share < 0.0 for factor, share in self.cells) or not self.cells:
            raise OutOfRange(f"{self.crystal.name}: the distribution of cells {self.cells} is impossible.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hump:
    """A broad Gaussian bump: glass, polymer, electrolyte.

    Parameters
    ----------
    centre, width
        Place and full width [deg].
    height
        [counts].
    """

    centre: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What is counted between the lines.

    Parameters
    ----------
    coefficients
        Of Chebyshev polynomials over the range of the pattern [counts].
    humps
        On top of them.
    """

    coefficients: tuple[float, ...] = (100.0,)
    humps: tuple[Hump, ...] = ()

    def at(self, two_theta: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
        """Return the mean counts at angles [deg] over their own range."""
        middle = 2.0 * (two_theta - two_theta[0]) / (two_theta[-1] - two_theta[0]) - 1.0
        counts: Float[np.ndarray, "point"] = np.polynomial.chebyshev.chebval(middle, self.coefficients)
        for hump in self.humps:
            distance = (two_theta - hump.centre) / hump.width
            counts = counts + hump.height * np.exp(-4.0 * np.log(2.0) * distance**2)
        return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Where the sample lies and what the beam passes.

    Parameters
    ----------
    displacement
        Of the sample above the axis: lines move by -2 s cos(theta)/R; reflection geometry only [mm].
    zero
        Error of the zero of 2 theta: lines move up by it [deg].
    window_absorption
        Linear attenuation times thickness of a window parallel to the surface, passed twice [1].
    """

    displacement: float = 0.0
    zero: float = 0.0
    window_absorption: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefacts:
    """What goes wrong in a detector.

    Parameters
    ----------
    dead_time
        Of the detector after each count [s].
    counting_time
        Of one point [s].
    spikes
        Angle [deg] -> counts that one point too many shows.
    """

    dead_time: float = 0.0
    counting_time: float = 1.0
    spikes: Mapping[float, float] | None = None

    def lost(self, counts: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
        """Return the counts that a detector with dead time finds, n / (1 + n tau / t)."""
        return counts / (1.0 + counts * self.dead_time / self.counting_time)
