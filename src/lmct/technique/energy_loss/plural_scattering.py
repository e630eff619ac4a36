"""Plural scattering taken out of a core loss: Fourier-ratio deconvolution with its noise."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum
from lmct.quantity.errors import UnitMismatch
from lmct.technique.energy_loss.noise import noise_factor_from_counts, variance_of_counts
from lmct.technique.energy_loss.power_law import fit_power_law
from lmct.technique.energy_loss.zero_loss import measure_zero_loss, shifted

SAME_DISPERSION = 0.01
"""Relative difference of two dispersions that counts as none."""

TAIL = 30.0
"""Length of the end of the core loss that sets how it is continued [eV]."""


@dataclass(frozen=True, eq=False)
class SingleScattering:
    """A core loss with its plural scattering taken out.

    Parameters
    ----------
    spectrum
        Above its background; counts as if no inelastic scattering besides the edge had happened.
    variance
        Of each channel from the noise of both spectra [1]; neighbours are correlated within the resolution.
    thickness
        t/lambda of the low loss [1].
    """

    spectrum: EnergyLossSpectrum
    variance: Float[np.ndarray, "channel"]
    thickness: float


def remove_plural_scattering(
    core: EnergyLossSpectrum,
    low_loss: EnergyLossSpectrum,
    *,
    background: tuple[float, float],
    resolution: float | None = None,
) -> SingleScattering:
    r"""Divide the transform of the edge by that of the low loss, and give the result a Gaussian resolution.

    .. math:: J^1(\nu) = G(\nu)\, I_0\, J(\nu) / L(\nu)

    Parameters
    ----------
    core
        Core losses from before an edge to the end of the spectrum.
    low_loss
        From the same place, with the zero loss, on the same dispersion.
    background
        Window of the power law in front of the edge [eV].
    resolution
        Full width of the Gaussian [eV]; that of the zero loss when None.

    Returns
    -------
    :
        Edge with its noise, on the energies of ``core`` behind the background window.

    Raises
    ------
    UnitMismatch
        The dispersions differ.
    OutOfRange
        There is no zero loss, or the background window is not inside the spectrum.

    Source
    ------
    Egerton, Electron Energy-Loss Spectroscopy in the Electron Microscope (2011), section 4.3.2.
    """
    step = core.dispersion
    if abs(low_loss.dispersion / step - 1.0) > SAME_DISPERSION:
        raise UnitMismatch(
            f"the low loss has {low_loss.dispersion:.4g} eV per channel, the core loss {step:.4g}. Expected"
            " the same. Measure both with one dispersion, or rebin one."
        )
    zero = measure_zero_loss(low_loss)
    factor = noise_factor_from_counts(counts=core.counts)
    fitted = fit_power_law(energy=core.energy, counts=core.counts, window=background, noise_factor=factor)
    kept = core.energy >= background[1]
    edge = core.counts[kept] - fitted.at(core.energy[kept])
    length = 2 ** int(np.ceil(np.log2(3 * max(int(kept.sum()), len(low_loss.energy)))))
    response = np.fft.rfft(_wrapped(low_loss, zero.position.value, length))
    padded = np.concatenate([edge, _continued(core.energy[kept], edge, length - len(edge))])
    wanted = resolution or max(zero.width, 2.0 * step)
    kernel = _gaussian(length, wanted / step) * float(zero.elastic.sum()) / response
    single = np.fft.irfft(np.fft.rfft(padded) * kernel, length)
    variance = _noise(core, low_loss, kept, kernel, single, response, factor, length)
    return SingleScattering(
        spectrum=replace(core, energy=core.energy[kept], counts=single[: len(edge)]),
        variance=variance[: len(edge)],
        thickness=zero.thickness.value,
    )


def _wrapped(low_loss: EnergyLossSpectrum, position: float, length: int) -> Float[np.ndarray, "padded"]:
    """Return the low loss with its zero loss in channel 0, gain side at the end."""
    step = low_loss.dispersion
    exact = (position - float(low_loss.energy[0])) / step
    whole = round(exact)
    counts = np.zeros(length)
    counts[: len(low_loss.counts)] = shifted(low_loss.counts, whole - exact)
    return np.roll(counts, -whole)


def _gaussian(length: int, width: float) -> Float[np.ndarray, "frequency"]:
    """Return the transform of a Gaussian of a full width in channels."""
    sigma = width / (2.0 * np.sqrt(2.0 * np.log(2.0)))
    return np.asarray(np.exp(-2.0 * (np.pi * sigma * np.fft.rfftfreq(length)) ** 2))


def _continued(
    energy: Float[np.ndarray, "channel"], edge: Float[np.ndarray, "channel"], more: int
) -> Float[np.ndarray, "more"]:
    """Return the edge beyond the spectrum: the power of its end, brought to zero where the circle closes."""
    step = float(energy[1] - energy[0])
    end = energy > energy[-1] - TAIL
    level = float(edge[end].mean())
    beyond = energy[-1] + step * np.arange(1, more + 1)
    fade = 0.5 * (1.0 + np.cos(np.pi * np.arange(1, more + 1) / more))
    return np.asarray(level * (beyond / float(energy[end].mean())) ** -3.0 * fade)


def _noise(
    core: EnergyLossSpectrum,
    low_loss: EnergyLossSpectrum,
    kept: np.ndarray,
    kernel: np.ndarray,
    single: Float[np.ndarray, "padded"],
    response: np.ndarray,
    factor: float,
    length: int,
) -> Float[np.ndarray, "padded"]:
    """Return the variance of each channel: both spectra enter linearly, so squares of kernels carry it."""
    of_core = np.zeros(length)
    of_core[: int(kept.sum())] = variance_of_counts(core.counts, factor)[kept]
    from_core = _convolved(of_core, np.fft.irfft(kernel, length) ** 2)
    low_factor = noise_factor_from_counts(counts=low_loss.counts)
    noisy = replace(low_loss, counts=variance_of_counts(low_loss.counts, low_factor))
    of_low = _wrapped(noisy, measure_zero_loss(low_loss).position.value, length)
    from_low = _convolved(
        of_low, np.fft.irfft(np.fft.rfft(single) / response * _gaussian(length, 2.0), length) ** 2
    )
    return np.asarray(np.clip(from_core, 0.0, None) + np.clip(from_low, 0.0, None))


def _convolved(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.asarray(np.fft.irfft(np.fft.rfft(one) * np.fft.rfft(other), len(one)))
