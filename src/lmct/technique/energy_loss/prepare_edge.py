"""An edge made ready for a fit of references: background off, normalised behind its lines."""

from __future__ import annotations

import numpy as np

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum
from lmct.quantity.errors import OutOfRange
from lmct.technique.energy_loss.line_table import LinePair
from lmct.technique.energy_loss.noise import noise_factor_from_counts, variance_of_counts
from lmct.technique.energy_loss.power_law import fit_power_law
from lmct.technique.energy_loss.reference_fit import PreparedEdge

BACKGROUND, GAP, BEHIND = 40.0, 8.0, (10.0, 25.0)
"""Width of the background window, distance to the first line; normalisation behind the second [eV]."""

LINES = (5.0, 8.0)
"""The white lines reach this far in front of the first and behind the second [eV]."""

SCATTERED = 0.02
"""Share of single inelastic losses of an oxide in each eV around its plasmon [1/eV]."""

ASSUMED_THICKNESS = 0.5
"""Over the mean free path, where it is not measured [1]."""

SIGNIFICANT = 5.0


def prepare_edge(
    spectrum: EnergyLossSpectrum,
    line: LinePair,
    *,
    thickness: float = ASSUMED_THICKNESS,
    noise_factor: float | None = None,
) -> PreparedEdge:
    """Return an edge above its background, divided by its mean height behind the white lines.

    Behind the lines the height counts atoms, whatever their valence: combinations of such edges add up to 1.

    Parameters
    ----------
    spectrum
        On an axis that was checked.
    line
        Which edge.
    thickness
        Over the mean free path [1]: white lines scatter into the normalisation window by it, which
        is not corrected but counted as an error; 0 when plural scattering was removed.
    noise_factor
        Variance of a count over its mean; from the spectrum when None [1].

    Returns
    -------
    :
        From in front of the first line to the end of the normalisation window.

    Raises
    ------
    OutOfRange
        A window is not inside the spectrum, or the edge is not above noise.
    """
    energy = spectrum.energy
    low, high = line.second + BEHIND[0], line.second + BEHIND[1]
    if high > energy[-1]:
        raise OutOfRange(
            f"the {line.element} edge is normalised up to {high:.1f} eV. Expected a spectrum up to"
            f" there, it ends"
            f" at {energy[-1]:.1f} eV. Measure a wider range."
        )
    factor = noise_factor or noise_factor_from_counts(counts=spectrum.counts)
    end = line.first - GAP
    fitted = fit_power_law(
        energy=energy, counts=spectrum.counts, window=(end - BACKGROUND, end), noise_factor=factor
    )
    net = spectrum.counts - fitted.at(energy)
    variance = variance_of_counts(spectrum.counts, factor)
    behind = (energy >= low) & (energy <= high)
    share = behind / behind.sum()
    norm = float(share @ net)
    reach = share @ fitted.jacobian(energy)
    spread = float(np.sqrt(share**2 @ variance + reach @ fitted.covariance @ reach))
    if not norm > SIGNIFICANT * spread:
        raise OutOfRange(
            f"the {line.element} edge is {norm:.3g} ± {spread:.2g} counts high behind its lines."
            f" Expected more than"
            f" {SIGNIFICANT:g} standard deviations. Sum more pixels or measure longer."
        )
    lines = (energy >= line.first - LINES[0]) & (energy <= line.second + LINES[1])
    area = float(net[lines].sum()) * spectrum.dispersion / norm
    own = float(np.sqrt(share**2 @ variance))
    modes = fitted.jacobian(energy) @ np.linalg.cholesky(fitted.covariance)
    kept = (energy >= end) & (energy <= high)
    return PreparedEdge(
        energy=energy[kept],
        counts=net[kept] / norm,
        variance=variance[kept] / norm**2,
        norm_uncertainty=own / norm,
        norm_excess=thickness * SCATTERED * area,
        background_modes=tuple(((net - mode) / (norm - share @ mode) - net / norm)[kept] for mode in modes.T),
    )
