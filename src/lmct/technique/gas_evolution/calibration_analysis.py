"""Sensitivities from records of known mixtures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import AnalysisResult, Measurement
from lmct.technique.gas_evolution.findings import NAME
from lmct.technique.gas_evolution.quantify import calibration_of
from lmct.technique.gas_evolution.request import OPTIONS, request_from_options
from lmct.technique.option import refuse_unknown


def analyse_calibration(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Return the sensitivities that every record with plateaus gives.

    Parameters
    ----------
    measurements
        Calibration records.
    options
        Those of a measurement; they go before its own.
    """
    refuse_unknown(options, OPTIONS, technique="calibration")
    found, messages = [], []
    for record in (one for one in measurements if one.technique == NAME):
        stored = json.loads(str(record.dataset.attrs.get("options", "{}")))
        request = request_from_options({**stored, **options})
        if not request.plateaus:
            messages.append(f"{record.name}: no plateaus are given, so it is no calibration.")
            continue
        calibration = calibration_of(request, record)
        unit = "1" if request.reference else str(record.dataset[f"mz_{calibration.channels[0]}"].units)
        note = "signal of the largest peak per mole fraction; noise, mixture and fragments counted."
        found += [
            Finding(
                "gas_sensitivity",
                Value(float(value), float(spread), unit),
                record.sample,
                NAME,
                gas,
                record.source_file,
                record.source_sha256,
                note,
            )
            for gas, value, spread in zip(
                calibration.gases,
                calibration.sensitivity,
                calibration.sensitivity_uncertainty,
                strict=True,
            )
        ]
    return AnalysisResult(tuple(found), messages=tuple(messages))
