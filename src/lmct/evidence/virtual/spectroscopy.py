"""Planned measurements with photons and with a mass spectrometer: edge, photoemission, gas."""

from __future__ import annotations

from lmct.evidence.instrument_constant import (
    EDGE_PER_HOLE,
    PHOTOEMISSION_PER_OXYGEN_HOLE,
    PHOTOEMISSION_SCALE,
    edge_origin,
)
from lmct.evidence.likelihood.prior import Normal
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.virtual.electrochemistry import CHARGE_VOLTAGE, charged_portion
from lmct.evidence.virtual.errors import MeasurementErrors
from lmct.evidence.virtual.planned import PlannedMeasurement, Reading
from lmct.protocol.charge import charge
from lmct.protocol.rest import rest
from lmct.protocol.titration import REST_BEFORE_DISCHARGE, Portion
from lmct.quantity.constants import HOUR

EDGE_UNKNOWNS = (
    edge_origin(middle=8345.0, source="assumption: half height of the Ni K edge of Ni2+, from memory of NiO"),
    EDGE_PER_HOLE,
)
"""What stands between holes on nickel and the position of its K edge."""

PHOTOEMISSION_UNKNOWNS = (PHOTOEMISSION_SCALE, PHOTOEMISSION_PER_OXYGEN_HOLE)
"""What stands between the state and the fractions of Li 2022, Fig. 5."""

GAS_UNKNOWNS = (
    Unknown(
        "gas_scale",
        Normal(1.0, 0.05, source="assumption: calibration with a known mixture to 5 %"),
        "1",
        "measured over true amount of O2",
    ),
)
"""Calibration of the mass spectrometer."""


def metal_edge(
    portion: Portion,
    *,
    charge_voltage: float | None = CHARGE_VOLTAGE,
    charge_capacity: float | None = None,
    cells: int = 1,
    errors: MeasurementErrors | None = None,
) -> PlannedMeasurement:
    """Plan the Ni K edge of a portion as it would go into a cell.

    Parameters
    ----------
    portion
        What is done to the charged powder.
    charge_voltage, charge_capacity
        Limits of the charge [V, mAh/g].
    cells
        Pellets.
    errors
        Sizes of the errors.

    Returns
    -------
    :
        The measurement.

    Source
    ------
    Li 2022, Methods (L635-649).
    """
    sizes = errors or MeasurementErrors()
    reading = Reading(
        name="Ni K edge",
        observable="metal_holes",
        unit="eV",
        uncertainty=sizes.edge,
        at=(REST_BEFORE_DISCHARGE,),
        offset="edge_origin",
        scale="edge_per_hole",
    )
    return _of_powder(
        "Ni K edge",
        "absorption",
        portion,
        (charge_voltage, charge_capacity),
        (reading,),
        cells,
        EDGE_UNKNOWNS,
    )


def photoemission(
    portion: Portion,
    *,
    charge_voltage: float | None = CHARGE_VOLTAGE,
    charge_capacity: float | None = None,
    cells: int = 1,
    errors: MeasurementErrors | None = None,
) -> PlannedMeasurement:
    """Plan the fractions of oxidised nickel and oxygen of a portion by hard X-ray photoemission.

    Parameters
    ----------
    portion
        What is done to the charged powder.
    charge_voltage, charge_capacity
        Limits of the charge [V, mAh/g].
    cells
        Powders.
    errors
        Sizes of the errors.

    Returns
    -------
    :
        The measurement.

    Source
    ------
    Li 2022, Fig. 5 (L242-255, 448-458, 650-659).
    """
    sizes = errors or MeasurementErrors()
    readings = tuple(
        Reading(
            name=name,
            observable=observable,
            unit="1",
            uncertainty=sizes.photoemission,
            at=(REST_BEFORE_DISCHARGE,),
            scale=scale,
        )
        for name, observable, scale in (
            ("oxidised nickel", "oxidised_metal_fraction", "photoemission_scale"),
            ("oxidised oxygen", "oxidised_oxygen", "photoemission_per_oxygen_hole"),
        )
    )
    limits = (charge_voltage, charge_capacity)
    return _of_powder(
        "photoemission", "photoemission", portion, limits, readings, cells, PHOTOEMISSION_UNKNOWNS
    )


def gas_total(
    *, charge_voltage: float = 4.8, cells: int = 2, errors: MeasurementErrors | None = None
) -> PlannedMeasurement:
    """Plan the O2 that a first charge and the rest of 12 h after it release.

    Parameters
    ----------
    charge_voltage
        Limit of the charge [V].
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
    Li 2022, Methods (L628-634).
    """
    sizes = errors or MeasurementErrors()
    after = 12.0 * HOUR
    reading = Reading(
        name="O2",
        observable="oxygen_released",
        unit="umol/g",
        uncertainty=sizes.gas,
        at=(after,),
        scale="gas_scale",
        relative={"mass": sizes.mass},
    )
    return PlannedMeasurement(
        name=f"gas, {charge_voltage:g} V",
        technique="gas evolution",
        protocol=(charge(voltage=charge_voltage), rest(after)),
        readings=(reading,),
        cells=cells,
        unknowns=GAS_UNKNOWNS,
    )


def _of_powder(
    title: str,
    technique: str,
    portion: Portion,
    limits: tuple[float | None, float | None],
    readings: tuple[Reading, ...],
    cells: int,
    unknowns: tuple[Unknown, ...],
) -> PlannedMeasurement:
    """Return a measurement on powder: the history of a titration without its discharge."""
    name, protocol = charged_portion(portion, charge_voltage=limits[0], charge_capacity=limits[1])
    return PlannedMeasurement(
        name=f"{title}, {name}",
        technique=technique,
        protocol=protocol[:-1],
        readings=readings,
        cells=cells,
        unknowns=unknowns,
    )
