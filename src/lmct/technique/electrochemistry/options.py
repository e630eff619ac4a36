"""The options of an electrochemistry measurement as a study file gives them, checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lmct.quantity.errors import OutOfRange
from lmct.technique.electrochemistry.accuracy import Accuracy
from lmct.technique.electrochemistry.differential_capacity import RESOLUTION
from lmct.technique.electrochemistry.half_cycle import MINIMUM_SWING
from lmct.technique.electrochemistry.plateau import PLATEAUS
from lmct.technique.option import number_option, refuse_unknown, switch_option

ACCURACY_OPTIONS = {
    "mass_relative_uncertainty": "mass_relative",
    "current_relative_uncertainty": "current_relative",
    "current_linearity_uncertainty": "current_linearity",
    "voltage_uncertainty": "voltage",
    "voltage_linearity_uncertainty": "voltage_linearity",
}
"""Name of the option -> field of :class:`Accuracy`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How one record is analysed.

    Parameters
    ----------
    plateaus
        Name of a couple -> its two voltage limits on discharge [V].
    accuracy
        Standard uncertainties of instrument and mass.
    resolution
        Full width at half maximum of the dQ/dV curves [V].
    minimum_swing
        Smallest reversal of the charge that ends a half-cycle, as a share of the widest swing [1].
    in_cycling
        The cell was never taken apart: its metal plateau is the whole of it (remaining fraction 1).
    """

    plateaus: Mapping[str, tuple[float, float]] = field(default_factory=lambda: dict(PLATEAUS))
    accuracy: Accuracy = field(default_factory=Accuracy)
    resolution: float = RESOLUTION
    minimum_swing: float = MINIMUM_SWING
    in_cycling: bool = False


def read_options(options: Mapping[str, Any]) -> Options:
    """Check the options of a measurement.

    Parameters
    ----------
    options
        ``plateaus`` (name -> two voltages), ``resolution`` [V], ``minimum_swing``, ``in_cycling`` and the
        standard uncertainties of :data:`ACCURACY_OPTIONS`; all may be absent.

    Returns
    -------
    :
        The options with their defaults filled in.

    Raises
    ------
    UnknownName
        An option does not exist.
    OutOfRange
        A value is of the wrong kind or makes no sense.

    Examples
    --------
    >>> read_options({"resolution": 0.02}).resolution
    0.02
    """
    refuse_unknown(
        options,
        [*ACCURACY_OPTIONS, "plateaus", "resolution", "minimum_swing", "in_cycling"],
        technique="electrochemistry",
    )
    accuracy = {
        target: number_option(options, name) for name, target in ACCURACY_OPTIONS.items() if name in options
    }
    return Options(
        plateaus=_plateaus(options.get("plateaus", PLATEAUS)),
        accuracy=Accuracy(**accuracy),
        resolution=number_option(options, "resolution", RESOLUTION, low=1e-4, high=1.0),
        minimum_swing=number_option(options, "minimum_swing", MINIMUM_SWING, low=1e-6, high=0.5),
        in_cycling=switch_option(options, "in_cycling", False),
    )


def _plateaus(given: object) -> dict[str, tuple[float, float]]:
    """Check the table of plateau limits."""
    if not isinstance(given, Mapping) or not given:
        raise OutOfRange(
            f"the option plateaus is {given!r}. Expected a table such as {{metal = [4.5, 2.5]}}."
        )
    limits = {}
    for name, pair in given.items():
        numbers = isinstance(pair, list | tuple) and all(
            isinstance(v, int | float) and math.isfinite(v) for v in pair
        )
        if not numbers or len(pair) != 2 or pair[0] == pair[1]:
            raise OutOfRange(
                f"the plateau {name!r} is {pair!r}. Expected two voltages, for example [4.5, 2.5]."
            )
        limits[str(name)] = (float(pair[0]), float(pair[1]))
    return limits
