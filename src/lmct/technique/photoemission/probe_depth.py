"""How deep photoelectrons come from: inelastic mean free path by TPP-2M, relativistic."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lmct.material.atomic_mass import molar_mass
from lmct.material.formula import parse_formula
from lmct.quantity.errors import OutOfRange, unknown_name
from lmct.quantity.value import Value

REST_ENERGY = 510_998.95
"""Rest energy of the electron [eV]."""

LOWEST, HIGHEST = 50.0, 30_000.0
"""Kinetic energies for which the formula was made, 200 eV to 30 keV for the relativistic form [eV]."""

FORMULA_ERROR = 0.12
"""Root mean square deviation of TPP-2M from mean free paths of optical data [1]."""

DEPTHS = 3.0
"""Mean free paths in a probe depth: 95 % of the electrons at normal emission come from there [1]."""

VALENCE_ELECTRONS = {
    "H": 1, "Li": 1, "C": 4, "N": 5, "O": 6, "F": 7, "Na": 1, "Mg": 2, "Al": 3, "Si": 4, "P": 5, "S": 6,
    "Cl": 7, "K": 1, "Ca": 2, "Sc": 3, "Ti": 4, "V": 5, "Cr": 6, "Mn": 7, "Fe": 8, "Co": 9, "Ni": 10,
    "Cu": 11, "Zn": 12, "Ga": 3, "Sr": 2, "Y": 3, "Zr": 4, "Nb": 5, "Mo": 6, "Ru": 8, "Sn": 4, "Sb": 5,
    "La": 3, "Ta": 5, "W": 6, "Ir": 9, "Pt": 10, "Au": 11,
}  # fmt: skip
"""Valence electrons an atom, as the formula counts them [1]."""

CORE_LEVELS = {"Ni 2p": 855.0, "O 1s": 530.0, "Ti 2p": 459.0, "C 1s": 285.0}
"""Binding energies for which probe depths are told [eV]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveSolid:
    """A solid as TPP-2M sees it.

    Parameters
    ----------
    density
        Mass density [g/cm3].
    molar_mass
        Of a formula unit [g/mol].
    valence_electrons
        In a formula unit [1].
    band_gap
        Band gap [eV].
    """

    density: float
    molar_mass: float
    valence_electrons: float
    band_gap: float


def solid_from_formula(formula: str, *, density: float, band_gap: float) -> EffectiveSolid:
    """Return the solid of a chemical formula.

    Parameters
    ----------
    formula
        For example ``"Li1.17Ti0.58Ni0.25O2"``.
    density
        Mass density [g/cm3].
    band_gap
        Band gap [eV].

    Returns
    -------
    :
        The solid.

    Raises
    ------
    UnknownName
        The valence electrons of an element are not listed.

    Examples
    --------
    >>> solid_from_formula("NiO", density=6.67, band_gap=4.0).valence_electrons
    16.0
    """
    composition = parse_formula(formula)
    for element in composition:
        if element not in VALENCE_ELECTRONS:
            raise unknown_name("element with known valence electrons", element, VALENCE_ELECTRONS)
    return EffectiveSolid(
        density=density,
        molar_mass=molar_mass(composition),
        valence_electrons=sum(VALENCE_ELECTRONS[one] * count for one, count in composition.items()),
        band_gap=band_gap,
    )


def mean_free_path(*, kinetic_energy: float, solid: EffectiveSolid) -> float:
    r"""Return the inelastic mean free path of electrons by the relativistic TPP-2M formula [nm].

    .. math:: \lambda = \frac{a E}{E_p^2[\beta \ln(\gamma a E) - C/E + D/E^2]},\quad
        a = \frac{1 + E/2mc^2}{(1 + E/mc^2)^2}

    Parameters
    ----------
    kinetic_energy
        Of the electrons [eV].
    solid
        The solid.

    Returns
    -------
    :
        Mean free path [nm].

    Raises
    ------
    OutOfRange
        The energy lies outside 50 eV to 30 keV, or a property makes no sense.

    Source
    ------
    Tanuma, Powell and Penn 1994, doi 10.1002/sia.740210302; relativistic form: Shinotsuka et al. 2015,
    doi 10.1002/sia.5789.

    Examples
    --------
    >>> solid = solid_from_formula("Li1.17Ti0.58Ni0.25O2", density=4.0, band_gap=2.0)
    >>> round(mean_free_path(kinetic_energy=9145.0, solid=solid), 1)
    12.8
    """
    if not LOWEST <= kinetic_energy <= HIGHEST:
        raise OutOfRange(
            f"a kinetic energy of {kinetic_energy:g} eV. Expected {LOWEST:g} to {HIGHEST:g} eV, the range of"
            " TPP-2M. Check photon and binding energy."
        )
    numbers = (solid.density, solid.molar_mass, solid.valence_electrons)
    if min(numbers) <= 0.0 or solid.band_gap < 0.0:
        raise OutOfRange(f"{solid}: expected positive numbers and a band gap from 0. Correct them.")
    electrons = solid.valence_electrons * solid.density / solid.molar_mass
    plasmon = 28.816 * math.sqrt(electrons)
    usual = plasmon**2 / 829.4
    beta = -1.0 + 9.44 / math.hypot(plasmon, solid.band_gap) + 0.69 * solid.density**0.1
    gamma = 0.191 / math.sqrt(solid.density)
    c, d = 19.7 - 9.1 * usual, 534.0 - 208.0 * usual
    energy = kinetic_energy
    slowed = energy * (1.0 + energy / (2.0 * REST_ENERGY)) / (1.0 + energy / REST_ENERGY) ** 2
    return float(slowed / (plasmon**2 * (beta * math.log(gamma * slowed) - c / energy + d / energy**2)))


def probe_depth(*, photon_energy: float, binding_energy: float, solid: EffectiveSolid) -> Value:
    """Return the depth from which 95 % of the photoelectrons come at normal emission [nm].

    Parameters
    ----------
    photon_energy
        Of the X-rays [eV].
    binding_energy
        Of the line [eV].
    solid
        The solid.

    Returns
    -------
    :
        Three mean free paths with the uncertainty of the formula; elastic scattering is left out.
    """
    path = mean_free_path(kinetic_energy=photon_energy - binding_energy, solid=solid)
    return Value(DEPTHS * path, DEPTHS * path * FORMULA_ERROR, "nm")
