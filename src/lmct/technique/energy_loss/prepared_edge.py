"""What a fit of references needs of an edge: counts for each atom, with all their uncertainties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class PreparedEdge:
    """An edge above its background, normalised to one atom.

    Parameters
    ----------
    energy
        Of each channel [eV].
    counts
        Above the background, divided by ``norm`` [1].
    variance
        Of each count [1].
    norm_uncertainty
        Relative standard uncertainty of the normalisation by its own counts [1].
    norm_excess
        Relative error of the normalisation by what the white lines scatter into its window, on an assumed
        thickness [1]; common parts cancel between references.
    background_modes
        What one standard deviation of each independent error of the background does to ``counts`` [1].
    """

    energy: Float[np.ndarray, "channel"]
    counts: Float[np.ndarray, "channel"]
    variance: Float[np.ndarray, "channel"]
    norm_uncertainty: float = 0.0
    norm_excess: float = 0.0
    background_modes: tuple[Float[np.ndarray, "channel"], ...] = ()
