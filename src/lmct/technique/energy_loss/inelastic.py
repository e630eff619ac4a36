"""What a low loss says of plural scattering: the spread that an edge gets besides its resolution."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum
from lmct.quantity.errors import OutOfRange
from lmct.technique.energy_loss.zero_loss import measure_zero_loss

REACH = 60.0
"""The low loss must reach this far behind the zero loss, behind the plasmons of an oxide [eV]."""

ASSUMED_LOSS, ASSUMED_SPREAD = 23.0, 0.4
"""Of one inelastic event in an oxide, where no low loss tells: energy [eV] and relative spread [1]."""


def inelastic_kernel(
    low_loss: EnergyLossSpectrum, *, dispersion: float, channels: int
) -> Float[np.ndarray, "channel"]:
    """Return inelastic over elastic counts by loss in channels, 1 in channel 0 for no loss.

    An edge measured with a thickness is the edge without plural scattering, at the same resolution, folded
    with this. The elastic peak is taken as a single channel, so that taking the spread out again neither
    sharpens the edge nor raises its noise.

    Parameters
    ----------
    low_loss
        With the zero loss, from the same place; its dispersion may be another one.
    dispersion
        Of the core loss [eV].
    channels
        Length of the result.

    Raises
    ------
    OutOfRange
        There is no zero loss, or the spectrum ends too early.
    """
    zero = measure_zero_loss(low_loss)
    loss = low_loss.energy - zero.position.value
    if loss[-1] < REACH:
        raise OutOfRange(
            f"the low loss ends {loss[-1]:.1f} eV behind its zero loss. Expected at least {REACH:g} eV,"
            " so that plural scattering is known. Measure a longer low loss."
        )
    inelastic = np.where(loss > 0.0, low_loss.counts - zero.elastic, 0.0) / float(zero.elastic.sum())
    wide = dispersion / low_loss.dispersion
    kernel = wide * np.interp(dispersion * np.arange(channels), loss, inelastic, right=0.0)
    kernel[0] = 1.0
    return np.asarray(kernel)


def assumed_kernel(thickness: float, *, dispersion: float, channels: int) -> Float[np.ndarray, "channel"]:
    """Return the kernel of an oxide of some thickness, for spectra without a low loss.

    Parameters
    ----------
    thickness
        Over the mean free path [1].
    dispersion
        Of the core loss [eV].
    channels
        Length of the result.

    Returns
    -------
    :
        Poisson events, each with a loss around 23 eV spread by 40 %: an assumption about all oxides.

    Examples
    --------
    >>> kernel = assumed_kernel(0.5, dispersion=0.5, channels=1000)
    >>> round(float(kernel.sum()), 2) == round(float(np.exp(0.5)), 2)
    True
    """
    loss = dispersion * np.arange(2 * channels)
    single = np.zeros(2 * channels)
    single[1:channels] = np.exp(-0.5 * (np.log(loss[1:channels] / ASSUMED_LOSS) / ASSUMED_SPREAD) ** 2)
    single /= single.sum()
    return np.asarray(np.fft.irfft(np.exp(thickness * np.fft.rfft(single)), 2 * channels)[:channels])


def spread_by(
    kernel: Float[np.ndarray, "channel"], rows: Float[np.ndarray, "... channel"]
) -> Float[np.ndarray, "... channel"]:
    """Return rows folded with a kernel of losses: no channel gets anything from one behind it.

    Parameters
    ----------
    kernel
        Share by loss in channels.
    rows
        Along the last axis; nothing is in front of the first channel.

    Examples
    --------
    >>> spread_by(np.array([1.0, 0.5, 0.0]), np.array([0.0, 2.0, 0.0])).round(6)
    array([0., 2., 1.])
    """
    length = rows.shape[-1]
    folded = np.fft.irfft(
        np.fft.rfft(rows, 2 * length) * np.fft.rfft(kernel[:length], 2 * length), 2 * length
    )
    return np.asarray(folded[..., :length])


def inverse_kernel(kernel: Float[np.ndarray, "channel"]) -> Float[np.ndarray, "channel"]:
    """Return the kernel that undoes another one exactly, channel by channel from the first.

    Parameters
    ----------
    kernel
        Beginning with a number that is not 0.

    Examples
    --------
    >>> inverse_kernel(np.array([1.0, 0.5, 0.0]))
    array([ 1.  , -0.5 ,  0.25])
    """
    from scipy.linalg import solve_toeplitz

    first = np.zeros(len(kernel))
    first[0] = kernel[0]
    start = np.zeros(len(kernel))
    start[0] = 1.0
    return np.asarray(solve_toeplitz((kernel, first), start))
