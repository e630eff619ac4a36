"""The hysteresis budget: what each process dissipates in a cycle, and where along its charge."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.electrode.budget import Budget
from lmct.electrode.state import ElectrodeState
from lmct.protocol.hysteresis_cycle import PIECES, Cycle, Piece, closed_cycles, pieces_of_cycle, whole_run
from lmct.protocol.hysteresis_inversion import inversion_index_from_path, order_index_from_path
from lmct.protocol.run import Run
from lmct.quantity.constants import FARADAY
from lmct.quantity.errors import OutOfRange

BALANCE = ("supplied", "stored", "double_layer", "heating")
"""Terms of a budget that are no dissipation."""

PROCESSES = tuple(field.name for field in fields(Budget) if field.name not in BALANCE)
"""Terms of a budget that are: one for each process."""

TOLERANCE = 1e-9
"""Of the integration behind a budget."""

NOT_CLOSED = 1e-3
"""A cycle whose stored energy changes by more than this share of its loop is said not to close [1]."""


@dataclass(frozen=True, eq=False)
class Profile:
    """Where along the charge passed the energy goes, one entry for each piece of the cycle.

    Parameters
    ----------
    step
        Number of the step.
    returning
        Whether the piece belongs to the second half of the cycle.
    charge
        Charge that passed in the piece, positive on charge [mAh/g].
    voltage
        Mean voltage over time [V].
    energy
        What each process dissipated in it [mWh/g].
    """

    step: Float[np.ndarray, "piece"]
    returning: Float[np.ndarray, "piece"]
    charge: Float[np.ndarray, "piece"]
    voltage: Float[np.ndarray, "piece"]
    energy: Mapping[str, Float[np.ndarray, "piece"]]

    @property
    def passed(self) -> Float[np.ndarray, "piece"]:
        """Charge passed in either direction up to the end of each piece [mAh/g]."""
        return np.cumsum(np.abs(self.charge))

    def dissipated_voltage(self, process: str) -> Float[np.ndarray, "piece"]:
        """Return the energy that a process dissipates per charge passed [V]; NaN where no current flows.

        Times the charge of each piece it adds up to the energy; with the energy dissipated at rest that is
        the loop area of a closed cycle.
        """
        charge = np.abs(self.charge)
        flows = charge > 1e-9 * charge.max(initial=0.0)
        return np.where(flows, self.energy[process], np.nan) / np.where(flows, charge, 1.0)

    def at_rest(self, process: str) -> float:
        """Return the energy that a process dissipates while no current flows [mWh/g]."""
        return float(self.energy[process][np.isnan(self.dissipated_voltage(process))].sum())


@dataclass(frozen=True, eq=False)
class HysteresisBudget:
    """The energy balance of a cycle.

    Parameters
    ----------
    cycle
        Number of the cycle, from 1; 0 when the run has none and this is the whole of it.
    steps
        Numbers of its first and last step.
    total
        The energy balance [mWh/g].
    profile
        The dissipation along the charge passed.
    start, end
        States at both ends; their charge is equal when this is a cycle.
    path
        Metal and oxygen holes along it [1/f.u.].
    metal_holes_max
        Holes the metal can hold [1/f.u.].
    """

    cycle: int
    steps: tuple[int, int]
    total: Budget
    profile: Profile
    start: ElectrodeState
    end: ElectrodeState
    path: Float[np.ndarray, "point 2"]
    metal_holes_max: float

    @property
    def loop_area(self) -> float:
        """Integral of V dQ over the cycle [mWh/g]; NaN when this is no cycle."""
        return self.total.supplied if self.cycle else math.nan

    @property
    def charge(self) -> float:
        """Charge of one half-cycle [mAh/g]; all that passed in either direction when this is no cycle."""
        return float(np.abs(self.profile.charge).sum()) / (2.0 if self.cycle else 1.0)

    @property
    def processes(self) -> dict[str, float]:
        """What each process dissipates [mWh/g]."""
        return {name: getattr(self.total, name) for name in PROCESSES}

    @property
    def dissipated(self) -> float:
        """Sum over the processes [mWh/g]."""
        return math.fsum(self.processes.values())

    @property
    def stored(self) -> float:
        """What the two ends differ in: Gibbs energy, double layer, and S dT of heating between [mWh/g]."""
        return self.total.stored + self.total.double_layer + self.total.heating

    @property
    def closure_error(self) -> float:
        """Part of the supplied energy that the terms do not account for, over all dissipation [1]."""
        return abs(self.total.supplied - self.stored - self.dissipated) / max(self.dissipated, 1e-300)

    @property
    def lmct_share(self) -> float:
        """Share of LMCT in all dissipation [1]: of a closed loop, its area."""
        return self.total.transfer / self.dissipated if self.dissipated > 0.0 else math.nan

    @property
    def inversion_index(self) -> float:
        """1 = fully inverted, 0 = none, NaN when this is no cycle (``hysteresis_inversion.py``)."""
        if not self.cycle:
            return math.nan
        n, p = self.path.T
        return inversion_index_from_path(oxygen_holes=p, metal_holes=n, metal_capacity=self.metal_holes_max)

    @property
    def order_index(self) -> float:
        """The same in units of what the metal really moves."""
        if not self.cycle:
            return math.nan
        n, p = self.path.T
        return order_index_from_path(oxygen_holes=p, metal_holes=n)

    def to_json(self) -> dict[str, Any]:
        """Return the numbers without the profile as plain JSON types; energies in mWh/g, charge in mAh/g."""
        return {
            "cycle": self.cycle,
            "steps": list(self.steps),
            "charge": self.charge,
            "loop_area": self.loop_area,
            "processes": self.processes,
            "at_rest": {name: self.profile.at_rest(name) for name in PROCESSES},
            "dissipated": self.dissipated,
            "stored": self.stored,
            "closure_error": self.closure_error,
            "lmct_share": self.lmct_share,
            "inversion_index": self.inversion_index,
            "order_index": self.order_index,
            "remarks": list(self.remarks),
        }

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must know: whether the cycle closes, and what was lost in it."""
        if not self.cycle:
            return ("The current never turns back: this is the balance of the whole run, not of a loop.",)
        said = []
        lost = self.end.dark_holes - self.start.dark_holes
        lost += 4.0 * (self.end.oxygen_gas - self.start.oxygen_gas)
        if abs(self.stored) > NOT_CLOSED * self.dissipated:
            said.append(
                f"The two ends have equal charge but are not the same state: {self.stored:.4g} mWh/g of the"
                f" loop area of {self.loop_area:.4g} mWh/g is stored, not dissipated."
            )
        if lost > 1e-9:
            said.append(
                f"{lost:.4g} electrons per formula unit were lost to dark oxygen and gas:"
                " no later cycle brings the electrode back."
            )
        return tuple(said)


def hysteresis_budget(
    run: Run, *, cycle: int | None = None, pieces: int = PIECES, tolerance: float = TOLERANCE
) -> HysteresisBudget:
    """Return the hysteresis budget of one cycle of a run.

    Parameters
    ----------
    run
        Any run.
    cycle
        Number of the cycle, from 1; the last one by default. A run whose current never turns back has none,
        and its whole balance is returned.
    pieces
        About how many a half-cycle is cut into.
    tolerance
        Of the integration.

    Returns
    -------
    :
        The budget; over a closed cycle the processes and the stored difference sum to the loop area.

    Raises
    ------
    OutOfRange
        There is no such cycle, or no piece.
    NotConverged
        The integration failed.

    Examples
    --------
    >>> from lmct.protocol import galvanostatic, simulate
    >>> budget = hysteresis_budget(simulate(galvanostatic(cycles=2)))
    >>> budget.cycle, budget.steps, budget.closure_error < 1e-6
    (2, (3, 4), True)
    """
    if pieces < 1:
        raise OutOfRange(f"a half-cycle needs at least one piece, got {pieces}.")
    found = closed_cycles(run)
    if cycle is not None and not 1 <= cycle <= len(found):
        raise OutOfRange(f"the run has {len(found)} cycle(s), got cycle {cycle}. Count from 1.")
    if not found:
        return _budget_of(run, whole_run(run), pieces, tolerance)
    return _budget_of(run, found[-1 if cycle is None else cycle - 1], pieces, tolerance)


def hysteresis_budgets(
    run: Run, *, pieces: int = PIECES, tolerance: float = TOLERANCE
) -> tuple[HysteresisBudget, ...]:
    """Return the budget of every cycle of a run, or of the whole run when it has none.

    Parameters
    ----------
    run
        Any run.
    pieces, tolerance
        As in :func:`hysteresis_budget`.

    Returns
    -------
    :
        Budgets in order of time.
    """
    found = closed_cycles(run) or (whole_run(run),)
    return tuple(_budget_of(run, one, pieces, tolerance) for one in found)


def _budget_of(run: Run, cycle: Cycle, pieces: int, tolerance: float) -> HysteresisBudget:
    found = pieces_of_cycle(run, cycle, tolerance=tolerance, pieces=pieces)
    scale = FARADAY / run.parameters.molar_mass / 3.6
    budgets = [one.segment.budget().scaled(scale) for one in found]
    states = [one.segment.states[:, :2] for one in found]
    return HysteresisBudget(
        cycle=cycle.number,
        steps=(found[0].step, found[-1].step),
        total=Budget(**{f.name: math.fsum(getattr(one, f.name) for one in budgets) for f in fields(Budget)}),
        profile=_profile(found, budgets, run.parameters.mah_per_gram),
        start=found[0].segment.start,
        end=found[-1].segment.end,
        path=np.concatenate(states),
        metal_holes_max=run.parameters.metal_holes_max,
    )


def _profile(found: tuple[Piece, ...], budgets: list[Budget], scale: float) -> Profile:
    return Profile(
        step=np.array([float(one.step) for one in found]),
        returning=np.array([float(one.returning) for one in found]),
        charge=np.array([one.segment.charge * scale for one in found]),
        voltage=np.array([one.segment.mean_voltage for one in found]),
        energy={name: np.array([getattr(one, name) for one in budgets]) for name in PROCESSES},
    )
