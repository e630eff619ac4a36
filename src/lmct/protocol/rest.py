"""Rest at open circuit."""

from __future__ import annotations

from lmct.protocol.charge import in_words
from lmct.protocol.step import ROOM_TEMPERATURE, Step


def rest(duration: float, *, temperature: float = ROOM_TEMPERATURE) -> Step:
    """Leave the cell at open circuit.

    Parameters
    ----------
    duration
        [s].
    temperature
        [K].

    Returns
    -------
    :
        The step.

    Examples
    --------
    >>> rest(900.0).duration
    900.0
    """
    oven = "" if temperature == ROOM_TEMPERATURE else f" at {in_words(temperature)}"
    return Step(
        kind="rest",
        duration=duration,
        temperature=temperature,
        text=f"Rest{oven} for {duration:.10g} seconds",
    )
