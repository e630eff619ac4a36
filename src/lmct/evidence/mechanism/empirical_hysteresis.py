"""A rival: plain empirical hysteresis, a function of charge and direction that is frozen at rest.

It says nothing of rates or temperature: open circuit, heating and time change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.likelihood.mechanism import Simulator
from lmct.evidence.likelihood.prior import Uniform
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.mechanism.electrode_base import checked, electrode_with, own_values
from lmct.evidence.mechanism.hysteresis_curve import HysteresisCurve
from lmct.evidence.mechanism.hysteresis_step import HysteresisState, advance_hysteresis
from lmct.evidence.mechanism.step_history import StepPlan
from lmct.protocol.history import History
from lmct.protocol.step import ROOM_TEMPERATURE, Step
from lmct.quantity.errors import LmctError, OutOfRange

NAME = "empirical-hysteresis"
TITLE = "plain hysteresis: voltage and holes follow charge and direction, and nothing changes at rest"
FRESH = 2.8
"""Open-circuit voltage of the fresh electrode [V], as in the other mechanisms."""

UNKNOWNS = (
    Unknown(
        "charge_voltage",
        Uniform(3.3, 4.2, source="L110: charge starts between 3.5 and 4 V; width is an assumption"),
        "V",
        "start of the charge branch",
    ),
    Unknown(
        "charge_slope",
        Uniform(0.0, 2.0, source="L234-235: about 4.4 V after 0.62 Li; width is an assumption"),
        "V f.u.",
        "slope of the charge branch",
    ),
    Unknown(
        "gap_charged",
        Uniform(0.0, 1.5, source="L110, L141: 4.4 V on charge and 3.8 V on discharge; wider"),
        "V",
        "hysteresis of the charged electrode",
    ),
    Unknown(
        "gap_discharged",
        Uniform(0.0, 3.0, source="L110, L144: 3.8 V on charge and 2.2 V on discharge; wider"),
        "V",
        "hysteresis of the discharged electrode",
    ),
    Unknown(
        "gap_lithium",
        Uniform(0.0, 0.9, source="anywhere between full and empty"),
        "1/f.u.",
        "lithium extracted where one becomes the other",
    ),
    Unknown(
        "gap_width",
        Uniform(0.003, 0.1, logarithmic=True, source="assumption: a step between two plateaus"),
        "1/f.u.",
        "width of that change",
    ),
    Unknown(
        "reversal_charge",
        Uniform(1e-4, 0.3, logarithmic=True, source="assumption: from at once to half of the capacity"),
        "1/f.u.",
        "charge that forgets a change of direction",
    ),
    Unknown(
        "lithium_lost",
        Uniform(0.0, 0.3, source="first-cycle efficiency above one half, an assumption"),
        "1/f.u.",
        "lithium that does not come back",
    ),
)

OWN = frozenset(one.name for one in UNKNOWNS)
"""Names that are not the electrode's."""


@dataclass(frozen=True)
class EmpiricalHysteresis:
    """The mechanism.

    Parameters
    ----------
    base
        Molar mass, lithium that can be extracted and metal that can be oxidised.
    unknowns
        Numbers of the hysteresis, and of the base.
    name, title
        As in :class:`~lmct.evidence.likelihood.mechanism.Mechanism`.
    """

    base: ElectrodeParameters
    unknowns: tuple[Unknown, ...]
    name: str = NAME
    title: str = TITLE

    def curve(self, values: Mapping[str, float]) -> HysteresisCurve:
        """Return the hysteresis for values of the unknowns; those not among them at their prior's middle."""
        base = electrode_with(self.base, self.unknowns, values, OWN)
        numbers = own_values(UNKNOWNS, values)
        return HysteresisCurve(**numbers, lithium_max=base.lithium_max, lithium_width=base.lithium_width)

    def simulator(self, protocols: Sequence[tuple[Step, ...]]) -> Simulator:
        """Return what simulates these protocols for any values of the unknowns."""
        return HysteresisSimulator(self, StepPlan(protocols))


@dataclass(frozen=True, eq=False)
class HysteresisSimulator:
    """Simulates the protocols of a plan with the hysteresis of a mechanism.

    Parameters
    ----------
    mechanism
        Gives the hysteresis.
    plan
        The protocols.
    """

    mechanism: EmpiricalHysteresis
    plan: StepPlan[HysteresisState]

    def __call__(self, values: Mapping[str, float]) -> Sequence[History | LmctError]:
        """Return the history of each protocol, or why there is none."""
        try:
            parameters = electrode_with(self.mechanism.base, self.mechanism.unknowns, values, OWN)
            curve = self.mechanism.curve(values)
        except OutOfRange as error:
            return [error] * len(self.plan.protocols)

        def advance(step: Step, state: HysteresisState) -> tuple[History, HysteresisState]:
            stage = advance_hysteresis(step, state, curve, parameters)
            return stage, stage.end

        start = HysteresisState(curve.pristine(FRESH), 1.0, ROOM_TEMPERATURE)
        return self.plan.run(start, advance, parameters)


def unknowns(base: ElectrodeParameters) -> tuple[Unknown, ...]:
    """Return its unknowns with their default priors."""
    return UNKNOWNS


def build(base: ElectrodeParameters, chosen: Sequence[Unknown]) -> EmpiricalHysteresis:
    """Return the mechanism on an electrode with the unknowns that were chosen."""
    return EmpiricalHysteresis(base, checked(base, chosen, OWN))
