"""Atoms of one element over those of another, with what is left open by counts, model and cross-section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from lmct.quantity.value import Value


@dataclass(frozen=True, eq=False)
class ElementRatio:
    """Atoms of one element over those of another.

    Parameters
    ----------
    first, second
        Symbols.
    ratio
        With the uncertainty of the counts [1].
    model
        Standard uncertainty from the choices of the model [1].
    cross_section
        Standard uncertainty from the cross-sections of both shells [1]; it is common to all spectra of one
        microscope, and a standard of known composition removes it.
    variants
        Ratio under each other choice.
    """

    first: str
    second: str
    ratio: Value
    model: float
    cross_section: float
    variants: dict[str, float]

    @property
    def total(self) -> Value:
        """The ratio with all uncertainties in one."""
        spread = np.sqrt(self.ratio.uncertainty**2 + self.model**2 + self.cross_section**2)
        return Value(self.ratio.value, float(spread))

    def calibrated(self, measured: ElementRatio, known: Value) -> ElementRatio:
        """Return the ratio by a standard of known composition, in place of calculated cross-sections.

        Parameters
        ----------
        measured
            What the same fit gives for the standard.
        known
            Its true ratio [1].
        """
        scale = known.value / measured.ratio.value
        counts = np.hypot(
            self.ratio.uncertainty,
            self.ratio.value * measured.ratio.uncertainty / measured.ratio.value,
        )
        shared = {
            name: known.value * value / measured.variants[name]
            for name, value in self.variants.items()
            if name in measured.variants
        }
        value = scale * self.ratio.value
        return replace(
            self,
            ratio=Value(value, float(scale * counts)),
            model=spread_of_variants(value, shared),
            cross_section=float(value * known.uncertainty / known.value),
            variants=shared,
        )


def spread_of_variants(value: float, others: Mapping[str, float]) -> float:
    """Return the standard uncertainty that choices of a model leave.

    Parameters
    ----------
    value
        Under the best choice.
    others
        Under each other choice, by ``"kind, name"``.

    Returns
    -------
    :
        Root of the sum over kinds of the mean square deviation in each kind.

    Examples
    --------
    >>> spread_of_variants(1.0, {"onset, later": 1.3, "onset, earlier": 0.7, "angle, doubled": 1.4})
    0.5
    """
    kinds: dict[str, list[float]] = {}
    for name, other in others.items():
        kinds.setdefault(name.split(",")[0], []).append((other - value) ** 2)
    return round(float(np.sqrt(sum(np.mean(one) for one in kinds.values()))), 12)
