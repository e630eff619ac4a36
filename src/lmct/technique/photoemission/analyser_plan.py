"""How simulated photoelectron spectra are recorded, and what they hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyserPlan:
    """How spectra are recorded.

    Parameters
    ----------
    photon_energy
        Of the X-rays [eV].
    step
        Of the energy [eV].
    peak_counts
        Counts of the highest point of each spectrum.
    charging
        Standard deviation of the shift of a spectrum, the same for its regions [eV].
    resolution
        Gaussian width of analyser and X-rays [eV].
    asymmetry
        Doniach-Sunjic index of all lines [1].
    losses
        Strength of the Tougaard background; 1 is an infinitely deep source [1].
    separation
        Of O^n- above O2- [eV].
    surface
        Area of surface species over that of the lattice [1].
    """

    photon_energy: float = 10_000.0
    step: float = 0.1
    peak_counts: float = 1e5
    charging: float = 0.1
    resolution: float = 0.22
    asymmetry: float = 0.0
    losses: float = 0.6
    separation: float = 1.0
    surface: float = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeciesShares:
    """What the spectra of one sample hold.

    Parameters
    ----------
    nickel_2
        Ni2+ in all nickel [1].
    oxidised_oxygen
        O^n- in all lattice oxygen [1].
    """

    nickel_2: float
    oxidised_oxygen: float
