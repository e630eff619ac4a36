"""Energy losses of samples with known shares of species, and of the pure species among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lmct.electrode.state import ElectrodeState
from lmct.material.multiplet.species_spectrum import SpeciesSpectrum
from lmct.material.multiplet.valence import SPECIES, nickel_valences
from lmct.quantity.errors import DataError
from lmct.technique.contract import Measurement
from lmct.technique.energy_loss.inelastic import inelastic_kernel
from lmct.technique.energy_loss.line_table import LINE_PAIRS, LinePair, line_pairs
from lmct.technique.energy_loss.measured_loss import MeasuredLoss, loss_from_spectrum
from lmct.technique.energy_loss.measured_spectrum import CORE_LOSS, LOW_LOSS, spectrum_of, stored_spectrum
from lmct.technique.energy_loss.simulate import EnergyLossSample
from lmct.technique.energy_loss.simulate_edges import EDGES, EdgeModel, edge_model
from lmct.technique.energy_loss.simulate_state import HEIGHTS, Particle, placed_edge
from lmct.technique.species_fraction import checked_fractions

NICKEL = "Ni"


def sample_of_fractions(
    fractions: Mapping[str, float],
    particle: Particle,
    *,
    element: str = NICKEL,
    species: Mapping[str, SpeciesSpectrum] | None = None,
    measured: Sequence[MeasuredLoss] = (),
) -> EnergyLossSample:
    """Return what a beam meets: species of one element by their shares, oxygen and Ti4+ by their amounts.

    Parameters
    ----------
    fractions
        Share of each species, adding up to 1 [1].
    particle
        Amounts and thickness; ``nickel`` is the amount of the element.
    element
        Whose species they are; other elements than nickel must be measured.
    species
        Lines by name.
    measured
        Edges as measured, of which all species must be one when there are any.

    Raises
    ------
    UnknownName
        There is no such species or element.
    OutOfRange
        The shares do not add up to 1.

    Examples
    --------
    >>> sample = sample_of_fractions({"ni_2": 0.6, "ni_3": 0.4}, Particle(nickel=0.5))
    >>> {edge.name: weight for edge, weight in sample.edges.items()}
    {'ni_2': 0.3, 'ni_3': 0.2, 'ti_4': 0.58, 'oxide': 2.0}
    """
    (line,) = line_pairs([element])
    models = SPECIES if element == NICKEL else ()
    checked_fractions(fractions, tuple(one.name for one in measured) or models, f"species of {element}")
    edges = {
        _edge_of_species(name, line, species, measured): particle.nickel * share
        for name, share in fractions.items()
    }
    edges |= {placed_edge(EDGES["ti_4"], species=species): particle.titanium}
    edges |= {placed_edge(EDGES["oxide"], species=species): particle.oxygen}
    kept = {edge: weight for edge, weight in edges.items() if weight > 0.0}
    return EnergyLossSample(kept, thickness=particle.thickness, background=particle.background)


def fractions_of_state(state: ElectrodeState, particle: Particle) -> dict[str, float]:
    """Return the shares of nickel species of an electrode in a state, those that are there [1].

    Parameters
    ----------
    state
        The electrode.
    particle
        With the amount of nickel.

    Raises
    ------
    OutOfRange
        There are more than two holes per nickel.
    """
    shares = nickel_valences(metal_holes=state.metal_holes, nickel=particle.nickel)
    return {name: share for name, share in shares.items() if share > 0.0}


def loss_of_measurement(
    name: str, core: Measurement, low: Measurement | None = None, *, element: str = NICKEL
) -> MeasuredLoss:
    """Return the edge of a pure species from a measurement, plural scattering taken out by its low loss.

    Parameters
    ----------
    name
        Of the species.
    core
        Core losses on an axis that was found good or was repaired.
    low
        Low loss of the same place; None leaves the plural scattering in the edge.
    element
        Which edge.

    Raises
    ------
    DataError
        The first holds no core losses or has a wrong axis, the second is no low loss, or there is no edge.
    """
    (line,) = line_pairs([element])
    for one, kind in ((core, CORE_LOSS), (low, LOW_LOSS)):
        if one is not None and one.dataset.attrs["kind"] != kind:
            raise DataError(
                f"{one.name} is no {kind}. Expected one. Give the core loss first, then its low loss."
            )
    spectrum = spectrum_of(core)
    kernel = None
    if low is not None:
        kernel = inelastic_kernel(
            stored_spectrum(low), dispersion=spectrum.dispersion, channels=len(spectrum.energy)
        )
    return loss_from_spectrum(name, spectrum, line, kernel=kernel, decay=height_and_decay(line)[1])


def height_and_decay(line: LinePair) -> tuple[float, float]:
    """Return the continuum of one atom over that of oxygen, and its decay [1].

    Between nickel and titanium in the logarithm of the energy, an assumption; beyond them as theirs.

    Parameters
    ----------
    line
        Which edge.

    Examples
    --------
    >>> height_and_decay(LINE_PAIRS["Ni"])
    (1.13, 3.8)
    """
    places = np.log([LINE_PAIRS["Ti"].first, LINE_PAIRS["Ni"].first])
    (low, slow), (high, fast) = HEIGHTS["ti"], HEIGHTS["ni"]
    height = np.exp(np.interp(np.log(line.first), places, np.log([low, high])))
    return round(float(height), 6), round(float(np.interp(np.log(line.first), places, [slow, fast])), 6)


def _edge_of_species(
    name: str,
    line: LinePair,
    species: Mapping[str, SpeciesSpectrum] | None,
    measured: Sequence[MeasuredLoss],
) -> EdgeModel:
    found = [one for one in measured if one.name == name]
    if not found:
        return placed_edge(edge_model(name), species=species)
    height, decay = height_and_decay(line)
    return found[0].in_place_of(EdgeModel(name, (), (), height=height, decay=decay))


def pure_names(fractions: Sequence[Mapping[str, float]]) -> tuple[str, ...]:
    """Return the species of several samples, each once.

    Parameters
    ----------
    fractions
        Shares by sample.

    Examples
    --------
    >>> pure_names([{"ni_2": 1.0}, {"ni_2": 0.5, "ni_3": 0.5}])
    ('ni_2', 'ni_3')
    """
    return tuple(dict.fromkeys(name for one in fractions for name in one))
