"""``lmct eels simulate -o FOLDER``: core and low losses of samples whose species or holes are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.eels.references import references_from_words
from lmct.cli.electrode_choice import DEFAULT_MATERIAL, Changes, MaterialName, ParameterSet, Position, Shells
from lmct.cli.output import FINE, AsJson
from lmct.cli.simulated_output import Written, check_output, finish, references_folder
from lmct.cli.simulated_samples import (
    Clusters,
    ElectrodeWords,
    Fractions,
    Lines,
    MetalHoles,
    OfRun,
    OxygenHoles,
    Samples,
    Seed,
    check_one_way,
    fractions_from_words,
    holes_of,
    lines_from_words,
    states_from_words,
)
from lmct.quantity.errors import OutOfRange

if TYPE_CHECKING:
    from lmct.electrode.state import ElectrodeState
    from lmct.material.multiplet.species_spectrum import SpeciesSpectrum
    from lmct.technique.energy_loss.measured_loss import MeasuredLoss
    from lmct.technique.energy_loss.simulate import EnergyLossSample, Microscope
    from lmct.technique.energy_loss.simulate_state import Particle

NAME = "simulate"

NICKEL = "Ni"


def run(
    output: Annotated[Path, typer.Option("--output", "-o", help="A new folder for .msa files.")],
    fractions: Fractions = None,
    metal_holes: MetalHoles = "",
    oxygen_holes: OxygenHoles = "",
    of_run: OfRun = "",
    samples: Samples = 6,
    reference: Annotated[
        list[str] | None,
        typer.Option(metavar="SPECIES=FILE[,LOW]", help="A measured edge that is mixed, and its low loss."),
    ] = None,
    element: Annotated[str, typer.Option(help="Whose species they are.")] = "Ni",
    elements: Annotated[
        str, typer.Option(help="Elements of the references, to check their axes.")
    ] = "Ti,O,Ni",
    repair: Annotated[bool, typer.Option("--repair", help="Repair the axes of the references.")] = False,
    lines: Lines = None,
    clusters: Clusters = None,
    amounts: Annotated[
        str, typer.Option(metavar="EL=N,...", help="In a formula unit; by default those of the material.")
    ] = "",
    thickness: Annotated[float, typer.Option(min=0.0, max=5.0, help="Over the mean free path.")] = 0.4,
    background: Annotated[
        float, typer.Option(min=0.0, help="Power law at 400 eV over the continuum of one oxygen.")
    ] = 10.0,
    dispersion: Annotated[float, typer.Option(min=1e-3, max=5.0, help="Width of a channel [eV].")] = 0.25,
    channels: Annotated[int, typer.Option(min=64, max=65536, help="Number of channels.")] = 2048,
    first: Annotated[float, typer.Option(min=1.0, help="Energy of the first channel [eV].")] = 420.0,
    resolution: Annotated[float, typer.Option(min=0.0, help="Full width of the zero loss [eV].")] = 0.7,
    beam_energy: Annotated[float, typer.Option(min=1.0, help="Of the electrons [keV].")] = 200.0,
    counts: Annotated[float, typer.Option(min=1.0, help="Of the first channel of core losses.")] = 1e7,
    drift: Annotated[float, typer.Option(min=0.0, help="Standard deviation of a frame's energy [eV].")] = 0.0,
    frames: Annotated[int, typer.Option(min=1, max=10000, help="Frames that are summed.")] = 1,
    axis_offset: Annotated[float, typer.Option(help="Error of the stored core-loss axis [eV].")] = 0.0,
    axis_slope: Annotated[float, typer.Option(min=0.5, max=2.0, help="Slope of the stored axis.")] = 1.0,
    material: MaterialName = None,
    x: Position = None,
    settings: Changes = None,
    parameters: ParameterSet = None,
    shells: Shells = None,
    seed: Seed = 1,
    json: AsJson = False,
) -> int:
    """Simulate energy losses of species or of an electrode; references and truth are written beside."""
    from lmct.technique.energy_loss.simulate import Microscope
    from lmct.technique.energy_loss.simulate_samples import fractions_of_state, pure_names
    from lmct.technique.energy_loss.simulate_state import Particle, sample_of_state

    check_output(output, ())
    words = ElectrodeWords(
        material=material, x=x, parameters=parameters, changes=settings or (), shells=shells
    )
    states = states_from_words(metal_holes, oxygen_holes, of_run, samples, words)
    check_one_way(fractions, states)
    given = amounts_from_words(amounts, words, element)
    particle = Particle(
        nickel=given.get(element, 0.0),
        titanium=given.get("Ti", 0.0) if element != "Ti" else 0.0,
        oxygen=given.get("O", 0.0),
        thickness=thickness,
        background=background,
    )
    microscope = Microscope(
        dispersion=dispersion,
        channels=channels,
        resolution=resolution,
        beam_energy=1e3 * beam_energy,
        axis_slope=axis_slope,
        axis_offset=axis_offset,
        drift=drift,
        frames=frames,
    )
    table = lines_from_words(lines, clusters)
    options = {
        "elements": [one.strip() for one in elements.split(",") if one.strip()],
        "energy_scale": "repair" if repair else "refuse",
    }
    losses = _measured(reference or [], element, options)
    if states:
        if element != NICKEL:
            raise OutOfRange(f"holes are on Ni, not on {element}. Expected --fractions for its species.")
        made = [sample_of_state(one, particle, species=table, measured=losses) for one in states]
        shares = [fractions_of_state(one, particle) for one in states]
    else:
        shares = fractions_from_words(fractions or ())
        made = [_of_species(one, particle, element, table, losses) for one in shares]
    pure = {name: _of_species({name: 1.0}, particle, element, table, losses) for name in pure_names(shares)}
    recorded = Recording(microscope, first, counts, seed)
    written = Written(truth=_truth(shares, states, given, thickness, output))
    for place, sample in enumerate(made):
        written.files += recorded.write(sample, place, output, f"sample_{place:04d}")
    for place, (name, sample) in enumerate(pure.items(), start=len(made)):
        written.references[name] = recorded.write(sample, place, references_folder(output), name)
    finish(written, output, json=json)
    return FINE


@dataclass(frozen=True, slots=True)
class Recording:
    """How every sample is recorded."""

    microscope: Microscope
    first: float
    counts: float
    seed: int

    def write(self, sample: EnergyLossSample, place: int, folder: Path, name: str) -> list[Path]:
        """Write core loss and low loss of a sample, whose place makes their noise their own."""
        from lmct.instrument.energy_loss import write_msa
        from lmct.technique.energy_loss.simulate_state import spectra_of_sample

        folder.mkdir(parents=True, exist_ok=True)
        pair = spectra_of_sample(
            sample, self.microscope, counts=self.counts, seed=self.seed + place, first=self.first
        )
        files = [folder / f"{name}_{kind}.msa" for kind in ("core", "low")]
        for one, file in zip(pair, files, strict=True):
            write_msa(one, file)
        return files


def amounts_from_words(words: str, electrode: ElectrodeWords, element: str) -> dict[str, float]:
    """Return how much of each element a formula unit holds.

    Parameters
    ----------
    words
        Elements and amounts; empty for those of the material.
    electrode
        Whose material tells them.
    element
        Whose species are simulated: there must be some.

    Raises
    ------
    OutOfRange
        A word is no amount, or there is nothing of the element.
    """
    from lmct import material

    try:
        pairs = [part.split("=") for part in words.split(",") if part.strip()]
        found = {name.strip(): float(amount) for name, amount in pairs}
    except ValueError as error:
        raise OutOfRange(f"--amounts {words}: expected elements, such as Ni=0.25,Ti=0.58,O=2.") from error
    if not found:
        found = dict(material.load(electrode.material or DEFAULT_MATERIAL, electrode.x).composition)
    if not found.get(element, 0.0) > 0.0 or min(found.values()) < 0.0:
        raise OutOfRange(
            f"the sample holds {found.get(element, 0.0):g} {element}. Expected a positive amount, and none"
            f" below 0. Give for example --amounts {element}=0.25,O=2."
        )
    return found


def _measured(words: Sequence[str], element: str, options: Mapping[str, Any]) -> list[MeasuredLoss]:
    """Return the measured edges, plural scattering taken out of those with a low loss."""
    from lmct.technique.energy_loss.simulate_samples import loss_of_measurement

    cores, lows = references_from_words(words, options)
    of_sample = {one.sample: one for one in lows}
    return [
        loss_of_measurement(name, one, of_sample.get(one.sample), element=element)
        for name, one in cores.items()
    ]


def _of_species(
    shares: Mapping[str, float],
    particle: Particle,
    element: str,
    lines: Mapping[str, SpeciesSpectrum],
    measured: Sequence[MeasuredLoss],
) -> EnergyLossSample:
    from lmct.technique.energy_loss.simulate_samples import sample_of_fractions

    return sample_of_fractions(shares, particle, element=element, species=lines, measured=measured)


def _truth(
    shares: Sequence[Mapping[str, float]],
    states: Sequence[ElectrodeState],
    amounts: Mapping[str, float],
    thickness: float,
    output: Path,
) -> list[dict[str, Any]]:
    return [
        {
            "sample": f"sample_{place:04d}",
            "files": [str(output / f"sample_{place:04d}_{kind}.msa") for kind in ("core", "low")],
            "fractions": dict(one),
            **(holes_of(states[place]) if states else {}),
            "amounts": dict(amounts),
            "thickness": thickness,
        }
        for place, one in enumerate(shares)
    ]
