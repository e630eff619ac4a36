"""What a refinement of a cubic crystal leaves free."""

from __future__ import annotations

from dataclasses import dataclass

from lmct.material.crystal.crystal import Crystal
from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.background import Hump


@dataclass(frozen=True, slots=True)
class Migration:
    """Ions that leave one site for another: occ(origin) = c - ``ratio`` occ(target).

    Parameters
    ----------
    ion
        Which ion, for example ``"Ti4+"``.
    origin, target
        Labels of the sites.
    position
        Of the target, where the crystal does not have it yet.
    ratio
        Positions of the target for each position of the origin: 2 for 8c and 4a [1].
    """

    ion: str = "Ti4+"
    origin: str = "4a"
    target: str = "8c"
    position: tuple[float, float, float] = (0.25, 0.25, 0.25)
    ratio: float = 2.0


@dataclass(frozen=True, slots=True)
class ForeignPhase:
    """Lines of something else in the beam (window, current collector, binder), each with a free height.

    The cell is known and not refined; all lines share one free offset, because the part may sit at another
    height than the sample, one free width and one free mixing. Heights are free because foils are textured.

    Parameters
    ----------
    crystal
        For the places of the lines.
    width
        Full width with which the search starts [deg].
    """

    crystal: Crystal
    width: float = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class RockSaltSettings:
    """What is refined besides the cell, the scale, X and Y, and how results are judged.

    Parameters
    ----------
    background_terms
        Terms of the Chebyshev polynomial.
    humps
        Broad humps of amorphous parts.
    foreign
        Other phases with lines.
    excluded
        Regions that are left out [deg].
    refine_offset
        Whether the displacement (reflection) or the zero (other geometries) is refined.
    refine_gaussian
        Whether U and W are refined as well; without, the Gaussian part is that of the instrument.
    refine_displacement_parameters
        Whether the B are refined: one for all sites of cations, one for each other site.
    migration
        Ions that may move to another site; None keeps occupancies as they are.
    cell_reach
        How far from the cell of the crystal it may lie, relative [1].
    migration_systematic
        Least standard systematic error of the occupancy of the target (line shape, form factors) [1].
    poor_misfit
        Misfit of the lines above which a fit whose goodness exceeds 2 is called poor, r.m.s. relative [1].
    """

    background_terms: int = 10
    humps: tuple[Hump, ...] = ()
    foreign: tuple[ForeignPhase, ...] = ()
    excluded: tuple[tuple[float, float], ...] = ()
    refine_offset: bool = True
    refine_gaussian: bool = False
    refine_displacement_parameters: bool = True
    migration: Migration | None = None
    cell_reach: float = 0.03
    migration_systematic: float = 5e-4
    poor_misfit: float = 0.1

    def __post_init__(self) -> None:
        if self.background_terms < 1:
            raise OutOfRange(f"the background has {self.background_terms} terms. Expected one at least.")
        if not 0.0 < self.cell_reach <= 0.1:
            raise OutOfRange(
                f"the cell may lie {self.cell_reach:g} away, relative. Expected a number from 0 to 0.1."
            )
