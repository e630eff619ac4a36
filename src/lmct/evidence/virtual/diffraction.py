"""Planned measurements with a diffractometer: the lattice parameter of a rest, and along a cycle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lmct.evidence.instrument_constant import (
    LATTICE_PER_METAL_HOLE,
    LATTICE_PER_OXYGEN_HOLE,
    lattice_origin,
)
from lmct.evidence.virtual.errors import MeasurementErrors
from lmct.evidence.virtual.planned import PlannedMeasurement, Reading
from lmct.protocol.charge import charge, discharge
from lmct.protocol.rest import rest
from lmct.quantity.constants import DAY, HOUR, ZERO_CELSIUS

TECHNIQUE = "diffraction"

LATTICE_UNKNOWNS = (
    lattice_origin(
        middle=4.163,
        width=0.01,
        source="assumption: pristine a is not in the text; 4.163-4.165 by hard spheres",
    ),
    LATTICE_PER_METAL_HOLE,
    LATTICE_PER_OXYGEN_HOLE,
)
"""What stands between holes and the lattice parameter; each with its prior."""


def lattice_at_rest(
    times: Sequence[float],
    *,
    charge_voltage: float = 4.8,
    temperature: float = 298.15,
    cells: int = 1,
    errors: MeasurementErrors | None = None,
) -> PlannedMeasurement:
    """Plan the lattice parameter of a charged electrode while it rests.

    Parameters
    ----------
    times
        Since the start of the rest, increasing [s].
    charge_voltage
        Limit of the charge [V].
    temperature
        Of the rest [K].
    cells
        Samples.
    errors
        Sizes of the errors.

    Returns
    -------
    :
        The measurement.

    Source
    ------
    Li 2022, L187-192 (two weeks and two months at room temperature after 4.8 V).
    """
    sizes = errors or MeasurementErrors()
    length = f"{times[-1] / DAY:g} d" if times[-1] >= DAY else f"{times[-1] / HOUR:g} h"
    return PlannedMeasurement(
        name=f"lattice at rest, {charge_voltage:g} V, {temperature - ZERO_CELSIUS:g} degC {length}",
        technique=TECHNIQUE,
        protocol=(charge(voltage=charge_voltage), rest(times[-1], temperature=temperature)),
        readings=(_reading("lattice parameter", -1, times, sizes),),
        cells=cells,
        unknowns=LATTICE_UNKNOWNS,
    )


def operando_lattice(
    *,
    charge_voltage: float = 4.8,
    discharge_voltage: float = 2.0,
    specific_current: float = 20.0,
    every: float = 20.0,
    cells: int = 1,
    errors: MeasurementErrors | None = None,
) -> PlannedMeasurement:
    """Plan the lattice parameter along the first charge and discharge.

    Parameters
    ----------
    charge_voltage, discharge_voltage
        Limits [V].
    specific_current
        [mA/g].
    every
        Charge between two patterns, up to 240 mAh/g in either direction [mAh/g].
    cells
        Cells.
    errors
        Sizes of the errors.

    Returns
    -------
    :
        The measurement; a pattern after the end of a step is one of its last state.

    Source
    ------
    Li 2022, Fig. 3a (L165-179).
    """
    sizes = errors or MeasurementErrors()
    times = np.arange(every, 240.0 + 0.5 * every, every) / specific_current * HOUR
    steps = (
        charge(specific_current=specific_current, voltage=charge_voltage),
        discharge(specific_current=specific_current, voltage=discharge_voltage),
    )
    window = f"{discharge_voltage:g} to {charge_voltage:g} V"
    return PlannedMeasurement(
        name=f"operando diffraction, {window}, {specific_current:g} mA/g",
        technique=TECHNIQUE,
        protocol=steps,
        readings=tuple(
            _reading(f"lattice parameter of the {step.kind}", number, times.tolist(), sizes)
            for number, step in enumerate(steps)
        ),
        cells=cells,
        unknowns=LATTICE_UNKNOWNS,
    )


def _reading(name: str, step: int, times: Sequence[float], sizes: MeasurementErrors) -> Reading:
    return Reading(
        name=name,
        observable="lattice_parameter",
        unit="angstrom",
        uncertainty=sizes.lattice,
        step=step,
        at=tuple(float(one) for one in times),
        offset="lattice_origin",
    )
