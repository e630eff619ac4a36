"""The spectra of a virtual campaign: photoemission and Ni K edges of the heated powders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from lmct.electrode.state import ElectrodeState
from lmct.evidence.comparison import Truth
from lmct.instrument.absorption import write_xdi
from lmct.protocol.run import Run
from lmct.protocol.titration import Portion
from lmct.study.campaign_files import file_stem
from lmct.technique.absorption.simulate import (
    BeamSettings,
    nickel_foil,
    nickel_k_edge,
    simulate_scan,
    usual_grid,
)
from lmct.technique.photoemission.analyser_plan import AnalyserPlan, SpeciesShares
from lmct.technique.photoemission.charge_balance import ChargeModel
from lmct.technique.photoemission.simulate import (
    SimulatedSample,
    shares_of_state,
    simulate_sample,
    write_sample,
)

CHARGES = ChargeModel(nickel=0.25, oxygen=2.0)
"""Ni4+ in the oxidised reference, one hole on each O^n-: assumptions, the text says Ni3+/4+ and 0 < n < 2."""

PHOTOEMISSION, ABSORPTION = "haxpes", "xas"
"""Folders of the files."""

REDUCED, OXIDISED = "pristine reference", "oxidised reference"
"""Samples that the spectra are compared with: Ni2+, and a fully charged Li-rich NMC (Li 2022, L448-458)."""

REFERENCE_COUNTS = 4.0
"""References are measured so many times longer [1]."""

PHOTOEMISSION_TEMPERATURE, ABSORPTION_TEMPERATURE = 393.15, 413.15
"""Which heated powders are measured [K]: Fig. 5 after heating at 120 degC; Ni K after 140 degC (Fig. S23)."""


@dataclass(frozen=True, kw_only=True)
class SpectroscopyPlan:
    """How the powders are measured.

    Parameters
    ----------
    analyser
        Of photoemission.
    beam
        Of absorption.
    """

    analyser: AnalyserPlan = field(default_factory=AnalyserPlan)
    beam: BeamSettings = field(default_factory=BeamSettings)


@dataclass(frozen=True)
class Powder:
    """A heated powder.

    Parameters
    ----------
    portion
        What was done to it.
    state
        The electrode after that.
    """

    portion: Portion
    state: ElectrodeState


def powders_at(temperature: float, portions: Sequence[Portion], runs: Sequence[Run]) -> tuple[Powder, ...]:
    """Return the powders of one temperature, the unheated one first, when they have cooled.

    Parameters
    ----------
    temperature
        Of the oven [K].
    portions, runs
        The portions of a campaign and their histories without errors.
    """
    return tuple(
        Powder(portion, run.segments[-1].start)
        for portion, run in zip(portions, runs, strict=True)
        if portion == Portion() or portion.hold_temperature == temperature
    )


def spectroscopy_text(portions: Sequence[Portion]) -> str:
    """Return the entries of the study file.

    Parameters
    ----------
    portions
        The portions of the campaign, whose samples are in the study already.
    """
    photoemission = _named(portions, PHOTOEMISSION_TEMPERATURE)
    absorption = _named(portions, ABSORPTION_TEMPERATURE)
    blocks = [f'[[sample]]\nname = "{name}"\n' for name in (REDUCED, OXIDISED)]
    for technique, folder, ending, members in (
        ("photoemission", PHOTOEMISSION, "vms", photoemission),
        ("absorption", ABSORPTION, "xdi", absorption),
    ):
        files = [(portion.name, file_stem(portion)) for portion in members]
        files += [(REDUCED, f"{technique}_ni_2"), (OXIDISED, f"{technique}_ni_4")]
        blocks += [
            f'[[measurement]]\nsample = "{sample}"\ntechnique = "{technique}"\n'
            f'files = ["{folder}/{_file(technique, stem)}.{ending}"]\n'
            for sample, stem in files
        ]
    chosen = ", ".join(f'"{one.name}"' for one in photoemission)
    blocks.append(
        f'[[analysis]]\nkind = "nickel_series"\ntechnique = "photoemission"\n'
        f'samples = [{chosen}, "{REDUCED}", "{OXIDISED}"]\n'
        'options = { reduced_reference = "photoemission_ni_2", oxidised_reference = "photoemission_ni_4" }\n'
    )
    blocks.append(
        f'[[analysis]]\nkind = "oxygen_series"\ntechnique = "photoemission"\nsamples = [{chosen}]\n'
    )
    listed = ", ".join(f'"{one.name}"' for one in absorption)
    blocks.append(
        f'[[analysis]]\nkind = "linear_combination"\ntechnique = "absorption"\n'
        f'samples = [{listed}, "{REDUCED}", "{OXIDISED}"]\n'
        'options.references = { ni_2 = "absorption_ni_2", ni_4 = "absorption_ni_4" }\n'
        "options.fit_shift = true\n"
    )
    return "\n".join(blocks)


def write_spectroscopy_part(
    directory: Path,
    portions: Sequence[Portion],
    runs: Sequence[Run],
    plan: SpectroscopyPlan,
    seed: int,
) -> tuple[Truth, ...]:
    """Record the spectra of the powders and of the references.

    Parameters
    ----------
    directory
        The study folder.
    portions, runs
        The portions of the campaign and their histories without errors.
    plan
        How they are measured.
    seed
        Of charging and counting.

    Returns
    -------
    :
        The true numbers.
    """
    return (
        *_write_photoemission(directory, powders_at(PHOTOEMISSION_TEMPERATURE, portions, runs), plan, seed),
        *_write_absorption(directory, powders_at(ABSORPTION_TEMPERATURE, portions, runs), plan, seed),
    )


def _write_photoemission(
    directory: Path, powders: Sequence[Powder], plan: SpectroscopyPlan, seed: int
) -> tuple[Truth, ...]:
    folder = directory / PHOTOEMISSION
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng([seed, 5])
    truths = []
    for powder in powders:
        shares = shares_of_state(powder.state, CHARGES)
        write_sample(
            _recorded(_file("photoemission", file_stem(powder.portion)), shares, plan, random), folder
        )
        truths += [
            Truth("nickel_2_fraction", powder.portion.name, shares.nickel_2),
            Truth("oxidised_oxygen_fraction", powder.portion.name, shares.oxidised_oxygen),
        ]
    for stem, shares in (
        ("photoemission_ni_2", SpeciesShares(nickel_2=1.0, oxidised_oxygen=0.0)),
        ("photoemission_ni_4", SpeciesShares(nickel_2=0.0, oxidised_oxygen=0.35)),
    ):
        write_sample(_recorded(stem, shares, plan, random, REFERENCE_COUNTS), folder)
    return tuple(truths)


def _recorded(
    stem: str, shares: SpeciesShares, plan: SpectroscopyPlan, random: np.random.Generator, longer: float = 1.0
) -> SimulatedSample:
    return simulate_sample(stem, shares, plan.analyser, random, counts_factor=longer)


def _write_absorption(
    directory: Path, powders: Sequence[Powder], plan: SpectroscopyPlan, seed: int
) -> tuple[Truth, ...]:
    folder = directory / ABSORPTION
    folder.mkdir(parents=True, exist_ok=True)
    shares = [1.0 - shares_of_state(one.state, CHARGES).nickel_2 for one in powders]
    stems = [_file("absorption", file_stem(one.portion)) for one in powders]
    grid = usual_grid()
    beam = replace(plan.beam, seed=seed)
    scans = [*zip(stems, shares, strict=True), ("absorption_ni_2", 0.0), ("absorption_ni_4", 1.0)]
    for number, (stem, share) in enumerate(scans):
        scan = simulate_scan(
            grid,
            nickel_k_edge(grid, oxidised_fraction=share),
            settings=beam,
            foil=nickel_foil(grid),
            sample=stem,
            number=number,
        )
        write_xdi(scan, folder / f"{stem}.xdi")
    return tuple(
        Truth(
            "species_fraction",
            one.portion.name,
            share,
            condition=f"ni_4, {_file('absorption', file_stem(one.portion))}",
        )
        for one, share in zip(powders, shares, strict=True)
    )


def _named(portions: Sequence[Portion], temperature: float) -> tuple[Portion, ...]:
    return tuple(one for one in portions if one == Portion() or one.hold_temperature == temperature)


def _file(technique: str, stem: str) -> str:
    """Return the name of a file, which must differ from technique to technique: it names a measurement."""
    return stem if stem.startswith(technique) else f"{stem}_{technique}"
