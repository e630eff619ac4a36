"""Amounts of gas from mole fractions: unmixed, in bins, above the background, with every uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from lmct.quantity.errors import DataError, OutOfRange
from lmct.technique.gas_evolution.background import Background, fit_background
from lmct.technique.gas_evolution.calibration import Calibration
from lmct.technique.gas_evolution.request import HEAD_SPACE, Request

MOST_MISSING = 0.1
"""More readings than this missing within what is counted: no total [1]."""

FEWEST_JUMPS = 20
"""Fewer readings tell nothing about their noise."""

MOST_BINS = 1500
"""Bins are widened so that there are no more."""


@dataclass(frozen=True, eq=False)
class Window:
    """A stretch of the record of which the released gas is counted.

    Parameters
    ----------
    name
        For example ``"charge 1"``.
    begin, end
        [s].
    """

    name: str
    begin: float
    end: float


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


def mole_fractions_from_signals(
    *, signals: Float[np.ndarray, "row channel"], calibration: Calibration, quiet: Bool[np.ndarray, "row"]
) -> Float[np.ndarray, "row gas"]:
    """Return the mole fractions whose ions add up to the signals, by least squares weighted with their noise.

    Parameters
    ----------
    signals
        Of each channel; NaN where one is missing.
    calibration
        Sensitivities and fragments.
    quiet
        Rows in which nothing but noise and drift is seen.

    Returns
    -------
    :
        Mole fractions, background included [1]; NaN where a channel is missing.
    """
    steps = np.diff(signals[quiet], axis=0)
    noise = np.sqrt(0.5 * np.nanmean(steps**2, axis=0)) if len(steps) else np.ones(signals.shape[1])
    noise = np.where(noise > 0.0, noise, np.nanmax(noise, initial=1.0) or 1.0)
    return np.asarray(signals @ unmixing_matrix(calibration, noise).T)


def unmixing_matrix(
    calibration: Calibration, noise: Float[np.ndarray, "channel"]
) -> Float[np.ndarray, "gas channel"]:
    """Return what signals are multiplied by to give mole fractions.

    Parameters
    ----------
    calibration
        Sensitivities and fragments.
    noise
        Standard deviation of each channel.
    """
    return np.asarray(np.linalg.pinv(calibration.matrix / noise[:, None]) / noise)


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
    weights = np.stack([_weights(one, edges, request, lag) for one in windows])
    _refuse_missing(series, weights, windows)
    fits = [
        fit_background(time=middle, series=one, quiet=calm, weights=_filled(one, weights)) for one in series
    ]
    rate = np.stack([one - fit.level for one, fit in zip(series, fits, strict=True)])
    totals = [
        total
        for place, gas in enumerate(calibration.gases)
        for total in _totals(gas, place, fits, windows, calibration, request)
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
                _loudness(column, quiet, np.interp(time, middle, np.nan_to_num(one)))
                for column, one in zip(fractions.T, rate, strict=True)
            ]
        ),
        tuple(fits),
        tuple(totals),
        calm,
    )


def _loudness(
    readings: Float[np.ndarray, "row"], quiet: Bool[np.ndarray, "row"], rate: Float[np.ndarray, "row"]
) -> float:
    """Compare second differences of the readings while gas comes with those at rest."""
    jumps = np.abs(np.diff(readings, 2))
    known = np.isfinite(jumps)
    active = known & (rate[1:-1] > 0.2 * np.max(rate)) & ~quiet[1:-1]
    calm = known & quiet[1:-1]
    if active.sum() < FEWEST_JUMPS or calm.sum() < FEWEST_JUMPS:
        return 1.0
    return max(1.0, float(np.median(jumps[active]) / max(np.median(jumps[calm]), 1e-300)))


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


def _weights(
    window: Window, edges: Float[np.ndarray, "edge"], request: Request, lag: float
) -> Float[np.ndarray, "bin"]:
    """Return the weights of the bins in the amount of a window, which is seen later by the lag."""
    begin, end = window.begin + lag, window.end + lag
    if request.mode != HEAD_SPACE:
        covered = np.minimum(edges[1:], end) - np.maximum(edges[:-1], begin)
        return np.asarray(np.maximum(covered, 0.0) / 3600.0)
    middle = 0.5 * (edges[1:] + edges[:-1])
    first, last = (int(np.clip(np.searchsorted(middle, one), 0, len(middle) - 1)) for one in (begin, end))
    weights = np.zeros(len(middle))
    weights[last] += 1.0
    weights[first] -= 1.0
    weights[first:last] += _replaced(request)
    return weights


def _replaced(request: Request) -> float:
    """Return the share of the head space that fresh carrier replaces at every reading."""
    return request.sample_volume / request.volume if request.volume else 0.0


def _filled(
    series: Float[np.ndarray, "bin"], weights: Float[np.ndarray, "sum bin"]
) -> Float[np.ndarray, "sum bin"]:
    """Hand the weight of an empty bin on to the nearest full ones, as a straight line between them would."""
    full = np.flatnonzero(np.isfinite(series))
    filled = weights.copy()
    for place in np.flatnonzero(~np.isfinite(series)):
        after = int(np.searchsorted(full, place))
        left, right = full[max(after - 1, 0)], full[min(after, len(full) - 1)]
        share = (place - left) / (right - left) if right > left else 0.0
        filled[:, left] += (1.0 - share) * weights[:, place]
        filled[:, right] += share * weights[:, place]
        filled[:, place] = 0.0
    return filled


def _refuse_missing(
    series: Float[np.ndarray, "gas bin"], weights: Float[np.ndarray, "window bin"], windows: Sequence[Window]
) -> None:
    missing = ~np.all(np.isfinite(series), axis=0)
    for window, weight in zip(windows, weights, strict=True):
        used = weight != 0.0
        if not used.any():
            raise DataError(
                f"{window.name} ({window.begin / 3600:.2f} to {window.end / 3600:.2f} h) lies outside the"
                " record. Expected a record of the whole cycling. Check the clocks and the rests."
            )
        if missing[used].mean() > MOST_MISSING:
            raise DataError(
                f"{missing[used].mean():.0%} of the readings during {window.name} are missing or saturated."
                f" Expected at most {MOST_MISSING:.0%}: the amount would be a lower limit. Use another"
                " channel, or measure again with less gain."
            )


def _totals(
    gas: str,
    place: int,
    fits: Sequence[Background],
    windows: Sequence[Window],
    calibration: Calibration,
    request: Request,
) -> list[Total]:
    """Return the totals of a gas with every part of their uncertainty."""
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


def _amount(
    rate: Float[np.ndarray, "bin"], time: Float[np.ndarray, "bin"], width: float, request: Request
) -> Float[np.ndarray, "bin"]:
    known = np.isfinite(rate)
    whole = np.interp(time, time[known], rate[known])
    if request.mode == HEAD_SPACE:
        before = np.concatenate([[0.0], np.cumsum(whole)[:-1]])
        return np.asarray(whole + _replaced(request) * before)
    return np.asarray(np.cumsum(whole) * width / 3600.0)
