"""Planned measurements with cells: plateaus after a titration, charge and discharge curves, long rests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lmct.evidence.virtual.errors import MeasurementErrors
from lmct.evidence.virtual.planned import PlannedMeasurement, Reading
from lmct.protocol.charge import charge, discharge
from lmct.protocol.rest import rest
from lmct.protocol.step import Step
from lmct.protocol.titration import Portion, titration
from lmct.quantity.constants import DAY, HOUR, ZERO_CELSIUS

TECHNIQUE = "electrochemistry"

CHARGE_VOLTAGE, LOWER_VOLTAGE, CURRENT = 4.5, 1.85, 20.0
"""Limits of the titration [V], current [mA/g] (Li 2022, L437-447)."""


def charged_portion(
    portion: Portion, *, charge_voltage: float | None = CHARGE_VOLTAGE, charge_capacity: float | None = None
) -> tuple[str, tuple[Step, ...]]:
    """Return the name and the whole titration of a portion.

    Parameters
    ----------
    portion
        What is done to it.
    charge_voltage, charge_capacity
        Limits of the charge [V, mAh/g].

    Returns
    -------
    :
        Name such as ``"4.5 V, 140 degC 90 s"``, and the steps.
    """
    limits = [f"{charge_voltage:g} V"] if charge_voltage is not None else []
    limits += [f"{charge_capacity:g} mAh/g"] if charge_capacity is not None else []
    steps = titration(
        portion,
        specific_current=CURRENT,
        charge_voltage=charge_voltage,
        charge_capacity=charge_capacity,
        discharge_voltage=LOWER_VOLTAGE,
    )
    return f"{' or '.join(limits)}, {portion.name}", steps


def plateau_titration(
    portion: Portion,
    *,
    charge_voltage: float | None = CHARGE_VOLTAGE,
    charge_capacity: float | None = None,
    cells: int = 3,
    errors: MeasurementErrors | None = None,
) -> PlannedMeasurement:
    """Plan one point of a titration: both plateau capacities and the open-circuit voltage before discharge.

    Parameters
    ----------
    portion
        What is done to it between charge and discharge.
    charge_voltage, charge_capacity
        Limits of the charge [V, mAh/g].
    cells
        Cells that are made of it.
    errors
        Sizes of the errors.

    Returns
    -------
    :
        The measurement; a portion that is never taken apart has no open-circuit voltage.

    Source
    ------
    Li 2022, Methods (L610-619), captions of Fig. 4 and 6e (L437-447, L465-469).
    """
    sizes = errors or MeasurementErrors()
    name, protocol = charged_portion(portion, charge_voltage=charge_voltage, charge_capacity=charge_capacity)
    readings = _discharge_readings(sizes)
    return PlannedMeasurement(
        name=f"titration, {name}",
        technique=TECHNIQUE,
        protocol=protocol,
        readings=readings[:2] if portion.in_cycling else readings,
        cells=cells,
    )


def cycling_curves(
    *,
    charge_voltage: float = 4.8,
    discharge_voltage: float = 2.0,
    specific_current: float = CURRENT,
    points: int = 12,
    cells: int = 2,
    errors: MeasurementErrors | None = None,
) -> PlannedMeasurement:
    """Plan the first charge and discharge: capacities at which voltages are passed, and at their ends.

    Parameters
    ----------
    charge_voltage, discharge_voltage
        Limits [V].
    specific_current
        [mA/g].
    points
        Voltages on either curve, evenly spread.
    cells
        Cells that are cycled.
    errors
        Sizes of the errors.

    Returns
    -------
    :
        The measurement. Voltages that a slow curve passes are known better than capacities, so these carry
        the error; a plateau's own slope turns one into the other.

    Source
    ------
    Li 2022, Fig. 1b (L105-106, 409-410).
    """
    sizes = errors or MeasurementErrors()
    up = charge(specific_current=specific_current, voltage=charge_voltage)
    down = discharge(specific_current=specific_current, voltage=discharge_voltage)
    readings = tuple(
        Reading(
            name=f"capacities of the {step.kind}",
            observable="capacity_at",
            unit="mAh/g",
            uncertainty=sizes.plateau,
            step=number,
            at=tuple(float(one) for one in np.linspace(low, high, points)),
            relative={"mass": sizes.mass},
        )
        for number, (step, low, high) in enumerate(
            ((up, 3.6, charge_voltage - 0.02), (down, charge_voltage - 0.6, discharge_voltage + 0.02))
        )
    )
    return PlannedMeasurement(
        name=f"first cycle, {discharge_voltage:g} to {charge_voltage:g} V, {specific_current:g} mA/g",
        technique=TECHNIQUE,
        protocol=(up, down),
        readings=readings,
        cells=cells,
    )


def rest_voltage(
    times: Sequence[float],
    *,
    charge_voltage: float = CHARGE_VOLTAGE,
    temperature: float = 298.15,
    cells: int = 1,
    errors: MeasurementErrors | None = None,
) -> PlannedMeasurement:
    """Plan the open-circuit voltage of a charged cell while it rests.

    Parameters
    ----------
    times
        Since the start of the rest, increasing [s].
    charge_voltage
        Limit of the charge [V].
    temperature
        Of the rest [K].
    cells
        Cells that rest.
    errors
        Sizes of the errors; the scatter from cell to cell is one number for a whole curve.

    Returns
    -------
    :
        The measurement.
    """
    sizes = errors or MeasurementErrors()
    reading = Reading(
        name="voltage",
        observable="voltage",
        unit="V",
        uncertainty=sizes.channel,
        at=tuple(times),
        absolute={"cell": sizes.open_circuit},
    )
    return PlannedMeasurement(
        name=f"rest, {charge_voltage:g} V, {temperature - ZERO_CELSIUS:g} degC {times[-1] / HOUR:g} h",
        technique=TECHNIQUE,
        protocol=(
            charge(specific_current=CURRENT, voltage=charge_voltage),
            rest(times[-1], temperature=temperature),
        ),
        readings=(reading,),
        cells=cells,
    )


def rested_cell(
    time: float,
    *,
    charge_voltage: float = CHARGE_VOLTAGE,
    temperature: float = 298.15,
    cells: int = 3,
    errors: MeasurementErrors | None = None,
) -> PlannedMeasurement:
    """Plan the plateaus of cells that rest charged, unopened, and are then discharged.

    Parameters
    ----------
    time
        Length of the rest [s].
    charge_voltage
        Limit of the charge [V].
    temperature
        Of the rest [K].
    cells
        Cells.
    errors
        Sizes of the errors.

    Returns
    -------
    :
        The measurement.

    Source
    ------
    Li 2022, L204-216 (rest of solid-state cells, and the discharge after it).
    """
    sizes = errors or MeasurementErrors()
    length = f"{time / DAY:g} d" if time >= DAY else f"{time / HOUR:g} h"
    return PlannedMeasurement(
        name=f"rest and discharge, {charge_voltage:g} V, {temperature - ZERO_CELSIUS:g} degC {length}",
        technique=TECHNIQUE,
        protocol=(
            charge(specific_current=CURRENT, voltage=charge_voltage),
            rest(time, temperature=temperature),
            discharge(specific_current=CURRENT, voltage=LOWER_VOLTAGE),
        ),
        readings=_discharge_readings(sizes),
        cells=cells,
    )


def _discharge_readings(sizes: MeasurementErrors) -> tuple[Reading, ...]:
    """Return both plateaus of the last step and the open-circuit voltage at the end of the one before."""
    plateaus = tuple(
        Reading(
            name=f"{side} plateau",
            observable=f"{side}_plateau_capacity",
            unit="mAh/g",
            uncertainty=sizes.plateau,
            relative={"mass": sizes.mass},
        )
        for side in ("metal", "oxygen")
    )
    voltage = Reading(
        name="open-circuit voltage",
        observable="end_voltage",
        unit="V",
        uncertainty=sizes.open_circuit,
        step=-2,
        absolute={"channel": sizes.channel},
    )
    return (*plateaus, voltage)
