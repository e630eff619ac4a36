"""A rival: no LMCT; the electrolyte gives electrons to the charged electrode, which takes lithium back.

That needs electrolyte: in the cell, at any temperature. A washed and dried powder in an oven has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lmct.electrode.charge_transfer import arrhenius
from lmct.electrode.model import Electrode
from lmct.electrode.parameters import ElectrodeParameters
from lmct.electrode.segment import Segment
from lmct.electrode.state import Drive, ElectrodeState
from lmct.evidence.likelihood.mechanism import TOLERANCE, Simulator
from lmct.evidence.likelihood.prior import Uniform
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.mechanism import no_lmct
from lmct.evidence.mechanism.electrode_base import checked, electrode_with, own_values, without_lmct
from lmct.evidence.mechanism.step_history import StepPlan
from lmct.protocol.driving import LONGEST_STEP, SAFE_VOLTAGES
from lmct.protocol.history import History, SimulatedHistory
from lmct.protocol.simulation import run_step
from lmct.protocol.start_check import check_start
from lmct.protocol.step import Step
from lmct.quantity.constants import HOUR
from lmct.quantity.errors import LmctError, NotConverged, OutOfRange

NAME = "self-discharge"
TITLE = "no LMCT: the electrolyte discharges the electrode, in the cell but not in a dry powder"
FLOOR = 2.8
"""Voltage at which the electrolyte gives no more electrons [V]: that of a fresh cell."""

OWN_UNKNOWNS = (
    Unknown(
        "self_discharge_rate",
        Uniform(1e-10, 5e-6, logarithmic=True, source="assumption: 0.6 Li in a day and a half to 190 years"),
        "1/(f.u. s)",
        "current from the electrolyte at 25 degC",
    ),
    Unknown(
        "self_discharge_activation",
        Uniform(0.2, 1.2, source="assumption: from transport to bond breaking"),
        "eV",
        "its activation energy",
    ),
)
OWN = frozenset(one.name for one in OWN_UNKNOWNS)
"""Names that are not the electrode's."""


@dataclass(frozen=True)
class SelfDischarge:
    """The mechanism.

    The current from the electrolyte runs in rests, charges and discharges, not in holds and sweeps, where
    the cycler makes up for it. It takes the temperature of the surroundings at once.

    Parameters
    ----------
    base
        The electrode, without LMCT.
    unknowns
        Numbers of the electrode, and the rate of the self-discharge and its activation energy.
    name, title
        As in :class:`~lmct.evidence.likelihood.mechanism.Mechanism`.
    """

    base: ElectrodeParameters
    unknowns: tuple[Unknown, ...]
    name: str = NAME
    title: str = TITLE

    def simulator(self, protocols: Sequence[tuple[Step, ...]]) -> Simulator:
        """Return what simulates these protocols for any values of the unknowns."""
        return SelfDischargeSimulator(self, StepPlan(protocols))


@dataclass(frozen=True, eq=False)
class SelfDischargeSimulator:
    """Simulates the protocols of a plan on an electrode that the electrolyte discharges.

    Parameters
    ----------
    mechanism
        Gives the electrode.
    plan
        The protocols.
    """

    mechanism: SelfDischarge
    plan: StepPlan[ElectrodeState]

    def __call__(self, values: Mapping[str, float]) -> Sequence[History | LmctError]:
        """Return the history of each protocol, or why there is none."""
        try:
            parameters = electrode_with(self.mechanism.base, self.mechanism.unknowns, values, OWN)
            electrode = Electrode(parameters, tolerance=TOLERANCE)
            start = electrode.pristine()
        except (OutOfRange, NotConverged) as error:
            return [error] * len(self.plan.protocols)
        own = own_values(OWN_UNKNOWNS, values)

        def advance(step: Step, state: ElectrodeState) -> tuple[History, ElectrodeState]:
            leak = arrhenius(own["self_discharge_rate"], own["self_discharge_activation"], step.temperature)
            check_start(step, state)
            segments = _segments(electrode, step, state, leak)
            return SimulatedHistory((step,), (segments,), parameters), segments[-1].end

        return self.plan.run(start, advance, parameters)


def unknowns(base: ElectrodeParameters) -> tuple[Unknown, ...]:
    """Return its unknowns with their default priors."""
    return (*no_lmct.unknowns(base), *OWN_UNKNOWNS)


def build(base: ElectrodeParameters, chosen: Sequence[Unknown]) -> SelfDischarge:
    """Return the mechanism on an electrode with the unknowns that were chosen."""
    own = without_lmct(base)
    return SelfDischarge(own, checked(own, chosen, OWN))


def _segments(electrode: Electrode, step: Step, state: ElectrodeState, leak: float) -> tuple[Segment, ...]:
    if step.kind in ("charge", "discharge"):
        return (_driven(electrode, step, state, leak),)
    if step.kind == "rest":
        return _rest(electrode, step, state, leak)
    return (run_step(electrode, step, state),)


def _rest(electrode: Electrode, step: Step, state: ElectrodeState, leak: float) -> tuple[Segment, ...]:
    """Return a rest in the cell: discharged by the electrolyte down to the floor, then left alone."""
    left = step.duration or 0.0
    segments: list[Segment] = []
    if state.voltage > FLOOR:
        drive = Drive(current=-leak, surroundings=step.temperature, duration=left, stop_voltage=FLOOR)
        segments.append(electrode.advance(state, drive))
        state, left = segments[-1].end, left - segments[-1].duration
    if left > 0.0:
        drive = Drive(current=0.0, surroundings=step.temperature, duration=left)
        segments.append(electrode.advance(state, drive))
    return tuple(segments)


def _driven(electrode: Electrode, step: Step, state: ElectrodeState, leak: float) -> Segment:
    """Return a charge or discharge; the cycler's own current counts for its capacity."""
    per_electron = electrode.parameters.mah_per_gram
    current = step.signed_current / per_electron / HOUR - leak
    if step.kind == "charge" and current <= 0.0:
        raise OutOfRange(f"{step}: the electrolyte takes more than the current gives.")
    duration = LONGEST_STEP if step.duration is None else step.duration
    if step.stop_capacity is not None:
        duration = min(duration, step.stop_capacity / step.specific_current * HOUR)
    safe = SAFE_VOLTAGES[1] if step.kind == "charge" else SAFE_VOLTAGES[0]
    limit = safe if step.stop_voltage is None else step.stop_voltage
    drive = Drive(current=current, surroundings=step.temperature, duration=duration, stop_voltage=limit)
    segment = electrode.advance(state, drive)
    if segment.stopped_by == "voltage" and step.stop_voltage is None:
        raise NotConverged(f"{step}: no lithium is left to move. Add a voltage limit, e.g. 'until 4.8 V'.")
    return segment
