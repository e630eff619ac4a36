"""An edge made ready for a fit of references: background off, normalised behind its lines."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum
from lmct.quantity.errors import OutOfRange
from lmct.technique.energy_loss.inelastic import inverse_kernel, spread_by
from lmct.technique.energy_loss.line_table import LinePair
from lmct.technique.energy_loss.no_background import background_is_off, scatter_variance
from lmct.technique.energy_loss.noise import noise_factor_from_counts, variance_of_counts
from lmct.technique.energy_loss.power_law import fit_power_law
from lmct.technique.energy_loss.prepared_edge import PreparedEdge

BACKGROUND, GAP, BEHIND = 40.0, 8.0, (10.0, 25.0)
"""Width of the background window, distance to the first line; normalisation behind the second [eV]."""

LINES = (5.0, 8.0)
"""The white lines reach this far in front of the first and behind the second [eV]."""

SCATTERED = 0.02
"""Share of single inelastic losses of an oxide in each eV around its plasmon [1/eV]."""

ASSUMED_THICKNESS = 0.5
"""Over the mean free path, where it is not measured [1]."""

UNCERTAIN = 0.1
"""Part of the plural scattering that stays uncertain when a low loss takes it out [1]."""

SIGNIFICANT = 5.0


def prepare_edge(
    spectrum: EnergyLossSpectrum,
    line: LinePair,
    *,
    kernel: Float[np.ndarray, "channel"] | None = None,
    thickness: float = ASSUMED_THICKNESS,
    noise_factor: float | None = None,
) -> PreparedEdge:
    """Return an edge above its background, divided by its mean height behind the white lines.

    Behind the lines the height counts atoms, whatever their valence: combinations of such edges add up to 1.
    An edge whose background is off already is taken as it is; what that cost in errors is not known here.

    Parameters
    ----------
    spectrum
        On an axis that was checked.
    line
        Which edge.
    kernel
        Plural scattering of the same place, from :func:`inelastic_kernel`, which is taken out; when None,
        white lines scatter into the normalisation window, which is counted as an error.
    thickness
        Over the mean free path [1], for that error; a tenth of that of the kernel
        when one is given.
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
            f" there, it ends at {energy[-1]:.1f} eV. Measure a wider range."
        )
    end = line.first - GAP
    seen = (energy >= end - BACKGROUND) & (energy <= high)
    raw, noise, errors = _above_background(spectrum, (end - BACKGROUND, end), seen, noise_factor)
    energy = energy[seen]
    single = np.eye(1, len(energy))[0] if kernel is None else inverse_kernel(kernel[: len(energy)])
    net, variance = spread_by(single, raw), np.clip(spread_by(single**2, noise), 0.0, None)
    changes = spread_by(single, errors)
    behind = (energy >= low) & (energy <= high)
    share = behind / behind.sum()
    norm = float(share @ net)
    of_counts = spread_by(single, share[::-1])[::-1]
    own = float(np.sqrt(of_counts**2 @ noise))
    spread = float(np.hypot(own, np.linalg.norm(changes @ share)))
    if not norm > SIGNIFICANT * spread:
        raise OutOfRange(
            f"the {line.element} edge is {norm:.3g} ± {spread:.2g} counts high behind its lines. Expected"
            f" more than {SIGNIFICANT:g} standard deviations. Sum more pixels or measure longer."
        )
    lines = (energy >= line.first - LINES[0]) & (energy <= line.second + LINES[1])
    area = float(net[lines].sum()) * spectrum.dispersion / norm
    kept = energy >= end
    return PreparedEdge(
        energy=energy[kept],
        counts=net[kept] / norm,
        variance=variance[kept] / norm**2,
        norm_uncertainty=own / norm,
        norm_excess=_scattered(kernel, thickness) * SCATTERED * area,
        background_modes=tuple(((net - mode) / (norm - share @ mode) - net / norm)[kept] for mode in changes),
    )


def _above_background(
    spectrum: EnergyLossSpectrum, window: tuple[float, float], seen: np.ndarray, noise_factor: float | None
) -> tuple[Float[np.ndarray, "channel"], Float[np.ndarray, "channel"], Float[np.ndarray, "error channel"]]:
    """Return counts above the background, their variance, and what each error of the background does."""
    energy, counts = spectrum.energy, spectrum.counts
    if background_is_off(counts=counts[(energy >= window[0]) & (energy <= window[1])]):
        scatter = scatter_variance(counts=counts[seen])
        return counts[seen], np.full(int(seen.sum()), scatter), np.zeros((1, int(seen.sum())))
    factor = noise_factor or noise_factor_from_counts(counts=counts)
    fitted = fit_power_law(energy=energy, counts=counts, window=window, noise_factor=factor)
    errors = (fitted.jacobian(energy[seen]) @ np.linalg.cholesky(fitted.covariance)).T
    return (counts - fitted.at(energy))[seen], variance_of_counts(counts, factor)[seen], errors


def _scattered(kernel: Float[np.ndarray, "channel"] | None, thickness: float) -> float:
    """Return the thickness whose scattering is an error of the normalisation [1]."""
    return thickness if kernel is None else UNCERTAIN * float(np.log(kernel.sum()))
