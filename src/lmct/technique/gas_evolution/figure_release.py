"""Figures of gas: rates above the voltage against time, amounts against charge, ion currents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmct.quantity.constants import HOUR
from lmct.technique.clock.cycler_curve import CyclerCurve
from lmct.technique.contract import FigureSheet, Measurement
from lmct.technique.figure_style import CATEGORIES, GREY, METAL, OXYGEN, TEXT, new_figure, slug, style_axes
from lmct.technique.gas_evolution.release import Release

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = {"O2": OXYGEN, "CO2": METAL}

MOST_CURRENTS = 7
"""So many channels are drawn, the strongest."""


def release_sheets(name: str, release: Release, curve: CyclerCurve, shift: float) -> tuple[FigureSheet, ...]:
    """Return the rates against time and the amounts against the charge passed.

    Parameters
    ----------
    name
        Of the measurement.
    release
        Rates and amounts.
    curve
        Of the cell.
    shift
        Time of the gas record at the start of the cell's test [s].
    """
    hours = (release.time - shift) / HOUR
    passed = np.interp(release.time - shift, curve.time, curve.charge)
    unit = "mAh"
    if curve.active_mass:
        passed, unit = passed / curve.active_mass, "mAh/g"
    columns = {"time": ("h", hours), "charge passed": (unit, passed)}
    for place, gas in enumerate(release.gases):
        columns[f"rate {gas}"] = ("umol/(g h)", release.rate[place])
        columns[f"background {gas}"] = ("umol/(g h)", release.background[place])
        columns[f"background uncertainty {gas}"] = (
            "umol/(g h)",
            release.backgrounds[place].uncertainty,
        )
        columns[f"amount {gas}"] = ("umol/g", release.amount[place])
    cell = {"cell time": ("h", curve.time / HOUR), "voltage": ("V", curve.voltage)}

    def draw_rates() -> Figure:
        figure, (above,) = new_figure(height=80.0)
        above.remove()
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(1, 1.4))
        style_axes(above, size=TEXT)
        style_axes(below, size=TEXT)
        above.plot(curve.time / HOUR, curve.voltage, color="black", linewidth=0.8)
        above.set_ylabel("Voltage (V)")
        for place, gas in enumerate(release.gases):
            colour = COLOURS.get(gas, GREY)
            spread = release.backgrounds[place].uncertainty
            below.fill_between(hours, -spread, spread, color=colour, alpha=0.2, linewidth=0.0)
            below.plot(hours, release.rate[place], color=colour, linewidth=0.8, label=gas)
        below.set_xlabel("Time (h)")
        below.set_ylabel("Rate (µmol g$^{-1}$ h$^{-1}$)")
        below.legend(frameon=False, fontsize=TEXT - 1)
        return figure

    def draw_amounts() -> Figure:
        figure, (axes,) = new_figure()
        for place, gas in enumerate(release.gases):
            axes.plot(passed, release.amount[place], color=COLOURS.get(gas, GREY), linewidth=0.8, label=gas)
        axes.set_xlabel(f"Charge passed ({unit})")
        axes.set_ylabel("Released (µmol g$^{-1}$)")
        axes.legend(frameon=False, fontsize=TEXT - 1)
        return figure

    return (
        FigureSheet(
            f"gas_rate_{slug(name)}",
            f"Gas release of {name}",
            "Voltage, and rates above the background; bands: standard uncertainty of the background.",
            draw_rates,
            {**columns, **cell},
            "S6",
        ),
        FigureSheet(
            f"gas_amount_{slug(name)}",
            f"Gas released by {name} against the charge",
            "Amounts since the start of the record; net charge, so that discharge runs back to the left.",
            draw_amounts,
            columns,
            "S7",
        ),
    )


def current_sheet(measurement: Measurement) -> FigureSheet:
    """Return the ion currents of a record.

    Parameters
    ----------
    measurement
        The record.
    """
    data = measurement.dataset
    names = [name for name in map(str, data) if name.startswith("mz_") and np.isfinite(data[name]).any()]
    strongest = sorted(names, key=lambda name: -float(np.nanmean(data[name].values)))[:MOST_CURRENTS]
    shown = [name for name in names if name in strongest]
    hours = np.asarray(data["time"].values) / HOUR
    unit = str(data[shown[0]].attrs.get("units", "A")) if shown else "A"
    columns = {"time": ("h", hours)}
    columns |= {f"m/z {name[3:]}": (unit, np.asarray(data[name].values)) for name in shown}

    def draw() -> Figure:
        figure, (axes,) = new_figure()
        for colour, name in zip(CATEGORIES, shown, strict=False):
            values = np.asarray(data[name].values)
            axes.plot(
                hours, np.where(values > 0, values, np.nan), color=colour, linewidth=0.7, label=name[3:]
            )
        if any(np.nanmax(np.asarray(data[name].values)) > 0 for name in shown):
            axes.set_yscale("log")
        axes.set_xlabel("Time (h)")
        axes.set_ylabel(f"Ion current ({unit})")
        axes.legend(frameon=False, fontsize=TEXT - 1, title="m/z", title_fontsize=TEXT - 1)
        return figure

    return FigureSheet(
        f"ion_currents_{slug(measurement.name)}",
        f"Ion currents of {measurement.name}",
        "As recorded; currents that are not positive cannot be shown on this scale.",
        draw,
        columns,
    )
