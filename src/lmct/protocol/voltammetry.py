"""Cyclic voltammetry: the voltage swept up and down at a constant rate (Methods: 0.05 mV/s, 1.5-4.8 V)."""

from __future__ import annotations

from lmct.protocol.charge import check_window, in_words
from lmct.protocol.step import ROOM_TEMPERATURE, Step
from lmct.quantity.errors import OutOfRange


def sweep(rate: float, voltage: float, *, temperature: float = ROOM_TEMPERATURE) -> Step:
    """Change the voltage at a constant rate from where it is.

    Parameters
    ----------
    rate
        Magnitude [V/s].
    voltage
        Where it ends [V].
    temperature
        [K].

    Returns
    -------
    :
        The step.

    Raises
    ------
    OutOfRange
        A number makes no sense.

    Examples
    --------
    >>> str(sweep(5e-5, 1.5))
    'Sweep at 0.05 mV/s until 1.5 V'
    """
    oven = "" if temperature == ROOM_TEMPERATURE else f" and {in_words(temperature)}"
    return Step(
        kind="sweep",
        sweep_rate=rate,
        stop_voltage=voltage,
        temperature=temperature,
        text=f"Sweep at {1e3 * rate:g} mV/s{oven} until {voltage:g} V",
    )


def voltammetry(
    *,
    sweep_rate: float = 5e-5,
    upper_voltage: float = 4.8,
    lower_voltage: float = 1.5,
    cycles: int = 2,
    temperature: float = ROOM_TEMPERATURE,
) -> tuple[Step, ...]:
    """Sweep up from the open-circuit voltage of the fresh cell, then down, and so on.

    Run on an electrode (``simulate``, ``run_protocol``) the voltages are those of the working electrode
    against a lithium reference: the three-electrode cell of the paper. For a two-electrode cell, whose
    counter electrode and resistance take their part of the voltage, run them with
    :func:`lmct.protocol.two_electrode.run_in_cell`.

    Parameters
    ----------
    sweep_rate
        Magnitude [V/s].
    upper_voltage, lower_voltage
        Turning points [V].
    cycles
        Number of cycles, at least 1.
    temperature
        [K].

    Returns
    -------
    :
        Two sweeps a cycle, upwards first.

    Raises
    ------
    OutOfRange
        The window is empty or there is no cycle.

    Source
    ------
    Li 2022, Methods (L598-601): 0.05 mV/s between 1.5 and 4.8 V, three-electrode cell with a lithium
    reference.

    Examples
    --------
    >>> [step.stop_voltage for step in voltammetry(cycles=1)]
    [4.8, 1.5]
    """
    check_window(upper_voltage, lower_voltage)
    if cycles < 1:
        raise OutOfRange(f"the number of cycles must be at least 1, got {cycles}.")
    up = sweep(sweep_rate, upper_voltage, temperature=temperature)
    down = sweep(sweep_rate, lower_voltage, temperature=temperature)
    return (up, down) * cycles
