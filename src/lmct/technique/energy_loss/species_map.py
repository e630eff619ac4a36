"""Shares of references at every place of an image, by weights of its channels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from lmct.instrument.energy_loss.spectrum import SpectrumImage
from lmct.quantity.errors import OutOfRange
from lmct.technique.energy_loss.inelastic import spread_by
from lmct.technique.energy_loss.line_table import LinePair
from lmct.technique.energy_loss.maps import Weights, least_squares_weights
from lmct.technique.energy_loss.power_law import fit_power_law
from lmct.technique.energy_loss.prepare_edge import BACKGROUND, BEHIND, GAP
from lmct.technique.energy_loss.prepared_edge import PreparedEdge


def weights_of_references(
    image: SpectrumImage,
    line: LinePair,
    references: Mapping[str, PreparedEdge],
    *,
    shift: float = 0.0,
    kernel: Float[np.ndarray, "channel"] | None = None,
) -> Weights:
    """Return the weights that give the atoms of each species at a place.

    Counts are a power law, which may tilt from place to place, and references at the shift of the sum.

    Parameters
    ----------
    image
        On an axis that was checked.
    line
        Which edge.
    references
        By species, without plural scattering when there is a kernel.
    shift
        Of the image against the references, from a fit of its sum [eV].
    kernel
        Plural scattering of the image, with which references are folded; None for none.

    Returns
    -------
    :
        Amounts by the names of the species.

    Raises
    ------
    OutOfRange
        A reference does not cover the edge.
    """
    total = image.summed()
    end = line.first - GAP
    low, high = end - BACKGROUND, line.second + BEHIND[1]
    for name, one in references.items():
        high = min(high, float(one.energy[-1]) + shift)
        if high < line.second + BEHIND[0]:
            raise OutOfRange(
                f"the reference {name} ends at {one.energy[-1]:.1f} eV. Expected the edge of {line.element}"
                f" up to {line.second + BEHIND[0] - shift:.1f} eV. Measure it over a wider range."
            )
    channels = (image.energy >= low) & (image.energy <= high)
    energy = image.energy[channels]
    background = fit_power_law(energy=total.energy, counts=total.counts, window=(low, end))
    rows = [np.interp(energy - shift, one.energy, one.counts, left=0.0) for one in references.values()]
    spread = rows if kernel is None else list(spread_by(kernel[: len(energy)], np.array(rows)))
    design = np.column_stack([background.jacobian(energy), *spread])
    variance = np.convolve(np.pad(total.counts[channels], 4, mode="edge"), np.full(9, 1 / 9), "valid")
    inverse = least_squares_weights(design, np.maximum(variance, 1.0))
    return Weights(tuple(references), inverse[2:], channels)
