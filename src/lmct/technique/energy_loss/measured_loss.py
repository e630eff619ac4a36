"""Measured energy-loss edges of pure species, from which spectra of mixtures are simulated."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum
from lmct.material.multiplet.species_spectrum import SpeciesSpectrum
from lmct.quantity.errors import OutOfRange
from lmct.technique.energy_loss.line_table import LinePair
from lmct.technique.energy_loss.prepare_edge import BEHIND, LINES, prepare_edge
from lmct.technique.energy_loss.simulate_edges import EdgeModel

SHARES = (2 / 3, 1 / 3)
"""Of the continuum behind the first and the second line [1]."""


@dataclass(frozen=True, eq=False)
class MeasuredLoss:
    """An edge as measured: what stands above its continuum, per atom.

    Parameters
    ----------
    name
        Of the species.
    lines
        Above the continuum, of area 1 [1/eV].
    area
        Of the lines in units of the continuum at its onset [eV].
    steps
        Onset [eV] and share of each step of the continuum [1].
    """

    name: str
    lines: SpeciesSpectrum
    area: float
    steps: tuple[tuple[float, float], ...]

    def in_place_of(self, edge: EdgeModel) -> EdgeModel:
        """Return an edge with its height and decay, and the shape that was measured.

        Parameters
        ----------
        edge
            Whose place it takes.
        """
        return replace(edge, lines=(), steps=self.steps, table=self.lines, table_area=self.area)


def loss_from_spectrum(
    name: str,
    spectrum: EnergyLossSpectrum,
    line: LinePair,
    *,
    kernel: Float[np.ndarray, "channel"] | None = None,
    decay: float,
) -> MeasuredLoss:
    """Return the edge of a pure species from its spectrum; noise and resolution stay in it.

    Parameters
    ----------
    name
        Of the species.
    spectrum
        On an axis that was checked.
    line
        Which edge.
    kernel
        Plural scattering of the same place, which is taken out; None leaves it in.
    decay
        Power of the energy with which the continuum falls [1].

    Returns
    -------
    :
        The edge from in front of its lines to behind them; the model continuum further on.

    Raises
    ------
    OutOfRange
        The spectrum does not cover the edge, or no lines stand above the continuum.
    """
    first, last = line.first - LINES[0], line.second + BEHIND[1]
    if spectrum.energy[0] > first or spectrum.energy[-1] < last:
        raise OutOfRange(
            f"the reference {name} runs from {spectrum.energy[0]:.1f} to {spectrum.energy[-1]:.1f} eV."
            f" Expected one that covers {first:.1f} to {last:.1f} eV, the {line.element} edge with what is"
            " behind it. Name another file."
        )
    edge = prepare_edge(spectrum, line, kernel=kernel)
    steps = ((line.first, SHARES[0]), (line.second, SHARES[1]))
    continuum = _continuum(edge.energy, steps, decay)
    behind = (edge.energy >= line.second + BEHIND[0]) & (edge.energy <= last)
    above = edge.counts * continuum[behind].mean() - continuum
    kept = (edge.energy >= first) & (edge.energy <= line.second + LINES[1])
    energy, above = edge.energy[kept], above[kept]
    area = float(np.trapezoid(above, energy))
    if not area > 0.0:
        raise OutOfRange(
            f"the reference {name} has no {line.element} lines above its continuum (area {area:.3g} eV)."
            " Expected white lines. Check the element and the energy axis."
        )
    return MeasuredLoss(name, SpeciesSpectrum(name, energy, above / area, spectrum.source_file), area, steps)


def _continuum(
    energy: Float[np.ndarray, "channel"], steps: tuple[tuple[float, float], ...], decay: float
) -> Float[np.ndarray, "channel"]:
    """Return the continuum behind both lines, as the simulation makes it [1]."""
    from lmct.technique.energy_loss.simulate_edges import edge_intensity

    return edge_intensity(EdgeModel("", (), steps, decay=decay), energy)
