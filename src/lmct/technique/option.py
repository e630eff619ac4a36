"""Options of measurements and analyses as a study file gives them: read one by one, checked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from lmct.quantity.errors import OutOfRange, unknown_name


def refuse_unknown(options: Mapping[str, Any], known: Iterable[str], *, technique: str = "") -> None:
    """Raise ``UnknownName`` for the first option that does not exist.

    Parameters
    ----------
    options
        Options as given.
    known
        Names that exist.
    technique
        Name of the technique, for the message.

    Raises
    ------
    UnknownName
        An option does not exist; the message holds the nearest name.
    """
    names = list(known)
    for name in options:
        if name not in names:
            raise unknown_name(f"{technique} option".lstrip(), name, names)


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


def text_option(options: Mapping[str, Any], name: str, default: str, *, among: Iterable[str] = ()) -> str:
    """Return a text, or the default when the option is absent.

    Parameters
    ----------
    options
        Options as given.
    name
        Name of the option.
    default
        Its value when absent.
    among
        Texts that are allowed; empty allows every text.

    Returns
    -------
    :
        The text.

    Raises
    ------
    OutOfRange
        The value is no text.
    UnknownName
        The text is none of those allowed.
    """
    value = options.get(name, default)
    if not isinstance(value, str):
        raise OutOfRange(f"the option {name} is {value!r}. Expected a text.")
    allowed = list(among)
    if allowed and value not in allowed:
        raise unknown_name(f"value of the option {name}", value, allowed)
    return value
