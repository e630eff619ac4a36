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
from lmct.technique.photoemission.analyser_plan import AnalyserPlan, SpeciesShares
from lmct.technique.photoemission.charge_balance import ChargeModel
from lmct.technique.photoemission.electron_background import tougaard_operator
from lmct.technique.photoemission.line_shape import doniach_profile
from lmct.technique.photoemission.measured_species import MeasuredSpecies, mixed_signal, recorded_window
from lmct.technique.photoemission.model_lines import (
    LORENTZIAN,
    NICKEL,
    OXYGEN,
    nickel_lines,
    oxygen_lines_of_share,
)


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
    measured: Sequence[MeasuredSpecies] = (),
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
    measured
        Measured spectra that take the place of model lines in their regions.

    Returns
    -------
    :
        Spectra and truth.
    """
    shift = float(generator.normal(0.0, plan.charging)) if plan.charging > 0 else 0.0
    spectra = {}
    for region in (NICKEL, OXYGEN):
        energy, shape = expected_shape(region, shares, plan, shift=shift, measured=measured)
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
    region: str,
    shares: SpeciesShares,
    plan: AnalyserPlan,
    *,
    shift: float = 0.0,
    measured: Sequence[MeasuredSpecies] = (),
) -> tuple[Float[np.ndarray, "point"], Float[np.ndarray, "point"]]:
    """Return energies and the expected spectrum, without counting noise.

    Parameters
    ----------
    region
        ``"Ni 2p"`` or ``"O 1s"``.
    shares
        Species.
    plan
        Instrument; lines, resolution, surface species and asymmetry of measured spectra are their own.
    shift
        Charging shift [eV].
    measured
        Measured spectra that take the place of model lines in their regions.

    Raises
    ------
    OutOfRange
        A share lies outside those of the measured spectra, or these cover too little of the region.
    """
    own = [one for one in measured if one.region == region]
    low, high = recorded_window(region, own)
    energy = np.arange(low, high + 0.5 * plan.step, plan.step)
    if own:
        share = shares.nickel_2 if region == NICKEL else shares.oxidised_oxygen
        signal = np.maximum(mixed_signal(own, energy - shift, share=share), 0.0)
    else:
        signal = _model_signal(region, shares, plan, energy - shift)
    losses = plan.losses * (tougaard_operator(energy) @ signal)
    return energy, signal + losses + 0.15 * float(signal.max())


def _model_signal(
    region: str, shares: SpeciesShares, plan: AnalyserPlan, energy: Float[np.ndarray, "point"]
) -> Float[np.ndarray, "point"]:
    if region == NICKEL:
        lines = nickel_lines(shares.nickel_2)
    else:
        lines = oxygen_lines_of_share(
            shares.oxidised_oxygen, separation=plan.separation, surface=plan.surface
        )
    total = np.zeros(len(energy))
    for position, gaussian, area in lines:
        total += area * doniach_profile(
            energy=energy,
            position=position,
            gaussian=float(np.hypot(gaussian, plan.resolution)),
            lorentzian=LORENTZIAN[region],
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
