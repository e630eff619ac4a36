"""Heating of the recovered powder, out of the cell and under vacuum or argon: no electrode current."""

from __future__ import annotations

from lmct.protocol.charge import in_words
from lmct.protocol.step import Step


def heating(temperature: float, duration: float) -> Step:
    """Heat the recovered electrode.

    The powder follows the oven with the thermal time constant of the electrode's parameters, and cools with
    it in the step that follows.

    Parameters
    ----------
    temperature
        Of the oven [K].
    duration
        Time in the oven [s].

    Returns
    -------
    :
        The step.

    Source
    ------
    Li 2022, Methods, electrochemical titration (L610-619).

    Examples
    --------
    >>> str(heating(413.15, 90.0))
    'Heat at 140 degC for 90 seconds'
    """
    words = f"Heat at {in_words(temperature)} for {duration:.10g} seconds"
    return Step(kind="heat", duration=duration, temperature=temperature, text=words)
