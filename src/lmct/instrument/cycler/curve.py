"""A voltage-capacity curve without time and current, as published or digitised, made into a record."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from lmct import __version__
from lmct.instrument.cycler.record import CURRENT, TIME, VOLTAGE, CyclerRecord
from lmct.quantity.errors import DamagedFile, OutOfRange, unknown_name

NOISE_SHARE = 0.01
"""Steps back of the capacity axis up to this share of its range are taken for noise of digitising [1]."""


def record_from_curve(
    *,
    specific_capacity: Float[np.ndarray, "row"],
    voltage: Float[np.ndarray, "row"],
    specific_current: float,
    direction: str,
    source_file: str = "",
) -> CyclerRecord:
    """Time and current of one half-cycle at constant current, for 1 g of active material.

    Parameters
    ----------
    specific_capacity
        Capacity axis of the curve, rising or falling [mAh/g].
    voltage
        Voltage [V].
    specific_current
        Magnitude of the current [mA/g], positive.
    direction
        ``"charge"`` or ``"discharge"``.
    source_file
        Name of the file, for messages.

    Returns
    -------
    :
        A record with ``active_mass`` 1 g; time is 0 at the zero of a rising or the start of a falling axis.

    Raises
    ------
    OutOfRange
        The current is not positive.
    UnknownName
        The direction is neither charge nor discharge.
    DamagedFile
        The capacity axis turns round, so that the curve is more than one half-cycle.

    Examples
    --------
    >>> record = record_from_curve(specific_capacity=np.array([0.0, 20.0]), voltage=np.array([3.0, 2.0]),
    ...                            specific_current=20.0, direction="discharge")
    >>> record.time.tolist(), record.current.tolist()
    ([0.0, 3600.0], [-0.02, -0.02])
    """
    if direction not in ("charge", "discharge"):
        raise unknown_name("direction", direction, ("charge", "discharge"))
    if not specific_current > 0:
        raise OutOfRange(
            f"specific_current is {specific_current:g} mA/g. Expected a positive magnitude."
            " Give the direction apart, in 'direction'."
        )
    known = np.isfinite(specific_capacity) & np.isfinite(voltage)
    said = [f"{np.sum(~known)} points without capacity or voltage left out."] if not known.all() else []
    passed, back = _passed_capacity(specific_capacity[known], source_file)
    if back > 0:
        said.append(f"the capacity axis steps back by up to {back:.2g} mAh/g (digitising): points sorted.")
    order = np.argsort(passed, kind="stable")
    sign = 1.0 if direction == "charge" else -1.0
    return CyclerRecord(
        columns={
            TIME: passed[order] / specific_current * 3600.0,
            VOLTAGE: voltage[known][order],
            CURRENT: np.full(len(order), sign * specific_current / 1e3),
        },
        source_file=source_file,
        format="column-map",
        reader=f"lmct {__version__}",
        active_mass=1.0,
        warnings=(
            f"time and current built from capacity at {specific_current:g} mA/g for 1 g of active material.",
            *said,
        ),
    )


def _passed_capacity(
    axis: Float[np.ndarray, "row"], source_file: str
) -> tuple[Float[np.ndarray, "row"], float]:
    """Return the capacity passed since the start of a curve, and how far its axis steps back [mAh/g]."""
    if len(axis) < 2:
        raise DamagedFile(
            f"{source_file}: the curve has {len(axis)} points. Expected at least 2. Check the columns."
        )
    passed = axis if axis[-1] >= axis[0] else axis[0] - axis
    behind = np.maximum.accumulate(passed) - passed
    back = float(np.max(behind))
    if back > NOISE_SHARE * float(np.ptp(passed)):
        row = int(np.argmax(behind)) + 1
        raise DamagedFile(
            f"{source_file}: the capacity axis turns back by {back:.4g} mAh/g before row {row}."
            " Expected one charge or one discharge. Name each branch in 'curves', or cut the file."
        )
    return passed, back
