"""Amounts of gas from mole fractions: unmixed, in bins, above the background, with every uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from lmct.quantity.errors import OutOfRange
from lmct.technique.gas_evolution.background import fit_background
from lmct.technique.gas_evolution.calibration import Calibration
from lmct.technique.gas_evolution.drift_mixture import Background
from lmct.technique.gas_evolution.request import HEAD_SPACE, Request
from lmct.technique.gas_evolution.total import Total, totals_of_gas
from lmct.technique.gas_evolution.unmixing import loudness_from_readings, mole_fractions_from_signals
from lmct.technique.gas_evolution.window import (
    Window,
    bin_weights,
    refuse_missing,
    replaced_share,
    weights_without_gaps,
)

MOST_BINS = 1500
"""Bins are widened so that there are no more."""


@dataclass(frozen=True, eq=False)
class Release:
    """Rates and totals of every gas.

    Parameters
    ----------
    gases
        Names.
    time
        Middle of each bin, by the clock of the record, the transport delay taken off [s].
    width
        Of a bin [s].
    rate, background
        Above the background, and the background itself [umol/(g h)]; in the head-space mode, the amount that
        the head space holds [umol/g].
    amount
        Released so far [umol/g].
    noise
        Standard deviation of one bin of ``rate``.
    loudness
        Noise of readings while gas comes over that of the rests, 1 at least [1].
    backgrounds
        What was fitted, gas by gas.
    totals
        Of each gas and window.
    quiet
        Bins that the background was fitted to.
    """

    gases: tuple[str, ...]
    time: Float[np.ndarray, "bin"]
    width: float
    rate: Float[np.ndarray, "gas bin"]
    background: Float[np.ndarray, "gas bin"]
    amount: Float[np.ndarray, "gas bin"]
    noise: Float[np.ndarray, "gas"]
    loudness: Float[np.ndarray, "gas"]
    backgrounds: tuple[Background, ...]
    totals: tuple[Total, ...]
    quiet: Bool[np.ndarray, "bin"]

    def total(self, gas: str, window: str) -> Total:
        """Return the total of a gas in a window."""
        return next(one for one in self.totals if one.gas == gas and one.window == window)


def release_from_signals(
    *,
    time: Float[np.ndarray, "row"],
    signals: Float[np.ndarray, "row channel"],
    calibration: Calibration,
    request: Request,
    quiet: Bool[np.ndarray, "row"],
    windows: Sequence[Window],
    mass: float,
    flow: Float[np.ndarray, "row"] | None = None,
) -> Release:
    """Return rates and totals of every gas.

    Parameters
    ----------
    time
        [s].
    signals
        Ion currents, or their ratios to that of the carrier.
    calibration
        In the unit of the signals.
    request
        Flow or head space, and the uncertainties.
    quiet
        Rows without gas from the cell.
    windows
        What is counted.
    mass
        Of active material [g].
    flow
        Row by row [mL/min]; that of the request by default.

    Raises
    ------
    DataError
        There is too little quiet time, or too much is missing.
    OutOfRange
        Mass or flow is not positive, or not known.
    """
    if not 0.0 < mass < np.inf:
        raise OutOfRange(f"the active mass is {mass!r} g. Expected a positive number.")
    fractions = mole_fractions_from_signals(signals=signals, calibration=calibration, quiet=quiet)
    factor = _factor(request, flow, len(time)) / mass
    edges = _edges(time, request)
    series = np.stack([_binned(time, column * factor, edges) for column in fractions.T])
    middle, width = 0.5 * (edges[1:] + edges[:-1]), float(edges[1] - edges[0])
    calm = _binned(time, quiet.astype(float), edges) > 0.99
    lag = request.delay + request.mixing_time
    weights = np.stack([bin_weights(one, edges, request, lag) for one in windows])
    refuse_missing(series, weights, windows)
    fits = [
        fit_background(time=middle, series=one, quiet=calm, weights=weights_without_gaps(one, weights))
        for one in series
    ]
    rate = np.stack([one - fit.level for one, fit in zip(series, fits, strict=True)])
    totals = [
        total
        for place, gas in enumerate(calibration.gases)
        for total in totals_of_gas(gas, place, fits, windows, calibration, request)
    ]
    return Release(
        calibration.gases,
        middle - request.delay,
        width,
        rate,
        np.stack([fit.level for fit in fits]),
        np.stack([_amount(one, middle, width, request) for one in rate]),
        np.array([fit.noise for fit in fits]),
        np.array(
            [
                loudness_from_readings(column, quiet, np.interp(time, middle, np.nan_to_num(one)))
                for column, one in zip(fractions.T, rate, strict=True)
            ]
        ),
        tuple(fits),
        tuple(totals),
        calm,
    )


def _factor(
    request: Request, flow: Float[np.ndarray, "row"] | None, rows: int
) -> Float[np.ndarray, "row"] | float:
    """Return what turns a mole fraction into umol/h (flow) or umol (head space)."""
    if request.mode == HEAD_SPACE:
        return request.head_space_amount
    if request.flow is not None:
        return request.molar_flow(request.flow)
    if flow is None:
        raise OutOfRange(
            "neither the record nor the options tell the flow of the carrier. Expected the option flow"
            " [mL/min] (at flow_temperature and flow_pressure), or mode = 'head_space' with a volume."
        )
    return np.asarray(request.molar_flow(1.0) * flow)


def _edges(time: Float[np.ndarray, "row"], request: Request) -> Float[np.ndarray, "edge"]:
    usual = float(np.median(np.diff(time)))
    span = float(time[-1] - time[0])
    if request.mode == HEAD_SPACE and len(time) > MOST_BINS:
        raise OutOfRange(f"{len(time)} readings of a head space. Expected at most {MOST_BINS} samplings.")
    width = usual if request.mode == HEAD_SPACE else max(request.bin, 1.001 * usual, span / MOST_BINS)
    count = max(int(np.ceil((span + usual) / width)), 2)
    return np.asarray(time[0] - 0.5 * usual + width * np.arange(count + 1))


def _binned(
    time: Float[np.ndarray, "row"], values: Float[np.ndarray, "row"], edges: Float[np.ndarray, "edge"]
) -> Float[np.ndarray, "bin"]:
    """Return the mean of each bin; NaN where it has no reading."""
    known = np.isfinite(values)
    place = np.clip(np.searchsorted(edges, time[known], side="right") - 1, 0, len(edges) - 2)
    count = np.bincount(place, minlength=len(edges) - 1)
    total = np.bincount(place, weights=values[known], minlength=len(edges) - 1)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def _amount(
    rate: Float[np.ndarray, "bin"], time: Float[np.ndarray, "bin"], width: float, request: Request
) -> Float[np.ndarray, "bin"]:
    known = np.isfinite(rate)
    whole = np.interp(time, time[known], rate[known])
    if request.mode == HEAD_SPACE:
        before = np.concatenate([[0.0], np.cumsum(whole)[:-1]])
        return np.asarray(whole + replaced_share(request) * before)
    return np.asarray(np.cumsum(whole) * width / 3600.0)
