"""How much of a voltage loop is due to LMCT: what it dissipates, and what would be gone without it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lmct.electrode.model import Electrode
from lmct.electrode.parameters import ElectrodeParameters
from lmct.protocol.hysteresis import TOLERANCE, hysteresis_budget
from lmct.protocol.run import Run
from lmct.protocol.simulation import run_protocol
from lmct.quantity.errors import NotConverged, OutOfRange

FREQUENCY = "attempt_frequency"
"""Parameter of a rate law of LMCT that its rate is proportional to."""

SWITCHED_OFF = 1e-40
"""Factor on it that switches LMCT off."""


@dataclass(frozen=True, slots=True)
class LmctShare:
    """How much of a loop is due to LMCT, by two definitions that answer two questions.

    Parameters
    ----------
    dissipation
        Share of LMCT in the dissipation of the cycle [1]: where the energy goes.
    counterfactual
        1 - loop area without LMCT / loop area with it [1]: what would be gone if LMCT did not happen.
        It counts what LMCT causes in other processes (oxygen that it oxidised has to be reduced slowly), and
        the capacity that would be missing. NaN when the protocol cannot be run without LMCT.
    loop_area, loop_area_without
        With LMCT and without it [mWh/g].
    charge, charge_without
        Charge of a half-cycle [mAh/g].
    remark
        Why there is no counterfactual; empty when there is one.
    """

    dissipation: float
    counterfactual: float
    loop_area: float
    loop_area_without: float
    charge: float
    charge_without: float
    remark: str = ""


def without_lmct(parameters: ElectrodeParameters) -> ElectrodeParameters:
    """Return the same electrode with LMCT switched off.

    Parameters
    ----------
    parameters
        The electrode.

    Returns
    -------
    :
        The electrode with its attempt frequency times 1e-40.

    Raises
    ------
    OutOfRange
        The rate law has no attempt frequency.
    """
    law = parameters.lmct_parameters
    if FREQUENCY not in law:
        raise OutOfRange(
            f"the rate law {parameters.lmct_law} has no {FREQUENCY}, so LMCT cannot be switched off. Expected"
            f" it among {', '.join(law)}. Use a rate law that has one."
        )
    return parameters.replace(**{FREQUENCY: SWITCHED_OFF * law[FREQUENCY]})


def lmct_share(run: Run, *, cycle: int | None = None, tolerance: float = TOLERANCE) -> LmctShare:
    """Return how much of a loop is due to LMCT, by its dissipation and by running the protocol without it.

    Parameters
    ----------
    run
        The run.
    cycle
        Number of the cycle, from 1; the last one by default.
    tolerance
        Of the integration.

    Returns
    -------
    :
        Both shares with the numbers behind them.

    Raises
    ------
    OutOfRange
        There is no such cycle, or LMCT cannot be switched off in this rate law.
    """
    own = hysteresis_budget(run, cycle=cycle, pieces=1, tolerance=tolerance)
    electrode = Electrode.of_segment(run.segments[0], parameters=without_lmct(run.parameters))
    try:
        other = hysteresis_budget(
            run_protocol(electrode, run.protocol, start=run.segments[0].start),
            cycle=cycle,
            pieces=1,
            tolerance=tolerance,
        )
    except (NotConverged, OutOfRange) as error:
        nan = math.nan
        return LmctShare(own.lmct_share, nan, own.loop_area, nan, own.charge, nan, f"Without LMCT {error}")
    gone = 1.0 - other.loop_area / own.loop_area if own.loop_area > 0.0 else math.nan
    remark = "" if math.isfinite(gone) else "There is no loop with and without LMCT that could be compared."
    return LmctShare(own.lmct_share, gone, own.loop_area, other.loop_area, own.charge, other.charge, remark)
