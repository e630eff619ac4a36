"""The options of an electrochemistry measurement as a study file gives them, checked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lmct.quantity.errors import OutOfRange, unknown_name
from lmct.technique.electrochemistry.accuracy import Accuracy
from lmct.technique.electrochemistry.differential_capacity import RESOLUTION
from lmct.technique.electrochemistry.half_cycle import MINIMUM_SWING
from lmct.technique.electrochemistry.plateau import PLATEAUS

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
    refuse_unknown(options, [*ACCURACY_OPTIONS, "plateaus", "resolution", "minimum_swing", "in_cycling"])
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


def refuse_unknown(options: Mapping[str, Any], known: Iterable[str]) -> None:
    """Raise ``UnknownName`` for the first option that does not exist.

    Parameters
    ----------
    options
        Options as given.
    known
        Names that exist.

    Raises
    ------
    UnknownName
        An option does not exist; the message holds the nearest name.
    """
    names = list(known)
    for name in options:
        if name not in names:
            raise unknown_name("electrochemistry option", name, names)


def number_option(
    options: Mapping[str, Any], name: str, default: float = 0.0, *, low: float = 0.0, high: float = math.inf
) -> float:
    """Return a number between two limits, or the default when the option is absent.

    Parameters
    ----------
    options
        Options as given.
    name
        Name of the option.
    default
        Its value when absent.
    low, high
        Limits, both allowed.

    Returns
    -------
    :
        The number.

    Raises
    ------
    OutOfRange
        The value is no number or outside the limits.
    """
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise OutOfRange(f"the option {name} is {value!r}. Expected a number from {low:g} to {high:g}.")
    return float(value)


def switch_option(options: Mapping[str, Any], name: str, default: bool) -> bool:
    """Return a yes or no, or the default when the option is absent.

    Parameters
    ----------
    options
        Options as given.
    name
        Name of the option.
    default
        Its value when absent.

    Returns
    -------
    :
        True or False.

    Raises
    ------
    OutOfRange
        The value is neither true nor false.
    """
    value = options.get(name, default)
    if value not in (True, False):
        raise OutOfRange(f"the option {name} is {value!r}. Expected true or false.")
    return bool(value)


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
