"""``lmct xas simulate -o FOLDER``: scans of samples whose species or holes are known, as of a beamline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.electrode_choice import Changes, MaterialName, ParameterSet, Position, Shells
from lmct.cli.output import FINE, AsJson
from lmct.cli.simulated_output import Written, check_output, finish, references_folder
from lmct.cli.simulated_samples import (
    Clusters,
    ElectrodeWords,
    Fractions,
    Lines,
    MetalHoles,
    Nickel,
    OfRun,
    OxygenHoles,
    Samples,
    Seed,
    check_one_way,
    fractions_from_words,
    holes_of,
    lines_from_words,
    named_file,
    nickel_of,
    states_from_words,
)
from lmct.cli.xas.choices import (
    Calibration,
    Columns,
    Density,
    FoilEnergy,
    Geometry,
    Mode,
    PostEdge,
    PreEdge,
    Range,
    pair_from_words,
    spectra_from_words,
)
from lmct.quantity.errors import OutOfRange

if TYPE_CHECKING:
    from lmct.electrode.state import ElectrodeState
    from lmct.technique.absorption.simulate import BeamSettings
    from lmct.technique.absorption.simulate_mixture import Curve
    from lmct.technique.absorption.simulate_samples import SampleEdges

NAME = "simulate"

REFERENCE_PHOTONS = 4.0
"""References are measured with so many times more photons."""


def run(
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="A new folder for XDI files, or a file .prj (Athena) or .nxs (NeXus)."
        ),
    ],
    fractions: Fractions = None,
    metal_holes: MetalHoles = "",
    oxygen_holes: OxygenHoles = "",
    of_run: OfRun = "",
    samples: Samples = 10,
    edge: Annotated[
        str, typer.Option(help="Ni K, Ni L3, Ti L3, O K; any with --fractions of files.")
    ] = "Ni K",
    reference: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SPECIES=FILE",
            help="A measured edge that is mixed; of O K by holes METAL:OXYGEN=FILE; repeatable.",
        ),
    ] = None,
    lines: Lines = None,
    clusters: Clusters = None,
    mode: Mode = "",
    calibration: Calibration = "auto",
    foil_energy: FoilEnergy = None,
    pre_edge: PreEdge = "",
    post_edge: PostEdge = "",
    column: Columns = None,
    energies: Range = "",
    photons: Annotated[float, typer.Option(min=1.0, help="Incident per point; inf for no noise.")] = 1e6,
    step: Annotated[float, typer.Option(min=1e-3, help="Edge step of the raw absorption.")] = 0.8,
    drift: Annotated[float, typer.Option(help="Of the energies, from first to last scan [eV].")] = 0.0,
    broadening: Annotated[float, typer.Option(min=0.0, help="Full width added by the beamline [eV].")] = 0.0,
    self_absorption: Annotated[
        str,
        typer.Option(metavar="FORMULA", help="Fluorescence of this thick sample instead of transmission."),
    ] = "",
    density: Density = 4.0,
    geometry: Geometry = "",
    nickel: Nickel = None,
    material: MaterialName = None,
    x: Position = None,
    settings: Changes = None,
    parameters: ParameterSet = None,
    shells: Shells = None,
    seed: Seed = 1,
    json: AsJson = False,
) -> int:
    """Simulate absorption scans of species or of an electrode; references and truth are written beside."""
    from lmct.technique.absorption.simulate import BeamSettings
    from lmct.technique.absorption.simulate_samples import EdgePlan, edges_of_fractions, edges_of_states

    check_output(output)
    words = ElectrodeWords(
        material=material, x=x, parameters=parameters, changes=settings or (), shells=shells
    )
    states = states_from_words(metal_holes, oxygen_holes, of_run, samples, words)
    check_one_way(fractions, states)
    beam = BeamSettings(
        photons=photons,
        step=step,
        drift=drift,
        background_ratio=_saturation(self_absorption, edge, density, geometry),
        seed=seed,
    )
    prepared: dict[str, Any] = {
        "mode": mode,
        "calibration": calibration,
        "foil_energy": foil_energy,
        "pre_edge": pre_edge,
        "post_edge": post_edge,
        "columns": column,
    }
    plan = EdgePlan(
        edge=edge,
        references=_curves(reference or (), prepared),
        species=lines_from_words(lines, clusters),
        limits=pair_from_words(energies, "--range") if energies else None,
        broadening=broadening,
    )
    if states:
        amount = nickel_of(nickel, words) if edge.startswith("Ni") else 0.0
        found = edges_of_states(states, amount, plan)
    else:
        found = edges_of_fractions(fractions_from_words(fractions or ()), plan)
    finish(_written(found, states, edge, beam, output), output, json=json)
    return FINE


def _saturation(formula: str, edge: str, density: float, geometry: str) -> float | None:
    """Return what saturates the fluorescence of a thick sample; None for transmission."""
    from lmct.technique.absorption.thick_sample import ThickSample

    if not formula:
        return None
    angles = pair_from_words(geometry, "--geometry") if geometry else (45.0, 45.0)
    element, _, shell = edge.partition(" ")
    return ThickSample(formula, density, *angles).background_ratio(element, shell)


def _curves(references: Sequence[str], prepared: dict[str, Any]) -> dict[str, Curve]:
    """Return the measured edges by name, calibrated and normalised."""
    named = [named_file(word, "--reference") for word in references]
    if len({name for name, _ in named}) < len(named):
        raise OutOfRange(f"{[name for name, _ in named]} names a reference twice. Expected a file for each.")
    spectra = {name: spectra_from_words([Path(file)], **prepared)[0] for name, file in named}
    return {name: (one.energy, one.absorption) for name, one in spectra.items()}


def _written(
    edges: SampleEdges, states: Sequence[ElectrodeState], edge: str, beam: BeamSettings, output: Path
) -> Written:
    """Write samples and pure species, and return what is true of them."""
    from lmct.technique.absorption.simulate_scans import energy_error, scans_of_edges, write_scans

    count = len(edges.samples)
    named = {f"sample_{place:04d}": level for place, level in enumerate(edges.samples)}
    scans = scans_of_edges(named, edge, edges.energy, beam)
    files = list(write_scans(scans, output))
    quiet = replace(beam, photons=REFERENCE_PHOTONS * beam.photons, drift=0.0)
    pure = scans_of_edges(edges.pure, edge, edges.energy, quiet, first=count)
    references = write_scans(pure, references_folder(output)) if pure else ()
    truth = [
        {
            "sample": name,
            "file": str(files[place if len(files) == count else 0]),
            "edge": edge,
            "fractions": dict(edges.fractions[place]),
            **(holes_of(states[place]) if states else {}),
            "energy_error": energy_error(beam, place, count),
        }
        for place, name in enumerate(named)
    ]
    pure_files = {name: [file] for name, file in zip(edges.pure, references, strict=True)}
    return Written(files=files, references=pure_files, truth=truth)
