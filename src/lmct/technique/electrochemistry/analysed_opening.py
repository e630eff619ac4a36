"""A window opening, and where its boundary lies in each window."""

from __future__ import annotations

from dataclasses import dataclass

from lmct.technique.electrochemistry.accuracy import Accuracy
from lmct.technique.electrochemistry.window_opening_boundary import (
    Crossing,
    Shift,
    crossing_from_curve,
    shift_between,
)
from lmct.technique.electrochemistry.window_opening_series import Opening, Window


@dataclass(frozen=True, eq=False)
class AnalysedOpening:
    """An opening with what was found in it.

    Parameters
    ----------
    opening
        The windows.
    crossings
        Where the returning half-cycle of each window crosses the boundary.
    boundary
        That voltage [V].
    shifts
        Against the first window that crosses it; None for windows that do not.
    """

    opening: Opening
    crossings: tuple[Crossing, ...]
    boundary: float
    shifts: tuple[Shift | None, ...]

    @property
    def unit(self) -> str:
        """Unit of the capacities."""
        return str(self.opening.windows[0].measurement.dataset.attrs.get("capacity_unit", "mAh"))

    @property
    def returning(self) -> str:
        """What comes back from the limit that moves."""
        return "discharge" if self.opening.side == "charge" else "charge"


def analysed_opening(opening: Opening, boundary: float) -> AnalysedOpening:
    """Find where the returning half-cycle of each window crosses the boundary.

    Parameters
    ----------
    opening
        The windows.
    boundary
        The voltage [V].

    Returns
    -------
    :
        The opening with its crossings, and their shifts against the first window that crosses.
    """
    crossings = []
    for window in opening.windows:
        capacity, voltage = window.curve(window.returning)
        crossings.append(crossing_from_curve(capacity=capacity, voltage=voltage, boundary=boundary))
    reference = next((place for place, one in enumerate(crossings) if one.crosses), len(crossings))
    shifts = [
        shift_between(
            crossings[reference],
            one,
            accuracy_of_window(opening.windows[place]),
            one_record=opening.one_record,
        )
        if place > reference and one.crosses
        else None
        for place, one in enumerate(crossings)
    ]
    return AnalysedOpening(opening, tuple(crossings), boundary, tuple(shifts))


def accuracy_of_window(window: Window) -> Accuracy:
    """Return the accuracies that a data set states, and the defaults of the others.

    Parameters
    ----------
    window
        A window of the measurement.

    Returns
    -------
    :
        Accuracies of voltage and mass.
    """
    attributes = window.measurement.dataset.attrs
    return Accuracy(
        voltage=float(attributes.get("voltage_uncertainty_volt", Accuracy().voltage)),
        mass_relative=float(attributes.get("mass_relative_uncertainty", 0.0)),
    )
