"""What a mass spectrometer behind the cell records of a run: truth for tests, independent of the analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from jaxtyping import Float

from lmct import __version__
from lmct.instrument.mass_spectrometer import GasTrace
from lmct.protocol.gas_record import ElectrolyteOxidation, gas_record
from lmct.protocol.run import Run
from lmct.quantity.errors import OutOfRange

MOLAR_VOLUME = 22413.969545
"""Of an ideal gas at 0 degC and 101325 Pa [mL/mol]."""


@dataclass(frozen=True, kw_only=True)
class Spectrometer:
    """How the gas is carried and measured.

    Parameters
    ----------
    flow
        Of the argon carrier at 0 degC and 101325 Pa [mL/min].
    interval
        Between readings [s].
    delay, mixing_time
        Transport, and time constant of a stirred volume on the way [s].
    ions
        Gas -> m/z -> ion current per mole fraction [A].
    levels
        Background of each m/z [A].
    noise
        Standard deviation of a reading of each m/z [A].
    drift
        Standard deviation of the slow drift of each background [A].
    drift_time
        Its correlation time [s].
    decay
        What the background of each m/z has more at the beginning, decaying with ``decay_time`` [A].
    decay_time
        [s].
    seed
        Of noise and drift.
    """

    flow: float = 1.0
    interval: float = 60.0
    delay: float = 0.0
    mixing_time: float = 0.0
    ions: Mapping[str, Mapping[int, float]] = field(
        default_factory=lambda: {
            "O2": {32: 2.0e-8, 16: 2.4e-9},
            "CO2": {44: 2.4e-8, 28: 2.5e-9, 16: 2.2e-9, 12: 1.4e-9},
            "Ar": {36: 6.0e-11},
        }
    )
    levels: Mapping[int, float] = field(default_factory=lambda: {32: 2e-12, 44: 3e-12, 28: 2e-11, 36: 0.0})
    noise: Mapping[int, float] = field(default_factory=lambda: {32: 4e-13, 44: 4e-13, 28: 6e-13, 36: 6e-14})
    drift: Mapping[int, float] = field(default_factory=lambda: {32: 2e-13, 44: 2e-13, 28: 4e-13})
    drift_time: float = 8.0 * 3600.0
    decay: Mapping[int, float] = field(default_factory=dict)
    decay_time: float = 3.0 * 3600.0
    seed: int = 1


def trace_from_run(
    run: Run,
    *,
    active_mass: float,
    spectrometer: Spectrometer,
    electrolyte: ElectrolyteOxidation | None = None,
    start_time: datetime | None = None,
) -> GasTrace:
    """Return what is recorded of a run.

    Parameters
    ----------
    run
        The history of the electrode, per gram.
    active_mass
        In the cell [g].
    spectrometer
        How it is measured.
    electrolyte
        What to assume about CO2; None leaves it out.
    start_time
        Clock at the start of the run.
    """
    record = gas_record(run, interval=min(30.0, spectrometer.interval), electrolyte=electrolyte)
    amounts = {"O2": record.oxygen_amount}
    if record.carbon_dioxide_amount is not None:
        amounts["CO2"] = record.carbon_dioxide_amount
    return trace_from_amounts(
        time=record.time,
        amounts=amounts,
        active_mass=active_mass,
        spectrometer=spectrometer,
        start_time=start_time,
    )


def trace_from_amounts(
    *,
    time: Float[np.ndarray, "row"],
    amounts: Mapping[str, Float[np.ndarray, "row"]],
    active_mass: float,
    spectrometer: Spectrometer,
    start_time: datetime | None = None,
) -> GasTrace:
    """Return what is recorded of gases whose amounts are known.

    Parameters
    ----------
    time
        [s].
    amounts
        Released so far, gas -> [umol/g].
    active_mass
        [g].
    spectrometer
        How it is measured.
    start_time
        Clock at time zero.

    Raises
    ------
    OutOfRange
        The mass is not positive.
    """
    if not 0.0 < active_mass < np.inf:
        raise OutOfRange(f"the active mass is {active_mass!r} g. Expected a positive number.")
    readings = np.arange(0.0, float(time[-1]), spectrometer.interval)
    carrier = spectrometer.flow / 60.0 / MOLAR_VOLUME * 1e6  # umol/s
    random = np.random.default_rng(spectrometer.seed)
    fractions = {
        gas: _carried(time, amount * active_mass, readings, spectrometer) / carrier
        for gas, amount in amounts.items()
    }
    fractions["Ar"] = 1.0 - sum(fractions.values(), np.zeros(len(readings)))
    currents = {}
    for mass, noise in spectrometer.noise.items():
        ions = sum(
            (spectrometer.ions.get(gas, {}).get(mass, 0.0) * share for gas, share in fractions.items()),
            np.zeros(len(readings)),
        )
        start = spectrometer.decay.get(mass, 0.0) * np.exp(-readings / spectrometer.decay_time)
        drift = _wander(readings, spectrometer.drift.get(mass, 0.0), spectrometer.drift_time, random)
        white = random.normal(0.0, noise, len(readings))
        currents[mass] = ions + spectrometer.levels.get(mass, 0.0) + start + drift + white
    return GasTrace(
        time=readings,
        currents=currents,
        conditions={"flow": np.full(len(readings), spectrometer.flow)},
        start_time=start_time,
        source_file="simulated",
        format="simulated",
        reader=f"lmct {__version__}",
    )


def _carried(
    time: Float[np.ndarray, "row"],
    amount: Float[np.ndarray, "row"],
    readings: Float[np.ndarray, "reading"],
    spectrometer: Spectrometer,
) -> Float[np.ndarray, "reading"]:
    """Return what arrives per second at each reading [umol/s], behind the delay and the stirred volume."""
    step = min(5.0, spectrometer.interval)
    fine = np.arange(0.0, readings[-1] + step, step)
    left = np.interp(fine - spectrometer.delay, time, amount)
    rate = np.diff(left, append=left[-1]) / step
    if spectrometer.mixing_time > 0.0:
        from scipy.signal import lfilter

        keep = np.exp(-step / spectrometer.mixing_time)
        rate = lfilter([1.0 - keep], [1.0, -keep], rate)
    return np.asarray(np.interp(readings, fine, rate))


def _wander(
    time: Float[np.ndarray, "reading"], size: float, memory: float, random: np.random.Generator
) -> Float[np.ndarray, "reading"]:
    """Return drift that forgets itself within the memory, in steady state from the beginning."""
    keep = np.exp(-np.diff(time, prepend=time[0] - 1e9) / memory)
    kicks = random.normal(0.0, size, len(time)) * np.sqrt(1.0 - keep**2)
    drift = np.empty(len(time))
    level = 0.0
    for place, (share, kick) in enumerate(zip(keep.tolist(), kicks.tolist(), strict=True)):
        level = share * level + kick
        drift[place] = level
    return drift
