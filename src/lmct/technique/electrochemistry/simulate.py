"""What a cycler would have recorded of a simulated run: sampling, noise, resolution, accuracy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from lmct import __version__
from lmct.instrument.cycler.record import CURRENT, TIME, VOLTAGE, CyclerRecord
from lmct.protocol.run import Run
from lmct.quantity.errors import OutOfRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """How one channel of a cycler measures.

    Parameters
    ----------
    interval
        Longest time between two rows [s].
    voltage_interval
        Largest change of voltage between two rows [V].
    voltage_noise
        Standard deviation of one reading [V].
    voltage_resolution
        Step of the digitiser [V]; zero for none.
    voltage_offset
        Error of the zero of this channel [V].
    current_gain
        Measured over true current [1].
    """

    interval: float = 60.0
    voltage_interval: float = 0.005
    voltage_noise: float = 2e-4
    voltage_resolution: float = 1e-4
    voltage_offset: float = 0.0
    current_gain: float = 1.0


IDEAL = Channel(voltage_noise=0.0, voltage_resolution=0.0)
"""A channel that measures without error."""


def record_from_run(
    run: Run,
    *,
    active_mass: float,
    true_mass: float | None = None,
    channel: Channel = IDEAL,
    random: np.random.Generator | None = None,
    start_time: datetime | None = None,
) -> CyclerRecord:
    """Turn a simulated run into the table that a cycler would have recorded.

    Parameters
    ----------
    run
        The history of the electrode, per gram.
    active_mass
        Mass of active material that the experimenter believes in and writes into the file [g].
    true_mass
        Mass that really carries the current [g]; the same by default.
    channel
        How the channel measures.
    random
        Source of the noise; needed when the channel is noisy.
    start_time
        Start on the instrument's clock.

    Returns
    -------
    :
        The record: seconds, volts, amperes, step count, capacities.

    Raises
    ------
    OutOfRange
        A mass is not positive, or noise is asked for without a source of it.
    """
    mass = active_mass if true_mass is None else true_mass
    if not (active_mass > 0 and mass > 0):
        raise OutOfRange(f"masses must be positive, got {active_mass!r} and {mass!r} g.")
    if channel.voltage_noise > 0 and random is None:
        raise OutOfRange(
            "a noisy channel needs a source of noise. Give random=numpy.random.default_rng(seed)."
        )
    table = run.sample(interval=channel.interval, voltage_interval=channel.voltage_interval)
    voltage = table["voltage"] + channel.voltage_offset
    if random is not None and channel.voltage_noise > 0:
        voltage = voltage + channel.voltage_noise * random.standard_normal(len(voltage))
    if channel.voltage_resolution > 0:
        voltage = np.round(voltage / channel.voltage_resolution) * channel.voltage_resolution
    current = table["specific_current"] * 1e-3 * mass * channel.current_gain
    steps = np.diff(table["specific_capacity"]) * 1e-3 * mass * channel.current_gain
    columns = {
        TIME: table["time"],
        VOLTAGE: voltage,
        CURRENT: current,
        "step_count": table["step"],
        "charging_capacity_ah": np.concatenate([[0.0], np.cumsum(np.maximum(steps, 0.0))]),
        "discharging_capacity_ah": np.concatenate([[0.0], np.cumsum(np.maximum(-steps, 0.0))]),
    }
    return CyclerRecord(
        columns=columns,
        format="simulated",
        reader=f"lmct {__version__}",
        active_mass=active_mass,
        start_time=start_time,
        metadata={
            "technique": "galvanostatic cycling",
            "protocol": "; ".join(str(step) for step in run.protocol),
        },
    )
