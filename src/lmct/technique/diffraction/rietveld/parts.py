"""Crystals and diffractometers in the words of rietx."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lmct.material.crystal.crystal import Crystal
from lmct.technique.diffraction.diffractometer import CAPILLARY, REFLECTION, TRANSMISSION, Diffractometer
from lmct.technique.diffraction.rietveld.settings import VOIGT, RietveldSettings
from lmct.technique.diffraction.scattering import tabulated_ion

if TYPE_CHECKING:
    import rietx

FULL_WIDTH = 2.0 * math.sqrt(2.0 * math.log(2.0))
"""Full width of a Gaussian at half its height over its standard deviation [1]."""

GEOMETRIES = {
    REFLECTION: "bragg_brentano",
    CAPILLARY: "debye_scherrer",
    TRANSMISSION: "flat_plate_transmission",
}
CELL = {"a": "Å", "b": "Å", "c": "Å", "alpha": "deg", "beta": "deg", "gamma": "deg"}
WIDTHS = {
    "gaussian_u": ("u", "deg²"),
    "gaussian_v": ("v", "deg²"),
    "gaussian_w": ("w", "deg²"),
    "lorentzian_x": ("x", "deg"),
    "lorentzian_y": ("y", "deg"),
}
MARCH_START = 0.9
"""March-Dollase factor with which the search starts: at 1 a cube does not feel it to first order [1]."""

LEAST_OCCUPANCY = -0.05
"""The occupancy of the target of a migration may come out negative: no bias at zero [1]."""


def phase_of(crystal: Crystal, settings: RietveldSettings) -> rietx.Phase:
    """Return a phase of rietx.

    Parameters
    ----------
    crystal
        The crystal; each ion of a site becomes an atom.
    settings
        For texture, form factors and the size of grains.
    """
    from rietx import Atom, Cell, Parameter, Phase, PreferredOrientation

    atoms = [
        Atom(
            label=f"{site.label}_{ion}",
            species=ion.rstrip("+-0123456789") if settings.neutral else tabulated_ion(ion),
            x=Parameter(value=site.position[0]),
            y=Parameter(value=site.position[1]),
            z=Parameter(value=site.position[2]),
            occ=Parameter(value=share, min=LEAST_OCCUPANCY, max=1.5),
            biso=Parameter(value=site.b_iso, min=-5.0, max=20.0, unit="A^2"),
        )
        for site in crystal.sites
        for ion, share in site.occupancy.items()
    ]
    axis = settings.texture.get(crystal.name)
    return Phase(
        name=crystal.name,
        space_group=crystal.space_group,
        cell=Cell(**{edge: Parameter(value=size) for edge, size in zip(CELL, crystal.cell, strict=True)}),
        atoms=atoms,
        preferred_orientation=None
        if axis is None
        else PreferredOrientation(axis=axis, r=Parameter(value=MARCH_START, min=0.1, max=10.0)),
        particle_radius_um=settings.particle_radius,
    )


def instrument_of(
    diffractometer: Diffractometer, settings: RietveldSettings, level: float
) -> rietx.Instrument:
    """Return an instrument of rietx.

    Parameters
    ----------
    diffractometer
        The instrument.
    settings
        For background, humps and line shape.
    level
        Of the background at the start [unit of the pattern].
    """
    from rietx import BackgroundChebyshev, Geometry, Instrument, Parameter, ProfileTCHZ, Source
    from rietx.schemas.instrument import EmissionLine, HumpComponent

    share = diffractometer.polarization
    passed = (1.0 - share) * math.cos(math.radians(diffractometer.monochromator)) ** 2
    weights = (1.0, diffractometer.line_ratio)
    half = diffractometer.axial / 2.0
    return Instrument(
        source=Source(
            lines=[
                EmissionLine(wavelength=Parameter(value=wavelength), weight=Parameter(value=weight, min=0.0))
                for wavelength, weight in zip(diffractometer.wavelengths, weights, strict=False)
            ],
            polarization=Parameter(value=share / (share + passed), min=0.0, max=1.0),
        ),
        geometry=Geometry(
            kind=GEOMETRIES[diffractometer.geometry],
            goniometer_radius_mm=diffractometer.radius,
            axial_sl=Parameter(value=half, min=0.0),
            axial_hl=Parameter(value=half, min=0.0),
        ),
        profile=ProfileTCHZ(
            shape="voigt" if settings.shape == VOIGT else "tchz_pv",
            **{
                letter: Parameter(value=getattr(diffractometer, name), min=low)
                for (name, (letter, _)), low in zip(
                    WIDTHS.items(), (-32400.0, -32400.0, 1e-8, 0.0, -180.0), strict=True
                )
            },
        ),
        background=BackgroundChebyshev(
            coefficients=[
                Parameter(value=level if term == 0 else 0.0) for term in range(settings.background_terms)
            ]
        ),
        extra_components=[
            HumpComponent(
                position=Parameter(value=hump.position),
                height=Parameter(value=0.1 * level, min=0.0),
                fwhm=Parameter(value=FULL_WIDTH * hump.width, min=1.0),
            )
            for hump in settings.humps
        ],
    )
