"""``lmct xps simulate -o FOLDER``: Ni 2p and O 1s of samples whose species or holes are known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.assignment import read_assignments
from lmct.cli.electrode_choice import Changes, MaterialName, ParameterSet, Position, Shells
from lmct.cli.output import FINE, AsJson, say
from lmct.cli.simulated_output import Written, check_output, finish, references_folder
from lmct.cli.simulated_samples import (
    ElectrodeWords,
    Fractions,
    MetalHoles,
    Nickel,
    OfRun,
    OxygenHoles,
    Samples,
    Seed,
    check_one_way,
    fractions_from_words,
    holes_of,
    named_file,
    nickel_of,
    states_from_words,
)
from lmct.cli.xps.fit import number_or_word
from lmct.quantity.errors import OutOfRange, unknown_name

if TYPE_CHECKING:
    from lmct.electrode.state import ElectrodeState
    from lmct.technique.photoemission.measured_species import MeasuredSpecies
    from lmct.technique.photoemission.simulate import SimulatedSample

NAME = "simulate"

FORMATS = ("vamas", "ses")


def run(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="A new folder, or a file .nxs (NeXus) of all spectra.")
    ],
    fractions: Fractions = None,
    metal_holes: MetalHoles = "",
    oxygen_holes: OxygenHoles = "",
    of_run: OfRun = "",
    samples: Samples = 6,
    reference: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SPECIES[:SHARE]=FILE[,SHIFT]",
            help="A measured spectrum that is mixed, and what takes its charging off [eV]; repeatable.",
        ),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--columns", "--column", metavar="NAME=VALUE", help="Column map of the references."),
    ] = None,
    file_format: Annotated[str, typer.Option("--format", help="Of a folder: vamas or ses.")] = "vamas",
    photon_energy: Annotated[float, typer.Option(min=1000.0, help="Of the X-rays [eV].")] = 10_000.0,
    step: Annotated[float, typer.Option(min=1e-3, max=1.0, help="Of the energy [eV].")] = 0.1,
    counts: Annotated[float, typer.Option(min=1.0, help="Of the highest point of each spectrum.")] = 1e5,
    charging: Annotated[
        float, typer.Option(min=0.0, help="Standard deviation of the shift of a sample [eV].")
    ] = 0.1,
    resolution: Annotated[float, typer.Option(min=0.0, help="Gaussian width of model lines [eV].")] = 0.22,
    asymmetry: Annotated[
        float, typer.Option(min=0.0, max=0.5, help="Doniach-Sunjic index of model lines.")
    ] = 0.0,
    losses: Annotated[float, typer.Option(min=0.0, help="Strength of the Tougaard background.")] = 0.6,
    separation: Annotated[float, typer.Option(help="Of O^n- above O2-, model lines [eV].")] = 1.0,
    surface: Annotated[float, typer.Option(min=0.0, help="Area of surface species over the lattice.")] = 0.12,
    nickel: Nickel = None,
    valence: Annotated[float, typer.Option(min=2.1, max=4.0, help="Of oxidised nickel, for holes.")] = 4.0,
    holes_per_oxygen: Annotated[float, typer.Option(min=0.01, max=2.0, help="On one O^n-, for holes.")] = 1.0,
    material: MaterialName = None,
    x: Position = None,
    settings: Changes = None,
    parameters: ParameterSet = None,
    shells: Shells = None,
    seed: Seed = 1,
    json: AsJson = False,
) -> int:
    """Simulate photoemission of species or of an electrode; references and truth are written beside."""
    from lmct.technique.photoemission.analyser_plan import AnalyserPlan
    from lmct.technique.photoemission.charge_balance import ChargeModel
    from lmct.technique.photoemission.simulate import shares_of_state
    from lmct.technique.photoemission.simulate_samples import samples_of_shares, shares_from_fractions

    if file_format not in FORMATS:
        raise unknown_name("format", file_format, FORMATS)
    check_output(output)
    words = ElectrodeWords(
        material=material, x=x, parameters=parameters, changes=settings or (), shells=shells
    )
    states = states_from_words(metal_holes, oxygen_holes, of_run, samples, words)
    check_one_way(fractions, states)
    if states:
        model = ChargeModel(
            nickel=nickel_of(nickel, words), oxidised_valence=valence, holes_per_oxygen=holes_per_oxygen
        )
        shares = [shares_of_state(one, model) for one in states]
    else:
        shares = [shares_from_fractions(one) for one in fractions_from_words(fractions or ())]
    plan = AnalyserPlan(
        photon_energy=photon_energy,
        step=step,
        peak_counts=counts,
        charging=charging,
        resolution=resolution,
        asymmetry=asymmetry,
        losses=losses,
        separation=separation,
        surface=surface,
    )
    mapped = {name: number_or_word(text) for name, text in read_assignments(columns or ()).items()}
    measured = [_measured(word, mapped) for word in reference or ()]
    made, pure = samples_of_shares(shares, plan, seed=seed, measured=measured)
    if len(pure) < 2:
        say("note: the references do not reach pure species of nickel, so that fewer are written beside")
    finish(_written(made, pure, states, output, file_format), output, json=json)
    return FINE


def _measured(word: str, columns: dict[str, Any]) -> MeasuredSpecies:
    """Return a measured spectrum with its share, charging taken off."""
    from lmct.technique.photoemission.measured_species import species_of_file
    from lmct.technique.photoemission.simulate_samples import region_and_share

    name, rest = named_file(word, "--reference")
    file, _, shift = rest.partition(",")
    region, share = region_and_share(name)
    try:
        moved = float(shift or 0.0)
    except ValueError as error:
        raise OutOfRange(f"--reference {word}: {shift!r} is no shift. Expected eV, such as -0.3.") from error
    named = {"region": region, **columns} if columns else None
    return species_of_file(Path(file), region, share=share, shift=moved, columns=named)


def _written(
    samples: Sequence[SimulatedSample],
    pure: dict[str, SimulatedSample],
    states: Sequence[ElectrodeState],
    output: Path,
    file_format: str,
) -> Written:
    """Write samples and pure species, and return what is true of them."""
    from lmct.instrument.photoemission import write_nexus
    from lmct.technique.photoemission.simulate import write_sample

    ses = file_format == "ses"
    if output.suffix == ".nxs":
        one = write_nexus([spectrum for sample in samples for spectrum in sample.spectra.values()], output)
        files: list[tuple[Path, ...]] = [(one,) for _ in samples]
    else:
        output.mkdir(parents=True, exist_ok=True)
        files = [write_sample(sample, output, ses=ses) for sample in samples]
    folder = references_folder(output)
    folder.mkdir(parents=True, exist_ok=True)
    truth = [
        {
            "sample": sample.name,
            "files": [str(file) for file in files[place]],
            "fractions": {
                "ni_2": sample.shares.nickel_2,
                "ni_34": 1.0 - sample.shares.nickel_2,
                "oxide": 1.0 - sample.shares.oxidised_oxygen,
                "oxidized_oxygen": sample.shares.oxidised_oxygen,
            },
            **(holes_of(states[place]) if states else {}),
            "charging_shift": sample.shift,
        }
        for place, sample in enumerate(samples)
    ]
    return Written(
        files=list(dict.fromkeys(file for group in files for file in group)),
        references={name: list(write_sample(one, folder, ses=ses)) for name, one in pure.items()},
        truth=truth,
    )
