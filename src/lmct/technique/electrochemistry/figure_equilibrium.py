"""Figures 6e and 6f: discharge and rest by condition; open-circuit voltage against remaining fraction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.quantity.value import Value
from lmct.technique.contract import FigureSheet, Measurement
from lmct.technique.electrochemistry.equilibrium_points import EquilibriumPoints
from lmct.technique.electrochemistry.equilibrium_potential import EquilibriumFit
from lmct.technique.electrochemistry.figure_curves import Curve, first_discharge
from lmct.technique.figure_style import (
    ACCENT,
    METAL,
    OXYGEN,
    SINGLE,
    SMALL_TEXT,
    new_figure,
    ordered_colours,
    style_axes,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Rest = tuple[Float[np.ndarray, "row"], Float[np.ndarray, "row"]]


def equilibrium_sheets(
    points: EquilibriumPoints, fit: EquilibriumFit, whole: Value
) -> tuple[FigureSheet, FigureSheet]:
    """Return the sheets of Fig. 6e and 6f.

    Parameters
    ----------
    points
        What was fitted.
    fit
        The fit.
    whole
        Capacity that counts as fraction 1.

    Returns
    -------
    :
        Discharge curves with the rest before them, and the extrapolation.
    """
    groups = sorted(points.groups, key=lambda one: -float(one.mean[0]))
    shown = [
        (one.label, first_discharge(one.measurements[0]), rest_of(one.measurements[0])) for one in groups
    ]
    drawn = [(label, curve, rest) for label, curve, rest in shown if curve is not None]
    fraction, deviation = points.capacity / whole.value, np.sqrt(points.covariance[:, 0, 0]) / whole.value
    voltage_deviation = np.sqrt(points.covariance[:, 1, 1])
    order = np.argsort(fraction)
    grid = np.linspace(0.0, float(fraction.max()) * 1.05, 60)
    line, band = _band(fit, grid * whole.value)
    return (
        FigureSheet(
            name="open_circuit_curves",
            title="Discharge after relaxation, and the open-circuit voltage before it",
            caption="First cell of each condition. Inset: voltage during the rest before the discharge.",
            draw=lambda: _draw_curves(drawn),
            columns=_curve_columns(drawn),
            paper_figure="6e",
        ),
        FigureSheet(
            name="equilibrium_potential",
            title=f"Equilibrium potential {fit.equilibrium_potential}",
            caption=(
                "Open-circuit voltage against remaining metal fraction: means with standard uncertainties,"
                " the least-squares line with its 68 % band, and its intercept with the statistical"
                f" uncertainty. Pale bar: model error of the straight line, {fit.model_error * 1e3:.1f} mV."
                f" {fit.message}"
            ),
            draw=lambda: _draw_fit(
                fit, fraction, points.voltage, deviation, voltage_deviation, (grid, line, band)
            ),
            columns={
                "condition": ("", np.array([one.label for one in points.groups])[order]),
                "remaining fraction": ("1", fraction[order]),
                "remaining fraction, uncertainty": ("1", deviation[order]),
                "open-circuit voltage": ("V", points.voltage[order]),
                "open-circuit voltage, uncertainty": ("V", voltage_deviation[order]),
                "fraction (line)": ("1", grid),
                "voltage (line)": ("V", line),
                "voltage (line), uncertainty": ("V", band),
                "intercept": ("V", np.array([fit.equilibrium_potential.value])),
                "intercept, statistical uncertainty": (
                    "V",
                    np.array([fit.equilibrium_potential.uncertainty]),
                ),
                "intercept, model error": ("V", np.array([fit.model_error])),
            },
            paper_figure="6f",
        ),
    )


def rest_of(measurement: Measurement) -> Rest:
    """Return time and voltage of the rest just before the first discharge; empty when there is none.

    Parameters
    ----------
    measurement
        Analysed file.

    Returns
    -------
    :
        Time since the rest began [min] and voltage [V].
    """
    data = measurement.dataset
    empty = np.empty(0)
    if "direction" not in data:
        return empty, empty
    discharges = np.flatnonzero(data["direction"].to_numpy() < 0)
    if not len(discharges):
        return empty, empty
    stop = int(data["start_row"][int(discharges[0])])
    busy = np.flatnonzero(data["half_cycle"].to_numpy()[:stop] >= 0)
    rows = slice(int(busy[-1]) + 1 if len(busy) else 0, stop)
    time = data["time"][rows].to_numpy()
    return (time - time[0]) / 60.0 if len(time) else empty, data["voltage"][rows].to_numpy()


def _band(
    fit: EquilibriumFit, capacity: Float[np.ndarray, "point"]
) -> tuple[Float[np.ndarray, "point"], Float[np.ndarray, "point"]]:
    basis = np.column_stack([np.ones_like(capacity), capacity])
    line = basis @ fit.line.coefficients
    return line, np.sqrt(np.einsum("ij,jk,ik->i", basis, fit.line.covariance, basis))


def _curve_columns(drawn: list[tuple[str, Curve, Rest]]) -> dict[str, tuple[str, np.ndarray]]:
    columns: dict[str, tuple[str, np.ndarray]] = {}
    for label, curve, (time, voltage) in drawn:
        columns[f"capacity ({label})"] = (curve.unit, curve.capacity)
        columns[f"voltage ({label})"] = ("V", curve.voltage)
        columns[f"rest time ({label})"] = ("min", time)
        columns[f"rest voltage ({label})"] = ("V", voltage)
    return columns


def _draw_curves(drawn: list[tuple[str, Curve, Rest]]) -> Figure:
    figure, (axes,) = new_figure(width=SINGLE, height=78.0)
    inset = axes.inset_axes((0.47, 0.65, 0.5, 0.32))
    style_axes(inset, size=SMALL_TEXT)
    for (label, curve, (time, voltage)), colour in zip(drawn, ordered_colours(len(drawn)), strict=True):
        axes.plot(curve.capacity, curve.voltage, color=colour, linewidth=0.9, label=label)
        inset.plot(time, voltage, color=colour, linewidth=0.9)
    unit = drawn[0][1].unit if drawn else "mAh/g"
    axes.set(xlabel=f"Discharge capacity ({unit})", ylabel="Voltage (V vs Li$^+$/Li)")
    inset.set(xlabel="Rest (min)", ylabel="OCV (V)")
    axes.set_xlim(left=0.0)
    axes.set_ylim(top=axes.get_ylim()[1] + 1.7)
    axes.set_yticks(np.arange(2.0, 4.6, 0.5))
    axes.yaxis.set_label_coords(-0.11, 0.32)
    axes.legend(
        fontsize=SMALL_TEXT - 0.5,
        frameon=False,
        handlelength=1.1,
        loc="upper left",
        labelspacing=0.2,
        borderaxespad=0.3,
    )
    return figure


def _draw_fit(
    fit: EquilibriumFit,
    fraction: Float[np.ndarray, "condition"],
    voltage: Float[np.ndarray, "condition"],
    deviation: Float[np.ndarray, "condition"],
    voltage_deviation: Float[np.ndarray, "condition"],
    line: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> Figure:
    figure, (axes,) = new_figure(width=SINGLE, height=65.0)
    grid, level, band = line
    axes.fill_between(100.0 * grid, level - band, level + band, color=METAL, alpha=0.2, linewidth=0)
    axes.plot(100.0 * grid, level, color=METAL, linewidth=0.9)
    axes.errorbar(
        100.0 * fraction,
        voltage,
        xerr=100.0 * deviation,
        yerr=voltage_deviation,
        fmt="o",
        markersize=3.5,
        color="black",
        elinewidth=0.7,
        capsize=1.5,
    )
    potential = fit.equilibrium_potential
    axes.errorbar(
        [0.0], [potential.value], yerr=[fit.model_error], fmt="none", ecolor=OXYGEN, elinewidth=4.0, alpha=0.3
    )
    axes.errorbar(
        [0.0],
        [potential.value],
        yerr=[potential.uncertainty],
        fmt="D",
        color=OXYGEN,
        markersize=4,
        capsize=2.5,
        clip_on=False,
    )
    axes.axhline(potential.value, color=ACCENT, linewidth=0.7, linestyle=(0, (4, 3)))
    axes.annotate(
        str(potential),
        (0.0, potential.value),
        (0.12, 0.05),
        textcoords="axes fraction",
        fontsize=SMALL_TEXT + 0.5,
        color=OXYGEN,
        arrowprops={"arrowstyle": "-", "color": OXYGEN, "linewidth": 0.6},
    )
    axes.set(xlabel="Remaining metal fraction (%)", ylabel="Open-circuit voltage (V vs Li$^+$/Li)")
    axes.set_xlim(left=-4.0)
    span = float(np.ptp(voltage)) or 0.1
    axes.set_ylim(min(potential.value, float(voltage.min())) - 0.22 * span, float(voltage.max()) + 0.1 * span)
    return figure
