"""Fractions of a heating series as findings: values, changes and rate laws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.relaxation.fit import RelaxationData, fit_relaxation
from lmct.relaxation.heating import heating_intervals
from lmct.relaxation.laws import laws_for
from lmct.relaxation.rate_law import ATTEMPT_FREQUENCY
from lmct.technique.contract import Measurement
from lmct.technique.photoemission.request import relaxation_laws
from lmct.technique.photoemission.series_of_measurements import condition_of


def fraction_findings(
    quantity: str,
    series: Sequence[Measurement],
    fractions: Float[np.ndarray, "spectrum"],
    statistical: Float[np.ndarray, "spectrum spectrum"],
    covariance: Float[np.ndarray, "spectrum spectrum"],
) -> list[Finding]:
    """Return each fraction, and each change against the first sample with its own correlated error.

    Parameters
    ----------
    quantity
        Name of the fraction.
    series
        Measurements.
    fractions
        Of each [1].
    statistical, covariance
        Of the counts alone, and with systematic errors.
    """
    found = []
    for place, one in enumerate(series):
        counted, total = statistical[place, place], covariance[place, place]
        about = {
            "sample": one.sample,
            "technique": "photoemission",
            "condition": condition_of(one),
            "source_file": one.source_file,
            "source_sha256": one.source_sha256,
        }
        note = f"Of the counts alone: {counted**0.5:.2g}. Systematic: {max(total - counted, 0.0) ** 0.5:.2g}."
        value = Value(float(fractions[place]), float(total**0.5))
        found.append(Finding(quantity=quantity, value=value, note=note, **about))
        if place:
            change = np.zeros(len(series))
            change[0], change[place] = -1.0, 1.0
            variance = float(change @ covariance @ change)
            value = Value(float(change @ fractions), max(variance, 0.0) ** 0.5)
            note = f"Since {series[0].name}; errors common to both cancel."
            found.append(Finding(quantity=f"{quantity}_change", value=value, note=note, **about))
    return found


def rate_findings(
    quantity: str,
    series: Sequence[Measurement],
    left: Float[np.ndarray, "spectrum"],
    statistical: Float[np.ndarray, "spectrum spectrum"],
    options: Mapping[str, Any],
) -> tuple[list[Finding], list[str]]:
    """Return the parameters of rate laws of what is left, and what the fits say.

    Parameters
    ----------
    quantity
        Name of the fraction.
    series
        Measurements with ``hold_time`` and ``hold_temperature``.
    left
        What is left in each [1].
    statistical
        Its covariance by counts.
    options
        Which laws.
    """
    heated = [one for one in series if one.condition.get("hold_time", 0.0) > 0.0]
    if any("hold_temperature" not in one.condition for one in heated) or len(heated) < 3:
        return [], ["too few heated samples with hold_time and hold_temperature for a rate law."]
    heatings = tuple(
        heating_intervals(
            hold_time=one.condition.get("hold_time", 0.0),
            hold_temperature=one.condition.get("hold_temperature", 298.15),
        )
        for one in series
    )
    data = RelaxationData(heating=heatings, capacity=left, uncertainty=np.sqrt(np.diag(statistical)))
    found, said = [], []
    for law in laws_for(heatings, ATTEMPT_FREQUENCY, relaxation_laws(options)):
        fit = fit_relaxation(law, data)
        if fit is None:
            said.append(f"{law.name}: not more samples than parameters.")
            continue
        said.append(fit.message)
        for name in law.parameters:
            found.append(
                Finding(
                    quantity=f"{quantity}_{name}",
                    value=Value(*fit.value(name)),
                    sample=series[0].sample,
                    technique="photoemission",
                    condition=law.name,
                    note=fit.message,
                )
            )
    return found, said
