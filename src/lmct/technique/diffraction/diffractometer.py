"""A powder diffractometer: wavelengths, geometry and the shape it gives to every line."""

from __future__ import annotations

from dataclasses import dataclass

from lmct.quantity.errors import OutOfRange, unknown_name

REFLECTION, CAPILLARY, TRANSMISSION = "reflection", "capillary", "transmission"
GEOMETRIES = (REFLECTION, CAPILLARY, TRANSMISSION)

COPPER_DOUBLET = (1.54056, 1.54439)
"""Cu Kα1 and Kα2 as the paper uses them [Å] (Li 2022, L582)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diffractometer:
    """What an instrument does to every line; known from a standard, not from the sample.

    Parameters
    ----------
    wavelengths
        Of the lines in the beam, the strongest first [Å].
    line_ratio
        Intensity of the second line over that of the first [1]; ignored with one line.
    geometry
        One of :data:`GEOMETRIES`. Reflection is Bragg-Brentano: the sample displacement moves lines by
        -2 s cos(theta) / R.
    radius
        Of the goniometer [mm].
    polarization
        K of the polarisation factor K + (1 - K) cos²(2 theta_M) cos²(2 theta): 0.5 for a tube, near 1 for a
        synchrotron's beam, polarised in the plane normal to that of scattering [1].
    monochromator
        2 theta_M of a crystal monochromator [deg]; 0 when there is none.
    gaussian_u, gaussian_v, gaussian_w
        Caglioti numbers of the squared Gaussian full width [deg²].
    lorentzian_x, lorentzian_y
        Lorentzian full width X / cos(theta) + Y tan(theta) [deg].
    axial
        S/L + H/L of Finger, Cox and Jephcoat, both taken equal: S/L = H/L = axial / 2 [1]; 0 for
        symmetric lines.
    cell_systematic
        Relative standard error of cells on this instrument, as its calibration on a standard showed [1];
        None: it was not calibrated.
    """

    wavelengths: tuple[float, ...]
    line_ratio: float = 0.5
    geometry: str = REFLECTION
    radius: float = 217.5
    polarization: float = 0.5
    monochromator: float = 0.0
    gaussian_u: float = 0.0
    gaussian_v: float = 0.0
    gaussian_w: float = 0.002
    lorentzian_x: float = 0.02
    lorentzian_y: float = 0.0
    axial: float = 0.0
    cell_systematic: float | None = None

    def __post_init__(self) -> None:
        if not self.wavelengths or not all(0.05 < one < 10.0 for one in self.wavelengths):
            raise OutOfRange(
                f"the wavelengths are {self.wavelengths} Å. Expected one or two between 0.05 and 10 Å, for"
                " example 1.54056 and 1.54439 for copper; give them with --wavelength."
            )
        if self.geometry not in GEOMETRIES:
            raise unknown_name("geometry", self.geometry, GEOMETRIES)


def laboratory_copper() -> Diffractometer:
    """Return a laboratory instrument like that of the paper: Cu Kα doublet, R 217.5 mm, no monochromator."""
    return Diffractometer(
        wavelengths=COPPER_DOUBLET, gaussian_u=0.004, gaussian_v=-0.002, gaussian_w=0.0025, lorentzian_x=0.02
    )


def beamline_11bm() -> Diffractometer:
    """Return an instrument like 11-BM of the Advanced Photon Source at 0.458 Å, capillary (Li 2022, L585)."""
    return Diffractometer(
        wavelengths=(0.458,),
        geometry=CAPILLARY,
        radius=1000.0,
        polarization=0.99,
        gaussian_u=0.0008,
        gaussian_v=-0.0001,
        gaussian_w=0.00004,
        lorentzian_x=0.001,
        axial=0.003,
    )


PRESETS = {"laboratory-copper": laboratory_copper, "11-bm": beamline_11bm}
"""Instruments by name."""


def diffractometer(name: str) -> Diffractometer:
    """Return an instrument by its name.

    Raises
    ------
    UnknownName
        There is no such preset.
    """
    if name not in PRESETS:
        raise unknown_name("diffractometer", name, PRESETS)
    return PRESETS[name]()
