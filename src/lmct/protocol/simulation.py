"""Run a protocol on an electrode: steps in, their history out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lmct.electrode.model import TOLERANCE, Electrode
from lmct.electrode.of_material import parameters_of_material
from lmct.electrode.segment import Segment
from lmct.electrode.state import ElectrodeState
from lmct.protocol.driving import drive_of_step
from lmct.protocol.run import Run
from lmct.protocol.start_check import check_start
from lmct.protocol.step import Step
from lmct.quantity.errors import NotConverged, OutOfRange

LARGEST_HISTORY = 4_000_000_000
"""A run whose history takes more memory is given up [byte]."""


def run_protocol(electrode: Electrode, steps: Iterable[Step], *, start: ElectrodeState | None = None) -> Run:
    """Run steps on an electrode.

    Parameters
    ----------
    electrode
        The electrode.
    steps
        At least one step.
    start
        State to start from; the pristine electrode by default.

    Returns
    -------
    :
        The history.

    Raises
    ------
    OutOfRange
        There is no step, or one cannot start where the step before it ends, e.g. beyond its voltage limit;
        the message names the step.
    NotConverged
        A step failed or never met its limit; the message names the step.
    """
    protocol = tuple(steps)
    if not protocol:
        raise OutOfRange(
            "the protocol has no steps. Give at least one, e.g. 'Charge at 20 mA/g until 4.8 V'."
        )
    state = electrode.pristine() if start is None else start
    segments: list[Segment] = []
    size = 0
    for number, step in enumerate(protocol, start=1):
        try:
            check_start(step, state)
            segments.append(run_step(electrode, step, state))
        except (NotConverged, OutOfRange) as error:
            raise type(error)(f"step {number}: {error}") from error
        state = segments[-1].end
        size += segments[-1].inner.nbytes + segments[-1].inner_dense.nbytes
        if size > LARGEST_HISTORY:
            raise OutOfRange(
                f"step {number}: the history takes more than {LARGEST_HISTORY // 10**9} GB of memory. Run a"
                " shorter protocol, or one after the other from the state in which the last one ended."
            )
    return Run(protocol, tuple(segments), electrode.parameters)


def run_step(electrode: Electrode, step: Step, state: ElectrodeState) -> Segment:
    """Run one step of a protocol.

    Parameters
    ----------
    electrode
        The electrode.
    step
        The step. One whose voltage limit has been passed ends at once.
    state
        State to start from.

    Returns
    -------
    :
        Its history.

    Raises
    ------
    OutOfRange
        The electrode cannot start this step from there.
    NotConverged
        It failed or never met its limit.
    """
    try:
        segment = electrode.advance(state, drive_of_step(step, state, electrode.parameters))
    except NotConverged as error:
        raise NotConverged(f"{step}: {error}") from error
    if step.duration is None and segment.stopped_by == "time":
        raise NotConverged(f"{step} did not meet its limit within ten years. Change the limit.")
    if step.stop_voltage is None and segment.stopped_by == "voltage":
        raise NotConverged(
            f"{step} reached {abs(segment.end.voltage):.1f} V after"
            f" {abs(segment.charge) * electrode.parameters.mah_per_gram:.1f} mAh/g, before its own limit:"
            " no lithium is left to move. Add a voltage limit, e.g. 'until 4.8 V', or ask for less."
        )
    return segment


def simulate(
    steps: Sequence[Step],
    *,
    material: str = "li-ti-ni-o",
    x: float | None = None,
    settings: Mapping[str, Any] | None = None,
    tolerance: float = TOLERANCE,
) -> Run:
    """Simulate a protocol on the electrode of a material.

    Parameters
    ----------
    steps
        The protocol.
    material, x
        Material and member of its family.
    settings
        Electrode parameters to change, by name.
    tolerance
        Of the integration.

    Returns
    -------
    :
        The history.

    Raises
    ------
    UnknownName, OutOfRange, NotConverged
        As the parts say.

    Examples
    --------
    >>> from lmct.protocol import galvanostatic
    >>> run = simulate(galvanostatic(cycles=1))
    >>> [step.stopped_by for step in run.steps]
    ['voltage', 'voltage']
    """
    parameters = parameters_of_material(material, x)
    if settings:
        parameters = parameters.replace(**settings)
    return run_protocol(Electrode(parameters, tolerance=tolerance), steps)
