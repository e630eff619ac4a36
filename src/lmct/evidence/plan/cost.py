"""What a measurement costs, in hours of hands and of equipment."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lmct.evidence.virtual.planned import PlannedMeasurement
from lmct.protocol.step import Step
from lmct.quantity.constants import HOUR
from lmct.quantity.errors import OutOfRange

INSTRUMENT_HOURS: Mapping[str, float] = MappingProxyType(
    {
        "electrochemistry": 0.0,
        "diffraction": 0.5,
        "absorption": 0.5,
        "photoemission": 2.0,
        "gas evolution": 2.0,
    }
)
"""Hours of the instrument for each time at which it looks at a sample [h]; assumptions."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Hours that a measurement takes.

    Parameters
    ----------
    hands
        Of a person [h].
    equipment
        Of instruments, ovens and channels, each weighed by how scarce it is [h].
    waiting
        From beginning to end; not part of the total [h].
    """

    hands: float
    equipment: float
    waiting: float = 0.0

    @property
    def total(self) -> float:
        """Hands and equipment together [h]."""
        return self.hands + self.equipment

    def __add__(self, other: Cost) -> Cost:
        """Return the cost of both, side by side."""
        return Cost(
            self.hands + other.hands, self.equipment + other.equipment, max(self.waiting, other.waiting)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CostTable:
    """What things cost in a laboratory; every default is an assumption, to be replaced by one's own numbers.

    Parameters
    ----------
    hands_per_measurement
        Planning and evaluation [h].
    hands_per_cell
        Making a cell or a sample and taking it apart [h].
    hands_per_portion
        Washing, drying, sealing and heating one portion of powder [h].
    channel_share
        Part of a cycler that one channel is: an hour of a channel costs so many hours of equipment.
    oven_share
        The same for a place in an oven.
    instrument_hours
        By technique, for each time at which the instrument looks at a sample [h].
    usual_capacity
        Of a charge or discharge without a limit of its own [mAh/g].

    Raises
    ------
    OutOfRange
        A number is negative or not finite.
    """

    hands_per_measurement: float = 1.0
    hands_per_cell: float = 0.75
    hands_per_portion: float = 1.0
    channel_share: float = 1.0 / 32.0
    oven_share: float = 0.05
    instrument_hours: Mapping[str, float] = field(default_factory=lambda: INSTRUMENT_HOURS)
    usual_capacity: float = 250.0

    def __post_init__(self) -> None:
        numbers = [getattr(self, one.name) for one in dataclasses.fields(self)]
        plain = [one for one in numbers if not isinstance(one, Mapping)]
        if not all(0.0 <= one < math.inf for one in (*plain, *self.instrument_hours.values())):
            raise OutOfRange("every cost must be a finite number of hours, zero or more.")

    def of(self, measurement: PlannedMeasurement) -> Cost:
        """Return what a measurement costs.

        Raises
        ------
        OutOfRange
            No cost is known for its technique.

        Examples
        --------
        >>> from lmct.evidence.virtual import plateau_titration
        >>> from lmct.protocol.titration import Portion
        >>> cost = CostTable().of(plateau_titration(Portion(in_cycling=True), cells=2))
        >>> round(cost.hands, 2), round(cost.equipment, 2), cost.waiting
        (2.5, 1.56, 25.0)
        """
        if measurement.technique not in self.instrument_hours:
            raise OutOfRange(
                f"{measurement.name!r}: no cost is known for {measurement.technique!r}. Expected one of"
                f" {', '.join(sorted(self.instrument_hours))}. Add it to instrument_hours."
            )
        channel = sum(self._hours(step) for step in measurement.protocol if step.kind != "heat")
        oven = sum(self._hours(step) for step in measurement.protocol if step.kind == "heat")
        looks = len({(one.step, at) for one in measurement.readings for at in one.at})
        each = self.instrument_hours[measurement.technique] * looks
        portions = 1 if any(step.kind == "heat" for step in measurement.protocol) else 0
        return Cost(
            hands=self.hands_per_measurement
            + self.hands_per_cell * measurement.cells
            + self.hands_per_portion * portions,
            equipment=measurement.cells * (self.channel_share * channel + each) + self.oven_share * oven,
            waiting=channel + oven,
        )

    def _hours(self, step: Step) -> float:
        if step.kind not in ("charge", "discharge"):
            return (step.duration or 0.0) / HOUR
        capacity = self.usual_capacity if step.stop_capacity is None else step.stop_capacity
        driven = capacity / step.specific_current
        return driven if step.duration is None else min(driven, step.duration / HOUR)
