"""Words of the command line that say which samples have their spectra simulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.electrode_choice import DEFAULT_MATERIAL, chosen_electrode, steps_from_words
from lmct.cli.output import check_target
from lmct.quantity.errors import DataError, OutOfRange

if TYPE_CHECKING:
    from lmct.electrode.state import ElectrodeState
    from lmct.material.multiplet.species_spectrum import SpeciesSpectrum

Fractions = Annotated[
    list[str] | None,
    typer.Option(metavar="SPECIES=SHARE,...", help="Shares of one sample; repeat it for a series."),
]
MetalHoles = Annotated[
    str, typer.Option(metavar="N[,N...]", help="Instead: electrons taken from the metal [1/f.u.].")
]
OxygenHoles = Annotated[
    str, typer.Option(metavar="P[,P...]", help="Holes on oxygen beside them [1/f.u.]; one for each sample.")
]
OfRun = Annotated[
    str,
    typer.Option("--run", metavar="STEPS_OR_PROTOCOL", help="Instead: the electrode while a protocol runs."),
]
Samples = Annotated[int, typer.Option(min=1, max=2000, help="Of a run, evenly from its start to its end.")]
Nickel = Annotated[
    float | None, typer.Option(help="In a formula unit; by default that of the material [1/f.u.].")
]
Lines = Annotated[
    list[str] | None,
    typer.Option(metavar="SPECIES=FILE", help="Lines above the continuum, a text table; repeatable."),
]
Clusters = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Lines of Ni and Ti from multiplets, which are kept in this folder."),
]
Seed = Annotated[int, typer.Option(min=0, help="Of noise and drift.")]


@dataclass(frozen=True, kw_only=True)
class ElectrodeWords:
    """What a run is made with, as in :mod:`lmct.cli.electrode_choice`."""

    material: str | None = None
    x: float | None = None
    parameters: str | None = None
    changes: Sequence[str] = ()
    shells: int | None = None


def fractions_from_words(words: Sequence[str]) -> list[dict[str, float]]:
    """Return the shares of every sample.

    Parameters
    ----------
    words
        A word for each sample.

    Raises
    ------
    OutOfRange
        A word holds no shares.

    Examples
    --------
    >>> fractions_from_words(["ni_2=0.6,ni_4=0.4"])
    [{'ni_2': 0.6, 'ni_4': 0.4}]
    """
    found = []
    for word in words:
        try:
            pairs = [part.split("=") for part in word.split(",")]
            found.append({name.strip(): float(share) for name, share in pairs})
        except ValueError as error:
            raise OutOfRange(
                f"--fractions {word}: expected species and their shares, such as ni_2=0.6,ni_4=0.4."
            ) from error
    return found


def states_from_words(
    metal_holes: str, oxygen_holes: str, run: str, samples: int, electrode: ElectrodeWords
) -> list[ElectrodeState]:
    """Return the states of the samples, by holes or along a run; none when neither is given.

    Parameters
    ----------
    metal_holes, oxygen_holes, run, samples
        As the options of this module say.
    electrode
        Of the run.

    Raises
    ------
    DataError
        Both are given, their numbers do not fit, or the run is impossible.
    """
    from lmct.electrode.state import ElectrodeState

    if run:
        if metal_holes or oxygen_holes:
            raise DataError("--run and holes are given. Expected one of them. Leave out the other.")
        return _states_of_run(run, samples, electrode)
    metal, oxygen = _numbers(metal_holes, "--metal-holes"), _numbers(oxygen_holes, "--oxygen-holes")
    count = max(len(metal), len(oxygen))
    if not {len(metal), len(oxygen)} <= {0, 1, count}:
        raise OutOfRange(
            f"--metal-holes has {len(metal)} numbers, --oxygen-holes {len(oxygen)}. Expected as many, or one"
            " for all samples."
        )
    pairs = zip(_repeated(metal, count), _repeated(oxygen, count), strict=True)
    return [ElectrodeState(metal_holes=n, oxygen_holes=p, voltage=0.0) for n, p in pairs]


def check_one_way(fractions: Sequence[str] | None, states: Sequence[ElectrodeState]) -> None:
    """Refuse samples that are told twice or not at all.

    Parameters
    ----------
    fractions
        The option.
    states
        What the other options gave.

    Raises
    ------
    DataError
        Both or neither tell of samples.
    """
    if bool(fractions) == bool(states):
        told = "are told twice" if states else "are not told"
        raise DataError(
            f"the samples {told}. Expected either --fractions, or --metal-holes and --oxygen-holes, or --run."
        )


def nickel_of(nickel: float | None, electrode: ElectrodeWords) -> float:
    """Return the amount of nickel in a formula unit [1/f.u.].

    Parameters
    ----------
    nickel
        What the user gave.
    electrode
        Whose material tells it otherwise.

    Raises
    ------
    OutOfRange
        There is none.
    """
    from lmct import material

    if nickel is None:
        loaded = material.load(electrode.material or DEFAULT_MATERIAL, electrode.x)
        nickel = float(loaded.composition.get("Ni", 0.0))
    if not nickel > 0.0:
        raise OutOfRange(f"the sample holds {nickel:g} nickel. Expected a positive amount. Give --nickel.")
    return nickel


def lines_from_words(words: Sequence[str] | None, clusters: Path | None) -> dict[str, SpeciesSpectrum]:
    """Return lines by species: those of multiplets, and in their place those of files.

    Parameters
    ----------
    words
        Species and file.
    clusters
        Where multiplets are kept; None for none.
    """
    from lmct.material.multiplet.species_spectrum import species_from_clusters, species_from_file

    if clusters is not None:
        check_target(clusters)
    found = {} if clusters is None else species_from_clusters(folder=clusters)
    named = [named_file(word, "--lines") for word in words or ()]
    return found | {name: species_from_file(name, Path(file)) for name, file in named}


def named_file(word: str, option: str) -> tuple[str, str]:
    """Return a name and a file out of a word.

    Parameters
    ----------
    word
        ``NAME=FILE``.
    option
        Name of the option, for the message.

    Raises
    ------
    OutOfRange
        It is something else.

    Examples
    --------
    >>> named_file("ni_2=nio.xdi", "--reference")
    ('ni_2', 'nio.xdi')
    """
    name, equal, file = word.partition("=")
    if not equal or not name.strip() or not file:
        raise OutOfRange(f"{option} {word}: expected a name and its file, such as ni_2=nio.xdi.")
    return name.strip(), file


def holes_of(state: ElectrodeState) -> dict[str, float]:
    """Return the holes of a state, those on oxygen that cannot be recovered included [1/f.u.]."""
    return {"metal_holes": state.metal_holes, "oxygen_holes": state.oxygen_holes + state.dark_holes}


def _states_of_run(run: str, samples: int, words: ElectrodeWords) -> list[ElectrodeState]:
    import numpy as np

    from lmct.electrode.state import ElectrodeState
    from lmct.protocol.simulation import run_protocol
    from lmct.technique.diffraction.simulation.run import states_of_run

    given: Mapping[str, Any] = asdict(words)
    history = run_protocol(chosen_electrode(**given), steps_from_words(run))
    duration = sum(segment.duration for segment in history.segments)
    rows = states_of_run(history, np.linspace(0.0, duration, samples))
    return [ElectrodeState.from_array(row) for row in rows]


def _numbers(words: str, option: str) -> list[float]:
    try:
        found = [float(part) for part in words.split(",")] if words.strip() else []
    except ValueError:
        found = [float("nan")]
    if not all(0.0 <= number < float("inf") for number in found):
        raise OutOfRange(f"{option} {words}: expected numbers from 0 up with commas, such as 0,0.1.")
    return found


def _repeated(numbers: list[float], count: int) -> list[float]:
    return numbers if len(numbers) == count else (numbers or [0.0]) * count
