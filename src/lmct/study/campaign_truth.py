"""The true numbers of a virtual campaign, from simulations without any error or analysis code."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lmct.electrode.model import Electrode
from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.comparison import Truth
from lmct.protocol.run import Run
from lmct.protocol.simulation import run_protocol
from lmct.protocol.step import Step
from lmct.protocol.titration import Portion

METAL_LIMIT = 2.5
"""Voltage that divides the plateaus of the metal and of oxygen [V] (Li 2022, Fig. 4 caption)."""

EQUILIBRIUM_SERIES = 393.15
"""Temperature of the series that the equilibrium potential is taken from [K] (Li 2022, Fig. 6e)."""


def plateau_capacities(run: Run, parameters: ElectrodeParameters) -> tuple[float, float]:
    """Return the capacities above and below 2.5 V of the last step of a run, a discharge.

    Parameters
    ----------
    run
        The run.
    parameters
        Of the electrode.

    Returns
    -------
    :
        Capacity of the metal plateau and of the oxygen plateau [mAh/g].
    """
    step, segment = run.protocol[-1], run.segments[-1]
    limit = Step(kind="discharge", specific_current=step.specific_current, stop_voltage=METAL_LIMIT)
    upper = run_protocol(Electrode(parameters), [limit], start=segment.start)
    metal = -upper.steps[0].capacity_mah_g
    return metal, -run.steps[-1].capacity_mah_g - metal


def truths_of_portions(
    portions: Sequence[Portion], runs: Sequence[Run], parameters: ElectrodeParameters
) -> tuple[Truth, ...]:
    """Return what a perfect measurement of every portion would find.

    The equilibrium potential is the intercept of the straight line through the open-circuit voltages of the
    120 degC series, as in Fig. 6f: the quantity that the method asks for, not the potential of the fully
    relaxed electrode.

    Parameters
    ----------
    portions
        The portions, the cell in cycling first.
    runs
        Their histories without errors.
    parameters
        Of the electrode.

    Returns
    -------
    :
        The truths.
    """
    capacities = [plateau_capacities(run, parameters) for run in runs]
    whole = capacities[0][0]
    unheated = next(
        (pair for portion, pair in zip(portions, capacities, strict=True) if portion == Portion()),
        capacities[0],
    )
    truths = []
    for portion, run, (metal, oxygen) in zip(portions, runs, capacities, strict=True):
        numbers = {
            "metal_plateau_capacity": (metal, "mAh/g"),
            "oxygen_plateau_capacity": (oxygen, "mAh/g"),
            "total_plateau_capacity": (metal + oxygen, "mAh/g"),
        }
        if not portion.in_cycling:
            numbers["remaining_metal_fraction"] = (metal / whole, "")
            numbers["open_circuit_voltage"] = (run.segments[-1].start.voltage, "V")
        if portion.hold_time > 0:
            numbers["rearranged_metal_capacity"] = (metal - unheated[0], "mAh/g")
            numbers["rearranged_oxygen_capacity"] = (oxygen - unheated[1], "mAh/g")
        truths += [Truth(name, portion.name, value, unit) for name, (value, unit) in numbers.items()]
    chosen = [k for k, portion in enumerate(portions) if _in_equilibrium_series(portion)]
    if len(chosen) >= 3:
        fractions = [capacities[k][0] / whole for k in chosen]
        voltages = [runs[k].segments[-1].start.voltage for k in chosen]
        slope, intercept = np.polyfit(fractions, voltages, 1)
        truths.append(Truth("equilibrium_potential", "", float(intercept), "V"))
        truths.append(Truth("overpotential_slope", "", float(slope), "V"))
    return tuple(truths)


def truths_of_electrode(parameters: ElectrodeParameters, sample: str) -> tuple[Truth, ...]:
    """Return what a perfect fit of the leading mechanism would find.

    Parameters
    ----------
    parameters
        Of the electrode.
    sample
        Name of the study, which fits give as their sample.

    Returns
    -------
    :
        Its unknowns, and what is told of every fitted electrode.
    """
    from lmct.evidence.calibration.parameter_space import numbers_of
    from lmct.evidence.inference.derived import quantity_named
    from lmct.evidence.inference.findings import condition_words
    from lmct.evidence.mechanism.electrode_priors import electrode_unknown
    from lmct.evidence.mechanism.metal_potential import UNKNOWNS
    from lmct.study.fit_run import DERIVED

    numbers = numbers_of(parameters)
    electrode = Electrode(parameters)
    unknowns = [
        Truth(name, sample, numbers[name], electrode_unknown(name, oxygen_law=parameters.oxygen_law).unit)
        for name in UNKNOWNS
    ]
    derived = [
        Truth(
            name,
            sample,
            quantity_named(name).compute(electrode, condition),
            quantity_named(name).unit,
            condition_words(quantity_named(name).needs, condition),
        )
        for name, condition in DERIVED
    ]
    return (*unknowns, *derived)


def _in_equilibrium_series(portion: Portion) -> bool:
    return portion == Portion() or portion.hold_temperature == EQUILIBRIUM_SERIES
