"""Unknowns and derived quantities of a posterior as findings with intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.electrode.model import Electrode
from lmct.evidence.inference.derived import Condition, quantity_named
from lmct.evidence.inference.evaluation import in_order
from lmct.evidence.inference.learning import learning_from
from lmct.evidence.inference.posterior import NOT_TRUSTED, Posterior
from lmct.quantity.errors import NotConverged, OutOfRange
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value

TECHNIQUE = "inference"

SETS = 200
"""Samples of the posterior for which a quantity is computed."""

PORTION = 8

ElectrodeOf = Callable[[Mapping[str, float]], Electrode]
"""Gives the electrode for values of the unknowns, for example ``ElectrodeMechanism.electrode``."""


@dataclass(frozen=True, eq=False)
class DerivedSamples:
    """A derived quantity over a posterior.

    Parameters
    ----------
    name, unit
        Of the quantity.
    condition
        What it is taken at, in words; empty when it depends on nothing.
    samples
        NaN where a sample has no such quantity, infinite where it is beyond what is followed.
    logarithmic
        Whether its spread is that of the logarithm.
    """

    name: str
    unit: str
    condition: str
    samples: Float[np.ndarray, "sample"]
    logarithmic: bool

    def interval(self, probability: float = 0.68) -> tuple[float, float]:
        """Return the central interval; NaN when less than half of the samples have the quantity."""
        known = self.samples[~np.isnan(self.samples)]
        if len(known) < max(0.5 * len(self.samples), 1):
            return math.nan, math.nan
        edges = [0.5 - 0.5 * probability, 0.5 + 0.5 * probability]
        low, high = np.quantile(known, edges, method="inverted_cdf")
        return float(low), float(high)

    @property
    def finding(self) -> Finding:
        """Median, half of the central 68 % interval, and the intervals in words."""
        low, high = self.interval()
        lowest, highest = self.interval(0.95)
        middle = self.interval(0.0)[0]
        bounded = math.isfinite(high) and math.isfinite(low)
        spread = 0.5 * (high - low) if bounded else math.nan
        note = f"median; 68 %: {low:.4g} to {high:.4g}, 95 %: {lowest:.4g} to {highest:.4g}"
        if not bounded:
            note += "; not bounded by the data"
        missing = float(np.mean(np.isnan(self.samples)))
        if missing > 0.0:
            note += f"; {100 * missing:.0f} % of the posterior have no such quantity"
        value = Value(middle, spread, self.unit)
        return Finding(self.name, value, technique=TECHNIQUE, condition=self.condition, note=note)


def derived_samples(
    posterior: Posterior,
    electrode: ElectrodeOf,
    wanted: Sequence[tuple[str, Condition]],
    *,
    most: int = SETS,
    executor: Executor | None = None,
) -> tuple[DerivedSamples, ...]:
    """Return derived quantities over a posterior.

    Parameters
    ----------
    posterior
        The posterior.
    electrode
        Gives the electrode for values of the unknowns.
    wanted
        Names of quantities, each with its condition.
    most
        Samples of the posterior that are used.
    executor
        Where to compute; None for here.

    Returns
    -------
    :
        In the order asked for.

    Raises
    ------
    UnknownName
        There is no quantity of a name.
    """
    entries = [(quantity_named(name), condition) for name, condition in wanted]
    sets = list(posterior.sets(most))
    pieces = [(electrode, sets[first : first + PORTION], wanted) for first in range(0, len(sets), PORTION)]
    table = np.vstack(in_order(quantities_of, pieces, executor=executor))
    return tuple(
        DerivedSamples(
            entry.name,
            entry.unit,
            condition_words(entry.needs, condition),
            table[:, place],
            entry.logarithmic,
        )
        for place, (entry, condition) in enumerate(entries)
    )


def quantities_of(
    electrode: ElectrodeOf, sets: Sequence[Mapping[str, float]], wanted: Sequence[tuple[str, Condition]]
) -> Float[np.ndarray, "set quantity"]:
    """Return derived quantities for sets of values; NaN where one cannot be had.

    Parameters
    ----------
    electrode
        Gives the electrode for values of the unknowns.
    sets
        Values of the unknowns.
    wanted
        Names of quantities, each with its condition.
    """
    rows = []
    for values in sets:
        made = electrode(values)
        rows.append([_quantity(made, name, condition) for name, condition in wanted])
    return np.array(rows, dtype=float).reshape(len(sets), len(wanted))


def findings_from(
    posterior: Posterior, derived: Sequence[DerivedSamples] = (), *, sample: str = "", mechanism: str = ""
) -> tuple[Finding, ...]:
    """Return all unknowns and derived quantities as findings.

    Parameters
    ----------
    posterior
        The posterior.
    derived
        From :func:`derived_samples`.
    sample
        Name of the material or study.
    mechanism
        Title of the mechanism under which all this holds.

    Returns
    -------
    :
        Findings of the technique ``"inference"``; notes say what the data did not decide.
    """
    found = []
    for one, learnt in zip(posterior.unknowns.members, learning_from(posterior), strict=True):
        known = DerivedSamples(one.name, one.unit, "", posterior.of(one.name), False).finding
        found.append((known, learnt.words))
    found += [(one.finding, "") for one in derived]
    under = f"under {mechanism}" if mechanism else ""
    return tuple(
        Finding(
            one.quantity,
            one.value,
            sample=sample,
            technique=TECHNIQUE,
            condition=one.condition,
            note="; ".join(filter(None, (one.note, words, under, NOT_TRUSTED if posterior.doubt else ""))),
        )
        for one, words in found
    )


def _quantity(electrode: Electrode, name: str, condition: Condition) -> float:
    try:
        return quantity_named(name).compute(electrode, condition)
    except (NotConverged, OutOfRange):
        return math.nan


def condition_words(needs: Sequence[str], condition: Condition) -> str:
    """Return what a quantity is taken at, in words.

    Parameters
    ----------
    needs
        Fields of the condition that it depends on.
    condition
        The condition.

    Examples
    --------
    >>> condition_words(("voltage",), Condition(voltage=4.5))
    'charged to 4.5 V'
    """
    words = {
        "voltage": f"charged to {condition.voltage:g} V",
        "temperature": f"{condition.temperature - 273.15:g} degC",
    }
    return ", ".join(text for name, text in words.items() if name in needs)
