"""Spectra of measurements of a study: on a checked axis, with the low loss of the same sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from lmct.instrument.energy_loss.spectrum import Acquisition, EnergyLossSpectrum
from lmct.quantity.errors import OutOfRange
from lmct.technique.contract import Measurement
from lmct.technique.energy_loss.inelastic import inelastic_kernel

CORE_LOSS, LOW_LOSS = "core loss", "low loss"
"""Kinds of measurement."""

USABLE = ("good", "repair")
"""Axes on which anything is fitted."""

ACQUISITION = ("beam_energy", "convergence_angle", "collection_angle")
"""What a data set keeps of how a spectrum was taken."""


def spectrum_of(measurement: Measurement) -> EnergyLossSpectrum:
    """Return the spectrum of a measurement.

    Parameters
    ----------
    measurement
        Core losses.

    Raises
    ------
    OutOfRange
        Its energy axis was not found good.
    """
    verdict = measurement.dataset.attrs.get("energy_axis")
    if verdict not in USABLE:
        raise OutOfRange(
            f"{measurement.name} has a {verdict} energy axis. Expected one that was found good or was"
            ' repaired. Set energy_scale = "repair" for it, or calibrate it.'
        )
    return stored_spectrum(measurement)


def kernel_of(
    measurement: Measurement, measurements: Sequence[Measurement]
) -> Float[np.ndarray, "channel"] | None:
    """Return the plural scattering at the place of a measurement, None when no low loss is there.

    Parameters
    ----------
    measurement
        Core losses.
    measurements
        All of the technique; low losses belong to the core losses of the same sample.

    Raises
    ------
    OutOfRange
        There are two low losses of the sample.
    """
    found = [
        one
        for one in measurements
        if one.sample == measurement.sample and one.dataset.attrs.get("kind") == LOW_LOSS
    ]
    if len(found) > 1:
        raise OutOfRange(
            f"{', '.join(one.name for one in found)} are low losses of the sample {measurement.sample}."
            " Expected one, from the place of the core loss. Name other samples, or leave out one."
        )
    if not found:
        return None
    core = stored_spectrum(measurement)
    return inelastic_kernel(stored_spectrum(found[0]), dispersion=core.dispersion, channels=len(core.energy))


def stored_spectrum(measurement: Measurement) -> EnergyLossSpectrum:
    """Return the spectrum of a measurement as it is kept, whatever its axis.

    Parameters
    ----------
    measurement
        Of this technique.
    """
    data = measurement.dataset
    beam, convergence, collection = (
        float(data.attrs[name]) if name in data.attrs else None for name in ACQUISITION
    )
    return EnergyLossSpectrum(
        energy=np.asarray(data["energy_loss"].values, dtype=float),
        counts=np.asarray(data["counts"].values, dtype=float),
        acquisition=Acquisition(beam_energy=beam, convergence_angle=convergence, collection_angle=collection),
        source_file=measurement.source_file,
    )
