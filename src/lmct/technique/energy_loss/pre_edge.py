"""The pre-edge of O K against its main edge: how many holes the oxygen states carry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum
from lmct.quantity.errors import OutOfRange
from lmct.quantity.value import Value
from lmct.technique.energy_loss.noise import noise_factor_from_counts, variance_of_counts
from lmct.technique.energy_loss.power_law import PowerLaw, fit_power_law, sums_above_background

METHOD = "areas above a power law, pre-edge 526.5-532.5 eV over main edge 532.5-545 eV"

PRE_EDGE, MAIN_EDGE, BACKGROUND = (526.5, 532.5), (532.5, 545.0), (495.0, 524.0)
"""Windows on a checked axis [eV]; the background window begins behind the lines of titanium."""

MOVE = 0.5
"""Windows are moved by at least this for the systematic error [eV]."""

AXIS_LIMIT = 2.0
"""An axis less certain than this at the edge gives no ratio [eV]."""

SIGNIFICANT = 3.0


@dataclass(frozen=True, eq=False)
class PreEdge:
    """Pre-edge of O K.

    Parameters
    ----------
    ratio
        Area of the pre-edge over that of the main edge, with the uncertainty of counts and background [1].
    systematic
        Standard deviation of the ratio when its windows are moved [1].
    pre_edge, main_edge
        Areas [counts].
    background
        The fit.
    """

    ratio: Value
    systematic: float
    pre_edge: Value
    main_edge: Value
    background: PowerLaw

    @property
    def total(self) -> Value:
        """The ratio with both uncertainties in one."""
        return Value(self.ratio.value, float(np.hypot(self.ratio.uncertainty, self.systematic)))


def pre_edge_ratio(
    spectrum: EnergyLossSpectrum,
    *,
    pre_edge: tuple[float, float] = PRE_EDGE,
    main_edge: tuple[float, float] = MAIN_EDGE,
    background: tuple[float, float] = BACKGROUND,
    axis_uncertainty: float = 0.0,
    noise_factor: float | None = None,
) -> PreEdge:
    """Return the area of the pre-edge of O K over that of the main edge.

    Parameters
    ----------
    spectrum
        On an axis that was checked.
    pre_edge, main_edge, background
        Windows [eV].
    axis_uncertainty
        Of the energies at the edge [eV]; windows are moved by it, at least by 0.5 eV.
    noise_factor
        Variance of a count over its mean; from the spectrum when None [1].

    Returns
    -------
    :
        Ratio with statistical and systematic uncertainty.

    Raises
    ------
    OutOfRange
        A window is not inside the spectrum, or the main edge is not above noise.
    """
    if axis_uncertainty > AXIS_LIMIT:
        raise OutOfRange(
            f"the energy axis is uncertain by {axis_uncertainty:.1f} eV at O K. Expected at most"
            f" {AXIS_LIMIT:g} eV,"
            " for pre-edge and main edge are 10 eV apart. Calibrate it on lines below and above the edge."
        )
    if background[0] < spectrum.energy[0] - spectrum.dispersion or main_edge[1] > spectrum.energy[-1]:
        raise OutOfRange(
            f"the O K edge needs {background[0]:g}-{main_edge[1]:g} eV. Expected a spectrum of that range,"
            f" got {spectrum.energy[0]:.1f}-{spectrum.energy[-1]:.1f} eV. Give a background window that"
            f" is inside."
        )
    factor = noise_factor or noise_factor_from_counts(counts=spectrum.counts)
    sums, covariance, fitted = _areas(spectrum, pre_edge, main_edge, background, factor)
    spreads = np.sqrt(np.diag(covariance))
    if not sums[1] > SIGNIFICANT * spreads[1]:
        raise OutOfRange(
            f"the main edge of O K has {sums[1]:.3g} ± {spreads[1]:.2g} counts above its background. Expected"
            f" more than {SIGNIFICANT:g} standard deviations. Check the axis, or sum more pixels."
        )
    ratio = float(sums[0] / sums[1])
    slope = np.array([1.0, -ratio]) / sums[1]
    width = background[1] - background[0]
    move = max(MOVE, axis_uncertainty)
    moved = [
        _areas(spectrum, _moved(pre_edge, d), _moved(main_edge, d), background, factor)[0]
        for d in (-move, move)
    ]
    moved.append(_areas(spectrum, pre_edge, main_edge, (background[0] + width / 3, background[1]), factor)[0])
    others = [float(one[0] / one[1]) - ratio for one in moved]
    return PreEdge(
        ratio=Value(ratio, float(np.sqrt(slope @ covariance @ slope))),
        systematic=float(np.sqrt(np.mean(np.square(others)))),
        pre_edge=Value(float(sums[0]), float(spreads[0])),
        main_edge=Value(float(sums[1]), float(spreads[1])),
        background=fitted,
    )


def _areas(
    spectrum: EnergyLossSpectrum,
    pre_edge: tuple[float, float],
    main_edge: tuple[float, float],
    background: tuple[float, float],
    factor: float,
) -> tuple[Float[np.ndarray, "2"], Float[np.ndarray, "2 2"], PowerLaw]:
    energy, counts = spectrum.energy, spectrum.counts
    fitted = fit_power_law(energy=energy, counts=counts, window=background, noise_factor=factor)
    weights = np.array(
        [(energy >= low) & (energy < high) for low, high in (pre_edge, main_edge)], dtype=float
    )
    sums, covariance = sums_above_background(
        energy=energy,
        counts=counts,
        variance=variance_of_counts(counts, factor),
        background=fitted,
        weights=weights,
    )
    return sums, covariance, fitted


def _moved(window: tuple[float, float], by: float) -> tuple[float, float]:
    return window[0] + by, window[1] + by
