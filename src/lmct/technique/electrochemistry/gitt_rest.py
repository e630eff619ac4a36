"""Where the voltage of a rest is going: extrapolation to infinite time, or why there is none."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

FOLD = math.e
"""The last two factors e of the time at rest are compared."""

ENDLESS = 0.8
"""A voltage that moves in the last factor e of time by more than this share of the one before has no limit in
sight: a logarithm gives 1, an inverse square root 0.61, an exponential less [1]."""

QUIET = 1e-4
"""A voltage that moves less than this in the last factor e of time has settled [V]."""

FURTHER_RESTS = 10.0
"""A settled voltage is uncertain by what its drift adds in so many further rests [1]."""

DECAYS = (math.log(1.0 / 30.0), 0.0)
"""Logarithms of the time constants of the exponential, in units of the length of the rest."""

POWERS = (math.log(0.2), math.log(20.0))
"""Logarithms of the powers of time."""

LAST_SHARE = 0.1
"""The voltage at the end of a rest is that of a line through this last share of it [1]."""

MINIMUM_ROWS = 4
"""Rows needed in each factor e of time."""


@dataclass(frozen=True, slots=True)
class RestLimit:
    """End of a rest, and its extrapolation.

    Parameters
    ----------
    end_voltage, end_uncertainty
        Voltage at the end of the rest by a line through its last tenth, and its statistical uncertainty [V].
    drift
        Change in the last factor e of time [V].
    voltage, uncertainty
        Voltage after infinite rest, half of the difference between the laws included [V]; NaN when refused.
    refusal
        Why there is no extrapolation; empty when there is one.
    """

    end_voltage: float
    end_uncertainty: float
    drift: float
    voltage: float
    uncertainty: float
    refusal: str = ""


def rest_limit_from_decay(
    *, time: Float[np.ndarray, "row"], voltage: Float[np.ndarray, "row"]
) -> RestLimit | None:
    """Extrapolate a rest to infinite time.

    Two laws bracket the tail, both fitted to its last two factors e of time: an exponential, which comes to
    an end soonest, and a power of time, which goes on declining at the rate seen in the rest. Their mean is
    the value, half of their difference its model error. A voltage that moves as fast per factor of time as
    before has no limit that this rest could tell, and none is given. A settled voltage is taken as it is,
    uncertain by its drift over ten further rests. No rest excludes a process slower than all of this.

    Parameters
    ----------
    time
        Time since the current ended [s], positive, increasing.
    voltage
        Voltage [V].

    Returns
    -------
    :
        The limit; None when the rest has too few rows.

    Source
    ------
    A pulse into a semi-infinite solid decays with the power -1/2 long after it, into a finite one
    exponentially: Weppner & Huggins 1977, doi 10.1149/1.2133112.

    Examples
    --------
    >>> time = np.linspace(60.0, 28800.0, 480)
    >>> limit = rest_limit_from_decay(time=time, voltage=3.7 + 0.05 * np.exp(-time / 7200.0))
    >>> abs(limit.voltage - 3.7) <= limit.uncertainty
    True
    >>> rest_limit_from_decay(time=time, voltage=3.7 - 0.01 * np.log(time)).refusal[:25]
    'the voltage still moves b'
    """
    longest = float(time[-1]) if len(time) else 0.0
    late, early = time >= longest / FOLD, (time >= longest / FOLD**2) & (time < longest / FOLD)
    if longest <= 0 or late.sum() < MINIMUM_ROWS or early.sum() < MINIMUM_ROWS:
        return None
    _, slope, _, slope_error = _line(np.log(time[late] / longest), voltage[late])
    _, before, _, before_error = _line(np.log(time[early] * FOLD / longest), voltage[early])
    last = time >= min((1.0 - LAST_SHARE) * longest, time[-MINIMUM_ROWS])
    end, _, end_error, _ = _line(time[last] - longest, voltage[last])
    if abs(slope) < max(QUIET, 2.0 * slope_error):
        onward = FURTHER_RESTS * max(abs(slope), slope_error)
        return RestLimit(end, end_error, slope, end, math.hypot(end_error, onward))
    if abs(slope) > ENDLESS * abs(before) - math.hypot(slope_error, before_error) or slope * before < 0:
        reason = (
            f"the voltage still moves by {1e3 * slope:.2f} mV per factor e of time, after"
            f" {1e3 * before:.2f} mV in the factor before: no limit in sight"
        )
        return RestLimit(end, end_error, slope, math.nan, math.nan, reason)
    tail = late | early
    share, y = time[tail] / longest, voltage[tail]
    fast, fast_error = _best_limit(lambda shape: np.exp(-(share - share[0]) / math.exp(shape)), DECAYS, y)
    slow, slow_error = _best_limit(lambda shape: share ** -math.exp(shape), POWERS, y)
    spread = 0.5 * abs(fast - slow)
    return RestLimit(
        end, end_error, slope, 0.5 * (fast + slow), math.hypot(spread, 0.5 * (fast_error + slow_error))
    )


def _line(x: Float[np.ndarray, "row"], y: Float[np.ndarray, "row"]) -> tuple[float, float, float, float]:
    """Return intercept and slope of a straight line and their standard errors."""
    centre, spread = float(x.mean()), float(np.sum((x - x.mean()) ** 2))
    slope = float(np.sum((x - centre) * (y - y.mean())) / spread)
    intercept = float(y.mean()) - slope * centre
    noise = math.sqrt(float(np.sum((y - intercept - slope * x) ** 2)) / max(1, len(x) - 2))
    return intercept, slope, noise * math.sqrt(1 / len(x) + centre**2 / spread), noise / math.sqrt(spread)


def _best_limit(
    basis: Callable[[float], Float[np.ndarray, "row"]],
    bounds: tuple[float, float],
    voltage: Float[np.ndarray, "row"],
) -> tuple[float, float]:
    """Return the limit, and its standard error, of the best of a family of decays to zero."""
    from scipy.optimize import minimize_scalar

    def misfit(shape: float) -> float:
        x = basis(shape)
        limit, amplitude, _, _ = _line(x, voltage)
        return float(np.sum((voltage - limit - amplitude * x) ** 2))

    best = minimize_scalar(misfit, bounds=bounds, method="bounded", options={"xatol": 1e-4})
    limit, _, error, _ = _line(basis(float(best.x)), voltage)
    return limit, error
