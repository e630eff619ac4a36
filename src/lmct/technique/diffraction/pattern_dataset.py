"""A refined pattern as a data set that survives a NetCDF file, as findings, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lmct.quantity.assessment import Assessment
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.diffraction.refined import RefinedPattern

if TYPE_CHECKING:
    import xarray as xr

POINTS = ("two_theta", "observed", "calculated", "background", "uncertainty")

QUANTITIES = {
    "a": "lattice_parameter",
    "b": "lattice_parameter_b",
    "c": "lattice_parameter_c",
    "alpha": "lattice_angle_alpha",
    "beta": "lattice_angle_beta",
    "gamma": "lattice_angle_gamma",
    "displacement": "sample_displacement",
    "zero": "zero_of_two_theta",
    "b_iso": "displacement_parameter",
    "occupancy": "site_occupancy",
    "weight_fraction": "weight_fraction",
}
"""Name of a refined value before its brackets -> quantity of its finding; what is not here is no finding."""


def dataset_of_pattern(refined: RefinedPattern) -> xr.Dataset:
    """Return a refined pattern as a data set.

    Parameters
    ----------
    refined
        The refined pattern.

    Returns
    -------
    :
        Dimensions ``point``, ``parameter`` and ``tick``.
    """
    import xarray as xr

    units = {"two_theta": "deg"}
    variables = {name: ("point", getattr(refined, name), {"units": units.get(name, "")}) for name in POINTS}
    names = list(refined.values)
    values = [refined.values[name] for name in names]
    columns = {
        "value": [one.value for one in values],
        "value_uncertainty": [one.uncertainty for one in values],
        "counting_uncertainty": [refined.counting_uncertainty.get(name, np.nan) for name in names],
        "systematic": [refined.systematic.get(name, np.nan) for name in names],
    }
    phases = [(phase, angle) for phase, angles in refined.ticks.items() for angle in angles]
    return xr.Dataset(
        {
            **variables,
            **{name: ("parameter", np.array(column, dtype=float)) for name, column in columns.items()},
            "parameter_name": ("parameter", np.array(names, dtype=str)),
            "parameter_unit": ("parameter", np.array([one.unit for one in values], dtype=str)),
            "tick_phase": ("tick", np.array([phase for phase, _ in phases], dtype=str)),
            "tick_two_theta": ("tick", np.array([angle for _, angle in phases]), {"units": "deg"}),
        },
        attrs={
            "goodness_of_fit": refined.goodness_of_fit,
            "weighted_residual": refined.weighted_residual,
            "assessment": str(refined.assessment),
            "message": refined.message,
            "flags": "; ".join(refined.flags),
            "engine": refined.engine,
        },
    )


def pattern_of_dataset(dataset: xr.Dataset) -> RefinedPattern:
    """Return the refined pattern that :func:`dataset_of_pattern` stored.

    Parameters
    ----------
    dataset
        The data set.

    Returns
    -------
    :
        The refined pattern.
    """
    names = [str(name) for name in dataset["parameter_name"].values]
    columns = {
        name: dataset[name].values
        for name in ("value", "value_uncertainty", "counting_uncertainty", "systematic", "parameter_unit")
    }
    phases = dataset["tick_phase"].values
    angles = dataset["tick_two_theta"].values
    return RefinedPattern(
        values={
            name: Value(float(value), float(sigma), str(unit))
            for name, value, sigma, unit in zip(
                names,
                columns["value"],
                columns["value_uncertainty"],
                columns["parameter_unit"],
                strict=True,
            )
        },
        counting_uncertainty=_known(names, columns["counting_uncertainty"]),
        systematic=_known(names, columns["systematic"]),
        goodness_of_fit=float(dataset.attrs["goodness_of_fit"]),
        weighted_residual=float(dataset.attrs["weighted_residual"]),
        assessment=Assessment(dataset.attrs["assessment"]),
        message=dataset.attrs["message"],
        flags=tuple(flag for flag in dataset.attrs["flags"].split("; ") if flag),
        engine=dataset.attrs["engine"],
        ticks={str(phase): angles[phases == phase] for phase in dict.fromkeys(phases.tolist())},
        **{name: np.asarray(dataset[name].values) for name in POINTS},
    )


def _known(names: Sequence[str], values: np.ndarray) -> dict[str, float]:
    return {
        name: float(value) for name, value in zip(names, values, strict=True) if not np.isnan(float(value))
    }


def findings_of_pattern(refined: RefinedPattern, condition: str = "") -> Iterator[Finding]:
    """Yield what a refined pattern tells; nothing when its fit is not to be trusted.

    Parameters
    ----------
    refined
        The refined pattern.
    condition
        State and history in words.

    Yields
    ------
    :
        Findings; the note gives the uncertainty of the counts alone and the systematic error.
    """
    if refined.assessment in (Assessment.NOT_CONVERGED, Assessment.TOO_FEW_DATA):
        return
    for name, value in refined.values.items():
        head, _, bracket = name.partition("(")
        if head not in QUANTITIES or not np.isfinite([value.value, value.uncertainty]).all():
            continue
        words = [re.sub(r"\)$", "", bracket), condition]
        yield Finding(
            quantity=QUANTITIES[head],
            value=value,
            technique="diffraction",
            condition=", ".join(word for word in words if word),
            note=_note(refined, name),
        )


def _note(refined: RefinedPattern, name: str) -> str:
    sentences = []
    unit = refined.values[name].unit
    if name in refined.counting_uncertainty:
        sentences.append(
            f"Of the counts alone: {refined.counting_uncertainty[name]:.2g} {unit}".strip() + "."
        )
    if name in refined.systematic:
        sentences.append(
            f"A systematic error of {refined.systematic[name]:.2g} {unit}".strip() + " comes on top."
        )
    if refined.assessment is not Assessment.GOOD:
        sentences.append(f"The fit is {refined.assessment}: {refined.message}")
    return " ".join(sentences)
