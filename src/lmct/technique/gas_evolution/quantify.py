"""From the data set of a record to the release of its gases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import MissingColumn, OutOfRange
from lmct.technique.contract import Measurement
from lmct.technique.gas_evolution.calibration import (
    Calibration,
    calibration_from_plateaus,
    calibration_from_sensitivities,
)
from lmct.technique.gas_evolution.occasion import Occasion
from lmct.technique.gas_evolution.release import Release, release_from_signals
from lmct.technique.gas_evolution.request import Request

if TYPE_CHECKING:
    import xarray as xr


def signals_of(
    dataset: xr.Dataset, channels: Sequence[int], reference: int | None
) -> Float[np.ndarray, "row channel"]:
    """Return ion currents, divided by that of the carrier when a reference is given.

    Parameters
    ----------
    dataset
        As :func:`~lmct.technique.gas_evolution.analyse.dataset_of_trace` gives it.
    channels
        m/z.
    reference
        m/z of the carrier; None for currents as they are.

    Raises
    ------
    MissingColumn
        A channel was not recorded.
    OutOfRange
        The reference is not positive everywhere.
    """
    wanted = [*channels, *([] if reference is None else [reference])]
    missing = [mass for mass in wanted if f"mz_{mass}" not in dataset]
    if missing:
        found = ", ".join(name[3:] for name in map(str, dataset) if name.startswith("mz_"))
        raise MissingColumn(
            f"{dataset.attrs.get('source_file', 'the record')} has no m/z {', '.join(map(str, missing))}"
            f" (found: {found}). Expected every channel that is used. Change channels or gases."
        )
    columns = [np.asarray(dataset[f"mz_{mass}"].values, dtype=float) for mass in channels]
    if reference is None:
        return np.stack(columns, axis=1)
    carrier = np.asarray(dataset[f"mz_{reference}"].values, dtype=float)
    if np.any(carrier <= 0.0):
        raise OutOfRange(
            f"the carrier m/z {reference} has currents that are not positive. Expected a steady signal."
            " Choose another reference, or none."
        )
    return np.stack([column / carrier for column in columns], axis=1)


def calibration_of(request: Request, plateaus_of: Measurement | None = None) -> Calibration:
    """Return the calibration that options or a calibration record give.

    Parameters
    ----------
    request
        Sensitivities, or the plateaus of the record.
    plateaus_of
        The calibration record; None for given sensitivities.

    Raises
    ------
    MissingColumn
        Neither is there.
    """
    if plateaus_of is not None:
        return calibration_from_plateaus(
            time=np.asarray(plateaus_of.dataset["time"].values, dtype=float),
            signals=signals_of(plateaus_of.dataset, request.channels, request.reference),
            channels=request.channels,
            plateaus=request.plateaus,
            fragments=request.fragments,
        )
    if not request.sensitivities:
        raise MissingColumn(
            "no calibration is known. Expected sensitivities or a calibration record. Give sensitivities ="
            " { O2 = [2.0e-8, 2e-10] } (signal per mole fraction), or calibration = its name."
        )
    return calibration_from_sensitivities(
        {gas: request.sensitivities[gas] for gas in request.gases if gas in request.sensitivities},
        channels=request.channels,
        fragments=request.fragments,
    )


def quantify(
    measurement: Measurement, request: Request, occasion: Occasion, calibration: Calibration | None = None
) -> Release:
    """Return the release of one record.

    Parameters
    ----------
    measurement
        The record.
    request
        How.
    occasion
        Rests and windows.
    calibration
        By default that of the request.

    Raises
    ------
    DataError
        Something that is needed is not known or missing.
    """
    if request.active_mass is None:
        raise OutOfRange(
            f"{measurement.name}: the active mass is not known. Expected grams. Give active_mass [g]."
        )
    calibration = calibration or calibration_of(request)
    data = measurement.dataset
    time = np.asarray(data["time"].values, dtype=float)
    return release_from_signals(
        time=time,
        signals=signals_of(data, calibration.channels, request.reference),
        calibration=calibration,
        request=request,
        quiet=occasion.quiet(time, request),
        windows=(*occasion.windows, *occasion.limited),
        mass=request.active_mass,
        flow=np.asarray(data["flow"].values, dtype=float) if "flow" in data else None,
    )
