"""Absorption scans of an electrode in a given state, as a beamline would record them: truth for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from jaxtyping import Float

from lmct.instrument.absorption import AbsorptionScan
from lmct.quantity.errors import OutOfRange, unknown_name

NICKEL_EDGES = {"ni_2": (8341.9, 8350.0, 1.1), "ni_4": (8345.2, 8354.0, 0.75)}
"""Species -> half height of the step, white line [eV] and its height [1]: model shapes, not measured ones."""

OXYGEN_PEAKS = {"E": (528.0, 1.3), "F": (529.8, 1.3), "G": (531.8, 1.6)}
"""Peak -> position and full width [eV]."""


@dataclass(frozen=True, slots=True)
class BeamSettings:
    """How a scan is measured.

    Parameters
    ----------
    photons
        Incident on the sample per point [1]; infinite for none of their noise.
    step
        Edge step of the raw absorption [1].
    drift
        Error of the energies that grows over a series, from the first to the last scan [eV].
    background_ratio
        For fluorescence of a thick sample, as in :mod:`fluorescence`; None for transmission.
    seed
        Of the noise.
    """

    photons: float = 1e6
    step: float = 0.8
    drift: float = 0.0
    background_ratio: float | None = None
    seed: int = 1


def nickel_k_edge(
    energy: Float[np.ndarray, "point"], *, oxidised_fraction: float
) -> Float[np.ndarray, "point"]:
    """Return the normalised Ni K edge of a mixture of the two model species.

    Parameters
    ----------
    energy
        [eV].
    oxidised_fraction
        Share of ``ni_4``, 0 to 1 [1].

    Raises
    ------
    OutOfRange
        The share lies outside 0 to 1.
    """
    if not 0.0 <= oxidised_fraction <= 1.0:
        raise OutOfRange(f"the oxidised fraction is {oxidised_fraction!r}. Expected 0 to 1.")
    two, four = (nickel_species(energy, name) for name in ("ni_2", "ni_4"))
    return (1.0 - oxidised_fraction) * two + oxidised_fraction * four


def nickel_species(energy: Float[np.ndarray, "point"], name: str) -> Float[np.ndarray, "point"]:
    """Return the normalised Ni K edge of one model species: step, white line, a pre-edge peak, EXAFS.

    Parameters
    ----------
    energy
        [eV].
    name
        ``"ni_2"`` or ``"ni_4"``.

    Raises
    ------
    UnknownName
        There is no such species.
    """
    from scipy.special import voigt_profile

    if name not in NICKEL_EDGES:
        raise unknown_name("model species", name, NICKEL_EDGES)
    edge, line, height = NICKEL_EDGES[name]
    step = 0.5 + np.arctan((energy - edge) / 1.2) / np.pi
    # Core widths: Ni K 1.44 eV.
    white = height * voigt_profile(energy - line, 2.0, 0.72) / voigt_profile(0.0, 2.0, 0.72)
    pre = 0.05 * voigt_profile(energy - 8333.5, 0.6, 0.72) / voigt_profile(0.0, 0.6, 0.72)
    wave = np.sqrt(np.maximum(energy - edge - 12.0, 0.0) * 0.2625)
    shell = 2.06 if name == "ni_2" else 1.89
    ripple = 0.12 * np.sin(2.0 * shell * wave) * np.exp(-0.012 * wave**2) * (1.0 - np.exp(-(wave**2)))
    return np.asarray(step + white + pre + ripple)


def nickel_foil(energy: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
    """Return the absorption of a nickel foil with inflections near 8333.0 and 8345 eV [1].

    Parameters
    ----------
    energy
        [eV].
    """
    first = 0.5 + np.arctan((energy - 8333.0) / 1.2) / np.pi
    second = 0.5 + np.arctan((energy - 8345.5) / 2.4) / np.pi
    return np.asarray(0.35 * first + 0.65 * second)


def oxygen_k_edge(
    energy: Float[np.ndarray, "point"], *, nickel_holes: float, oxygen_holes: float, titanium: float = 0.4
) -> Float[np.ndarray, "point"]:
    """Return the normalised O K edge: peak E grows with holes on nickel, F with holes on oxygen, G is Ti.

    Parameters
    ----------
    energy
        [eV].
    nickel_holes, oxygen_holes
        Area of E and F [eV].
    titanium
        Area of G [eV].
    """
    level = oxygen_step(energy) + 0.3 * np.exp(-0.5 * ((energy - 539.0) / 2.2) ** 2)
    areas = {"E": nickel_holes, "F": oxygen_holes, "G": titanium}
    return np.asarray(level + sum(area * oxygen_peak(energy, name) for name, area in areas.items()))


def oxygen_peak(energy: Float[np.ndarray, "point"], name: str) -> Float[np.ndarray, "point"]:
    """Return a peak in front of the O K edge, of area 1 [1/eV].

    Parameters
    ----------
    energy
        [eV].
    name
        Of :data:`OXYGEN_PEAKS`.
    """
    centre, width = OXYGEN_PEAKS[name]
    spread = width / 2.354820045
    away = (energy - centre) / spread
    return np.asarray(np.exp(-0.5 * away**2) / (spread * np.sqrt(2.0 * np.pi)))


def oxygen_step(energy: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
    """Return the step of the O K edge, nothing below 535 eV [1].

    Parameters
    ----------
    energy
        [eV].
    """
    return np.asarray((0.5 + np.arctan((energy - 540.0) / 0.9) / np.pi) * (energy > 535.0))


def simulate_scan(
    energy: Float[np.ndarray, "point"],
    normalised: Float[np.ndarray, "point"],
    *,
    settings: BeamSettings,
    foil: Float[np.ndarray, "point"] | None = None,
    energy_error: float = 0.0,
    start_time: datetime | None = None,
    sample: str = "",
    number: int = 0,
) -> AbsorptionScan:
    """Return what ionisation chambers record: counts in front of and behind the sample, and behind the foil.

    Parameters
    ----------
    energy
        True photon energies [eV].
    normalised
        Normalised absorption of the sample there [1].
    settings
        Of the beam.
    foil
        Absorption of the foil [1]; None for no reference.
    energy_error
        What the monochromator reads too much [eV].
    start_time
        Of the scan.
    sample
        Name.
    number
        Of the scan, which makes the noise of each its own.

    Returns
    -------
    :
        The scan, in transmission, or in fluorescence when a background ratio is given.
    """
    random = np.random.default_rng([settings.seed, number])

    def counted(mean: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
        return mean if np.isinf(settings.photons) else random.poisson(mean).astype(float)

    photons = 1e9 if np.isinf(settings.photons) else settings.photons
    incident = photons * (1.0 + 1e-4 * (energy - energy[0]))
    background = 0.6 * (energy / energy[0]) ** -2.8
    channels = {"incident": counted(incident)}
    behind = incident * np.exp(-background - settings.step * normalised)
    if settings.background_ratio is None:
        channels["transmitted"] = counted(behind)
        if foil is not None:
            channels["reference"] = counted(behind * np.exp(-0.3 * background - 1.2 * foil))
    else:
        share = normalised * (1.0 + settings.background_ratio) / (normalised + settings.background_ratio)
        channels["fluorescence"] = counted(0.05 * incident * (0.02 + share))
        if foil is not None:
            channels["reference_mu"] = foil + random.normal(0.0, 1e-4, len(energy))
    return AbsorptionScan(
        energy=energy + energy_error,
        channels=channels,
        mode="transmission" if settings.background_ratio is None else "fluorescence",
        element="Ni" if energy[0] > 2000.0 else "O",
        edge="K",
        sample=sample,
        start_time=start_time,
        scan=number,
    )


def usual_grid() -> Float[np.ndarray, "point"]:
    """Return energies of a Ni K scan: 5 eV steps in front, 0.3 eV at the edge, 2 eV behind it [eV]."""
    parts = (np.arange(8130.0, 8310.0, 5.0), np.arange(8310.0, 8400.0, 0.3), np.arange(8400.0, 8950.0, 2.0))
    return np.concatenate(parts)
