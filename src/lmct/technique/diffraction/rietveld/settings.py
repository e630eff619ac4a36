"""What a Rietveld refinement leaves free, and what it leaves out of the pattern."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lmct.quantity.errors import OutOfRange, unknown_name
from lmct.technique.diffraction.background import Hump
from lmct.technique.diffraction.rock_salt.settings import Migration

PER_KIND, PER_SITE, FIXED = "per kind", "per site", "fixed"
DISPLACEMENT_PARAMETERS = (PER_KIND, PER_SITE, FIXED)
"""How B is refined: one for all sites of cations and one for all of anions, one for each site, or not."""

INSTRUMENT, SAMPLE = "instrument", "sample"
WIDTHS = (INSTRUMENT, SAMPLE, FIXED)
"""Whose widths are refined: U, V, W, X, Y when there is no calibration; size and strain of each phase when
the instrument is known from a standard; none."""

VOIGT, PSEUDO_VOIGT = "voigt", "pseudo-voigt"
SHAPES = (VOIGT, PSEUDO_VOIGT)
"""The true convolution, seven times as slow with axial divergence, or that of Thompson, Cox and Hastings,
J. Appl. Cryst. 20, 79 (1987)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RietveldSettings:
    """What is free besides the scales.

    Parameters
    ----------
    two_theta_range
        First and last angle that are used [deg]; None takes all.
    excluded
        Regions that are left out [deg].
    background_terms
        Terms of the Chebyshev polynomial.
    humps
        Broad humps of amorphous parts.
    displacement, zero
        Whether the displacement of the sample or the zero of the circle is refined, never both: with the cell
        they cannot be told apart. None takes the displacement in reflection and the zero otherwise.
    cell
        Whether the cells are refined; not on a standard.
    cell_search
        How far from the given cell the start is sought, relative; 0 starts from the given cell [1].
    widths
        One of :data:`WIDTHS`.
    shape
        One of :data:`SHAPES`.
    axial
        Whether axial divergence is refined. None refines it where it matters and is not known: in reflection,
        when the instrument tells none and was not calibrated. A cell without it is up to 700 ppm too small.
    line_ratio
        Whether the intensity of the second line is refined; on standards only.
    displacement_parameters
        One of :data:`DISPLACEMENT_PARAMETERS`.
    thermal_phases
        Names of the phases whose B are refined; None is the first one.
    coordinates
        Whether free coordinates of the first phase are refined, of sites with one kind of ion.
    migration
        Ions that may leave one site for another; needs a site's content that stays: occ(origin) + ratio
        occ(target) is kept.
    lithium
        Lithium per formula unit with two anions, known from the charge passed; None leaves the crystal as it
        is. It is never refined: scale, B and lithium are nearly degenerate.
    texture
        Phase -> hkl of its March and Dollase axis.
    windows
        Names of phases that are no part of the sample (Be, Al, PTFE): own cell and scale, no weight fraction.
    neutral
        Whether form factors of neutral atoms replace those of ions, to see what the choice changes.
    particle_radius
        Of the grains, for the systematic error of weight fractions by microabsorption (Brindley) [µm].
    """

    two_theta_range: tuple[float, float] | None = None
    excluded: tuple[tuple[float, float], ...] = ()
    background_terms: int = 10
    humps: tuple[Hump, ...] = ()
    displacement: bool | None = None
    zero: bool | None = None
    cell: bool = True
    cell_search: float = 0.015
    widths: str = INSTRUMENT
    shape: str = PSEUDO_VOIGT
    axial: bool | None = None
    line_ratio: bool = False
    displacement_parameters: str = PER_KIND
    thermal_phases: tuple[str, ...] | None = None
    coordinates: bool = False
    migration: Migration | None = None
    lithium: float | None = None
    texture: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    windows: tuple[str, ...] = ()
    neutral: bool = False
    particle_radius: float = 2.5

    def __post_init__(self) -> None:
        if self.displacement and self.zero:
            raise OutOfRange(
                "displacement and zero are both to be refined. Expected one of them at most: together with"
                " the cell they cannot be told apart. Leave one out, or calibrate the zero on a standard."
            )
        for kind, name, known in (
            ("way to refine B", self.displacement_parameters, DISPLACEMENT_PARAMETERS),
            ("choice of widths", self.widths, WIDTHS),
            ("line shape", self.shape, SHAPES),
        ):
            if name not in known:
                raise unknown_name(kind, name, known)
        if not 1 <= self.background_terms <= 36:
            raise OutOfRange(f"the background has {self.background_terms} terms. Expected 1 to 36.")
        if not 0.0 <= self.cell_search <= 0.05:
            raise OutOfRange(f"the cell is sought {self.cell_search:g} away. Expected 0 to 0.05, relative.")
        for low, high in (*self.excluded, *((self.two_theta_range,) if self.two_theta_range else ())):
            if not low < high:
                raise OutOfRange(f"the region from {low:g} to {high:g} deg is empty. Expected low, high.")
