"""The total of a gas in a window with every part of its uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lmct.technique.gas_evolution.calibration import Calibration
from lmct.technique.gas_evolution.drift_mixture import Background
from lmct.technique.gas_evolution.request import HEAD_SPACE, Request
from lmct.technique.gas_evolution.window import Window


@dataclass(frozen=True, slots=True)
class Total:
    """Gas of one kind that was released in one window.

    Parameters
    ----------
    gas, window
        Names.
    value
        [umol/g].
    uncertainty
        Scale of a t distribution of ``degrees_of_freedom`` [umol/g].
    degrees_of_freedom
        Of it.
    parts
        Standard uncertainty by cause: background, noise, sensitivity, fragments, flow, mass [umol/g].
    """

    gas: str
    window: str
    value: float
    uncertainty: float
    degrees_of_freedom: float
    parts: Mapping[str, float]

    @property
    def dominant(self) -> str:
        """The largest cause."""
        return max(self.parts, key=lambda name: self.parts[name])


def totals_of_gas(
    gas: str,
    place: int,
    fits: Sequence[Background],
    windows: Sequence[Window],
    calibration: Calibration,
    request: Request,
) -> list[Total]:
    """Return the totals of a gas with every part of their uncertainty.

    Parameters
    ----------
    gas, place
        Its name and its place among the gases.
    fits
        Background of every gas.
    windows
        What is counted, in the order of the sums of the backgrounds.
    calibration, request
        Uncertainties.

    Returns
    -------
    :
        One for each window.
    """
    inverse = np.linalg.pinv(calibration.matrix)
    found = []
    for number, window in enumerate(windows):
        every = np.array([fit.integral.value[number] for fit in fits])
        integral = fits[place].integral
        value = float(every[place])
        statistical = float(integral.covariance[number, number])
        share = float(integral.background_share[number])
        relative = calibration.sensitivity_uncertainty[place] / calibration.sensitivity[place]
        moved = (inverse[place] ** 2) @ (
            (calibration.fragment_uncertainty * calibration.sensitivity) ** 2 @ every**2
        )
        head = request.mode == HEAD_SPACE
        parts = {
            "background": float(np.sqrt(share * statistical)),
            "noise": float(np.sqrt(max(1.0 - share, 0.0) * statistical)),
            "sensitivity": abs(value) * float(relative),
            "fragments of other gases": float(np.sqrt(moved)),
            ("volume" if head else "flow"): abs(value)
            * (request.volume_uncertainty if head else request.flow_uncertainty),
            "mass": abs(value) * request.mass_uncertainty,
        }
        total = float(np.sqrt(sum(part**2 for part in parts.values())))
        # Welch-Satterthwaite: only the first two parts have few degrees of freedom.
        freedom = float(integral.degrees_of_freedom[number]) * (total**2 / max(statistical, 1e-300)) ** 2
        found.append(Total(gas, window.name, value, total, min(freedom, 1e6), parts))
    return found
