"""Spectra that an analyser would record of an electrode: Doniach lines, Tougaard losses, charging, counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Float

from lmct.electrode.state import ElectrodeState
from lmct.instrument.photoemission import PhotoemissionSpectrum, write_ses_text, write_vamas
from lmct.quantity.errors import OutOfRange
from lmct.technique.photoemission.charge_balance import ChargeModel
from lmct.technique.photoemission.electron_background import tougaard_operator
from lmct.technique.photoemission.line_shape import doniach_profile

NICKEL, OXYGEN = "Ni 2p", "O 1s"

WINDOWS = {NICKEL: (845.0, 893.0), OXYGEN: (524.0, 540.0)}
"""Region -> binding energies that are recorded [eV]."""

NICKEL_TWO = (
    (854.4, 1.5, 1.0), (856.1, 2.3, 0.85), (860.9, 4.4, 1.0), (863.9, 3.4, 0.25),
    (871.8, 2.1, 0.48), (873.5, 2.9, 0.4), (879.2, 5.2, 0.55),
)  # fmt: skip
NICKEL_OXIDISED = (
    (855.5, 1.7, 1.0), (857.2, 2.6, 0.6), (862.4, 4.6, 0.5), (866.2, 4.0, 0.12),
    (873.1, 2.3, 0.5), (874.9, 3.2, 0.3), (880.6, 5.4, 0.3),
)  # fmt: skip
"""Position, Gaussian width [eV] and weight of what makes up a reference; model shapes, not measured ones."""


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


@dataclass(frozen=True, eq=False)
class SimulatedSample:
    """Spectra of one sample with what is true of them.

    Parameters
    ----------
    name
        Of the sample.
    spectra
        Region -> spectrum.
    shares
        The truth.
    shift
        Charging shift [eV].
    """

    name: str
    spectra: Mapping[str, PhotoemissionSpectrum]
    shares: SpeciesShares
    shift: float = 0.0
    condition: Mapping[str, float] = field(default_factory=dict)


def shares_of_state(state: ElectrodeState, model: ChargeModel) -> SpeciesShares:
    """Return the species of an electrode in a state.

    Parameters
    ----------
    state
        The electrode.
    model
        How charges are counted as species.

    Returns
    -------
    :
        Shares of Ni2+ and O^n-; holes that cannot be recovered sit on oxygen too.

    Raises
    ------
    OutOfRange
        The state has more holes than the species can carry.
    """
    nickel = 1.0 - state.metal_holes / (model.nickel * (model.oxidised_valence - 2.0))
    oxygen = (state.oxygen_holes + state.dark_holes) / (model.oxygen * model.holes_per_oxygen)
    if not (-1e-9 <= nickel <= 1.0 + 1e-9 and -1e-9 <= oxygen <= 1.0 + 1e-9):
        raise OutOfRange(
            f"the state has {state.metal_holes:.3f} holes on the metal and {state.oxygen_holes:.3f} on"
            f" oxygen. Expected what {model} can carry. Choose the charge model of this material."
        )
    return SpeciesShares(nickel_2=min(max(nickel, 0.0), 1.0), oxidised_oxygen=min(max(oxygen, 0.0), 1.0))


def simulate_sample(
    name: str,
    shares: SpeciesShares,
    plan: AnalyserPlan,
    generator: np.random.Generator,
    *,
    counts_factor: float = 1.0,
    condition: Mapping[str, float] | None = None,
) -> SimulatedSample:
    """Record Ni 2p and O 1s of one sample.

    Parameters
    ----------
    name
        Of the sample.
    shares
        Species.
    plan
        Instrument.
    generator
        Random numbers of charging and counting.
    counts_factor
        Counts over those of the plan, for references that were measured longer [1].
    condition
        Its history in numbers.

    Returns
    -------
    :
        Spectra and truth.
    """
    shift = float(generator.normal(0.0, plan.charging)) if plan.charging > 0 else 0.0
    spectra = {}
    for region in (NICKEL, OXYGEN):
        energy, shape = expected_shape(region, shares, plan, shift=shift)
        expected = shape / shape.max() * plan.peak_counts * counts_factor
        counts = generator.poisson(expected).astype(float)
        spectra[region] = PhotoemissionSpectrum(
            binding_energy=energy,
            intensity=counts,
            uncertainty=np.sqrt(np.maximum(counts, 1.0)),
            photon_energy=plan.photon_energy,
            region=region,
            sample=name,
            pass_energy=200.0,
            dwell_time=0.5,
            scans=10,
        )
    return SimulatedSample(name, spectra, shares, shift, dict(condition or {}))


def expected_shape(
    region: str, shares: SpeciesShares, plan: AnalyserPlan, *, shift: float = 0.0
) -> tuple[Float[np.ndarray, "point"], Float[np.ndarray, "point"]]:
    """Return energies and the expected spectrum, without counting noise.

    Parameters
    ----------
    region
        ``"Ni 2p"`` or ``"O 1s"``.
    shares
        Species.
    plan
        Instrument.
    shift
        Charging shift [eV].
    """
    low, high = WINDOWS[region]
    energy = np.arange(low, high + 0.5 * plan.step, plan.step)
    if region == NICKEL:
        two = _lines(energy - shift, NICKEL_TWO, plan, 0.5)
        oxidised = _lines(energy - shift, NICKEL_OXIDISED, plan, 0.5)
        area_two = sum(one[2] for one in NICKEL_TWO)
        area_oxidised = sum(one[2] for one in NICKEL_OXIDISED)
        signal = shares.nickel_2 * two / area_two + (1.0 - shares.nickel_2) * oxidised / area_oxidised
    else:
        share = shares.oxidised_oxygen
        lines = (
            (529.5, 1.05, 1.0 - share),
            (529.5 + plan.separation, 1.3, share),
            (531.9, 1.6, plan.surface),
        )
        signal = _lines(energy - shift, lines, plan, 0.25)
    losses = plan.losses * (tougaard_operator(energy) @ signal)
    return energy, signal + losses + 0.15 * float(signal.max())


def _lines(
    energy: Float[np.ndarray, "point"],
    lines: Sequence[tuple[float, float, float]],
    plan: AnalyserPlan,
    lorentzian: float,
) -> Float[np.ndarray, "point"]:
    total = np.zeros(len(energy))
    for position, gaussian, weight in lines:
        total += weight * doniach_profile(
            energy=energy,
            position=position,
            gaussian=float(np.hypot(gaussian, plan.resolution)),
            lorentzian=lorentzian,
            asymmetry=plan.asymmetry,
        )
    return total


def write_sample(sample: SimulatedSample, folder: Path, *, ses: bool = False) -> tuple[Path, ...]:
    """Write the spectra of a sample as one VAMAS file, or as SES text, one file a region.

    Parameters
    ----------
    sample
        The sample.
    folder
        Where to; it must exist.
    ses
        Whether as SES text.

    Returns
    -------
    :
        Files.
    """
    stem = sample.name.replace(" ", "_")
    if not ses:
        return (write_vamas(list(sample.spectra.values()), folder / f"{stem}.vms"),)
    return tuple(
        write_ses_text(one, folder / f"{stem}_{region.replace(' ', '')}.txt")
        for region, one in sample.spectra.items()
    )
