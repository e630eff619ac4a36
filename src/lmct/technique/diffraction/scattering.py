"""How strongly a crystal scatters X-rays: form factors, structure factors, Lorentz and polarisation factor.

f0: International Tables C (1992), table 6.1.1.4, with O2- after Hovestreydt (1983); f' and f'': Cromer and
Liberman; all as gemmi holds them. An ion that is not tabulated (Ni4+) takes the nearest charge that is
(Ni3+).
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from jaxtyping import Complex, Float

from lmct.material.crystal.crystal import Crystal, Site
from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.reflection import Reflections, space_group_of

KILOELECTRONVOLT_ANGSTROM = 12.398419843320026
"""h c [keV Å], exact in the SI."""


def site_structure_factors(
    crystal: Crystal, reflections: Reflections, *, wavelength: float
) -> dict[tuple[str, str], Complex[np.ndarray, "reflection"]]:
    r"""Return what each ion on each site would give if the site were full of it and nothing moved.

    .. math:: F_{s,i}(hkl) = (f_0 + f' + i f'') \sum_{\mathbf r \in s} e^{2\pi i\, \mathbf h \mathbf r}

    Parameters
    ----------
    crystal
        The crystal; occupancies and displacement parameters are not read.
    reflections
        Of that crystal.
    wavelength
        [Å].

    Returns
    -------
    :
        (Label of the site, ion) -> factor summed over the whole cell [electrons].

    Raises
    ------
    OutOfRange
        An ion is none.
    """
    found = {}
    for site in crystal.sites:
        geometry = _geometry(crystal, site, reflections)
        for ion in site.occupancy:
            factor = form_factor(ion, reflections.spacing, wavelength=wavelength)
            found[site.label, ion] = factor * geometry
    return found


def squared_structure_factors(
    crystal: Crystal, reflections: Reflections, *, wavelength: float
) -> Float[np.ndarray, "reflection"]:
    r"""Return :math:`|F|^2` with occupancies and :math:`e^{-B/4d^2}`, the mean of Friedel mates.

    Parameters
    ----------
    crystal
        The crystal.
    reflections
        Of that crystal.
    wavelength
        [Å].

    Returns
    -------
    :
        Of one reflection, without multiplicity [electrons²].

    Raises
    ------
    OutOfRange
        An ion is none.
    """
    weights = {
        (site.label, ion): occupancy * np.exp(-site.b_iso / (4.0 * reflections.spacing**2))
        for site in crystal.sites
        for ion, occupancy in site.occupancy.items()
    }
    mates = []
    for sign in (1, -1):
        mate = Reflections(sign * reflections.hkl, reflections.multiplicity, reflections.spacing)
        of_sites = site_structure_factors(crystal, mate, wavelength=wavelength)
        mates.append(np.abs(sum(weights[key] * factor for key, factor in of_sites.items())) ** 2)
    mean: Float[np.ndarray, "reflection"] = 0.5 * (mates[0] + mates[1])
    return mean


def lorentz_polarization(
    two_theta: Float[np.ndarray, "..."], diffractometer: Diffractometer
) -> Float[np.ndarray, "..."]:
    r"""Lorentz and polarisation factor of a powder.

    .. math:: L P = \frac{K + (1 - K) \cos^2 2\theta_M \cos^2 2\theta}{\sin^2\theta \cos\theta}

    K is the share of the beam polarised perpendicular to the plane of diffraction: one half for a tube, near
    one for a synchrotron whose detector moves in a vertical plane.

    Parameters
    ----------
    two_theta
        Between 0 and 180 [deg].
    diffractometer
        For its polarisation and monochromator.

    Returns
    -------
    :
        The factor [1].

    Source
    ------
    International Tables for Crystallography C (2004), section 6.2.

    Examples
    --------
    >>> from lmct.technique.diffraction.diffractometer import laboratory_copper
    >>> lorentz_polarization(np.array([60.0]), laboratory_copper()).round(4)
    array([2.8868])
    """
    theta = np.radians(np.asarray(two_theta, dtype=float)) / 2.0
    crystal = np.cos(np.radians(diffractometer.monochromator)) ** 2
    share = diffractometer.polarization
    polarization = share + (1.0 - share) * crystal * np.cos(2.0 * theta) ** 2
    factor: Float[np.ndarray, "..."] = polarization / (np.sin(theta) ** 2 * np.cos(theta))
    return factor


def form_factor(
    ion: str, spacing: Float[np.ndarray, "reflection"], *, wavelength: float
) -> Complex[np.ndarray, "reflection"]:
    """Return f0 + f' + i f'' of an ion at rest.

    Parameters
    ----------
    ion
        Element with its charge, for example ``"Ti4+"``, or without, ``"Ni"``.
    spacing
        Of the reflections [Å].
    wavelength
        [Å].

    Returns
    -------
    :
        [electrons].

    Raises
    ------
    OutOfRange
        This is no ion.

    Source
    ------
    International Tables for Crystallography C (1992), table 6.1.1.4; O2-: Hovestreydt, Acta Cryst. A 39, 268
    (1983); Cromer and Liberman, Acta Cryst. A 37, 267 (1981).
    """
    amplitudes, widths, constant = _gaussians(ion)
    reach = 1.0 / (4.0 * np.asarray(spacing, dtype=float)[:, None] ** 2)
    still = constant + np.sum(amplitudes * np.exp(-widths * reach), axis=1)
    real, imaginary = dispersion(_element_and_charge(ion)[0], wavelength)
    factor: Complex[np.ndarray, "reflection"] = still + real + 1j * imaginary
    return factor


@lru_cache(maxsize=256)
def dispersion(element: str, wavelength: float) -> tuple[float, float]:
    """Return f' and f'' of an element at a wavelength [Å] [electrons]."""
    import gemmi

    return gemmi.cromer_liberman(
        z=gemmi.Element(element).atomic_number, energy=1000.0 * KILOELECTRONVOLT_ANGSTROM / wavelength
    )


def tabulated_ion(ion: str) -> str:
    """Return the ion whose f0 is used for an ion: itself, or that of the nearest charge on the way to zero.

    Raises
    ------
    OutOfRange
        This is no ion.

    Examples
    --------
    >>> tabulated_ion("O2-"), tabulated_ion("Ni4+"), tabulated_ion("Ni")
    ('O2-', 'Ni3+', 'Ni')
    """
    element, charge = _element_and_charge(ion)
    for size in range(abs(charge), 0, -1):
        if _table(element, size if charge > 0 else -size) is not None:
            return f"{element}{size}{'+' if charge > 0 else '-'}"
    return element


@lru_cache(maxsize=256)
def _gaussians(ion: str) -> tuple[Float[np.ndarray, "4"], Float[np.ndarray, "4"], float]:
    numbers = _table(*_element_and_charge(tabulated_ion(ion)))
    if numbers is None:
        raise OutOfRange(f"no form factor is tabulated for {ion!r}. Expected an element up to Cf.")
    return np.array(numbers[:4]), np.array(numbers[4:8]), numbers[8]


@lru_cache(maxsize=256)
def _table(element: str, charge: int) -> tuple[float, ...] | None:
    """Return four amplitudes, four widths and the constant; gemmi reads charges only when it is told to."""
    import gemmi

    ignored = gemmi.IT92_get_ignore_charge()
    gemmi.IT92_set_ignore_charge(False)
    try:
        found = gemmi.IT92_get_exact(gemmi.Element(element), charge)
        return None if found is None else (*found.a, *found.b, found.c)
    finally:
        gemmi.IT92_set_ignore_charge(ignored)


def _element_and_charge(ion: str) -> tuple[str, int]:
    import gemmi

    match = re.fullmatch(r"([A-Z][a-z]?)(?:(\d?)([+-]))?", ion)
    if match is None or gemmi.Element(match[1]).atomic_number == 0:
        raise OutOfRange(
            f"{ion!r} is no ion. Expected an element with its charge, for example 'Ti4+' or 'O2-'."
        )
    element, size, sign = match.groups()
    return element, 0 if sign is None else int(size or 1) * (1 if sign == "+" else -1)


def _geometry(crystal: Crystal, site: Site, reflections: Reflections) -> Complex[np.ndarray, "reflection"]:
    phases = 2.0j * np.pi * reflections.hkl @ positions_of(crystal, site).T
    factor: Complex[np.ndarray, "reflection"] = np.exp(phases).sum(axis=1)
    return factor


def positions_of(crystal: Crystal, site: Site) -> Float[np.ndarray, "atom 3"]:
    """Return the fractional coordinates of all positions of a site in the cell, each from 0 to 1.

    Raises
    ------
    OutOfRange
        The space group is unknown or contradicts the cell.
    """
    space_group_of(crystal)
    return _orbit(crystal.space_group, site.position)


@lru_cache(maxsize=512)
def _orbit(space_group: str, position: tuple[float, float, float]) -> Float[np.ndarray, "atom 3"]:
    import gemmi

    images: list[Float[np.ndarray, "3"]] = []
    for operation in gemmi.SpaceGroup(space_group).operations():
        image = np.mod(np.array(operation.apply_to_xyz(list(position))), 1.0)
        apart = (np.abs((image - other + 0.5) % 1.0 - 0.5).max() for other in images)
        if all(distance > 1e-4 for distance in apart):
            images.append(image)
    return np.array(images)
