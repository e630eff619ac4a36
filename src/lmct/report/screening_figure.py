"""The design guide as a figure: maps over covalence and driving force with the known materials on them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lmct.protocol.screening_map import DISAGREEMENT, Screening
from lmct.protocol.screening_numbers import SCREENED
from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import DOUBLE, SMALL_TEXT, TEXT, style_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANELS: Mapping[str, tuple[str, str]] = {
    "half_life": ("Half-life of the intermediate (h)", "viridis"),
    "inversion_index": ("Inversion index", "viridis"),
    "energy_efficiency": ("Energy efficiency", "viridis"),
    "metal_capacity": ("Cationic capacity (mAh g$^{-1}$)", "cividis"),
    "oxygen_capacity": ("Anionic capacity (mAh g$^{-1}$)", "cividis"),
    "discharge_energy": ("Discharge energy (mWh g$^{-1}$)", "cividis"),
}
"""Quantity -> title and colours of its panel."""

LEVELS = 8
"""About how many contours a panel has."""

CLOSE = 0.03
"""Materials closer than this share of the axes share a point [1]."""


def screening_sheet(found: Screening) -> FigureSheet:
    """Return the figure of a screening.

    Parameters
    ----------
    found
        The maps; the first is drawn.

    Returns
    -------
    :
        The sheet; its numbers hold the maps of all sets.
    """
    drawn = found.maps[0]
    caption = (
        f"{found.formula} with another metal-oxygen covalence and another potential of its metal, second"
        f" cycle between 2.0 and 4.8 V at {found.specific_current:g} mA/g; parameter set"
        f" {drawn.parameter_set}. Points: known materials at their own places;"
        " the colour below them is that of the composition of the map. White: no value."
    )
    if len(found.maps) > 1:
        others = ", ".join(one.parameter_set for one in found.maps[1:])
        caption += f" Hatched: {others} gives something else (limits in the how-to)."
    return FigureSheet(
        name="screening",
        title="Design guide",
        caption=caption,
        draw=lambda: _draw(found),
        columns=_columns(found),
    )


def _columns(found: Screening) -> dict[str, tuple[str, np.ndarray]]:
    force, coupling = np.meshgrid(found.driving_force, found.covalence, indexing="ij")
    columns: dict[str, tuple[str, np.ndarray]] = {
        "covalence": ("eV", coupling.ravel()),
        "driving force": ("eV", force.ravel()),
    }
    for one in found.maps:
        for quantity, (unit, _) in SCREENED.items():
            columns[f"{quantity} ({one.parameter_set})"] = (unit, one.values[quantity].ravel())
    columns["material"] = ("", np.array([one.name for one in found.known]))
    columns["its covalence"] = ("eV", np.array([one.covalence for one in found.known]))
    columns["its driving force"] = ("eV", np.array([one.driving_force for one in found.known]))
    for quantity, (unit, _) in SCREENED.items():
        values = [one.numbers.get(quantity, np.nan) for one in found.known]
        columns[f"its {quantity}"] = (unit, np.array(values))
    return columns


def _draw(found: Screening) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(DOUBLE / 25.4, 115.0 / 25.4), dpi=200, layout="constrained")
    FigureCanvasAgg(figure)
    for place, (quantity, (title, colours)) in enumerate(PANELS.items()):
        axes = figure.add_subplot(2, 3, place + 1)
        style_axes(axes)
        _draw_map(axes, found, quantity, colours)
        _draw_disagreement(axes, found, quantity)
        _draw_known(axes, found)
        axes.set_title(title, fontsize=TEXT)
        axes.set_xlim(found.covalence[0], found.covalence[-1])
        axes.set_ylim(found.driving_force[0], found.driving_force[-1])
        if place >= 3:
            axes.set_xlabel("Covalence $H$ (eV)")
        if place % 3 == 0:
            axes.set_ylabel("Driving force $U_M - U_O$ (eV)")
    names = [f"{number} {one.name}" for number, one in enumerate(found.known, start=1)]
    figure.supxlabel("      ".join(names), fontsize=SMALL_TEXT)
    return figure


def _draw_map(axes: Axes, found: Screening, quantity: str, colours: str) -> None:
    """Draw filled contours and labelled lines of the first set; decades for half-lives."""
    values = np.ma.masked_invalid(found.maps[0].values[quantity])
    if values.count() == 0:
        axes.text(0.5, 0.5, "no value", transform=axes.transAxes, ha="center", fontsize=SMALL_TEXT)
        return
    levels, options, form = _levels(values, quantity)
    if len(levels) < 2:
        axes.text(0.5, 0.5, f"{values.mean():.3g}", transform=axes.transAxes, ha="center")
        return
    fine = {"levels": levels, **options}
    axes.contourf(found.covalence, found.driving_force, values, cmap=colours, extend="both", **fine)
    lines = axes.contour(found.covalence, found.driving_force, values, colors="white", linewidths=0.5, **fine)
    axes.clabel(lines, fontsize=SMALL_TEXT - 1.0, fmt=form, inline_spacing=2)


def _levels(values: np.ma.MaskedArray[Any, Any], quantity: str) -> tuple[np.ndarray, dict[str, Any], Any]:
    """Return contour levels, options of the colours and the format of the labels."""
    from matplotlib.colors import LogNorm
    from matplotlib.ticker import MaxNLocator

    low, high = float(values.min()), float(values.max())
    if quantity == "half_life":
        levels = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1.0)
        return levels, {"norm": LogNorm(levels[0], levels[-1])}, _decade
    return np.asarray(MaxNLocator(LEVELS).tick_values(low, high)), {}, "%g"


def _decade(value: float) -> str:
    """Return a power of ten as a label."""
    return f"$10^{{{round(math.log10(value))}}}$"


def _draw_disagreement(axes: Axes, found: Screening, quantity: str) -> None:
    """Hatch where the sets differ by more than the limit."""
    import matplotlib

    if len(found.maps) < 2 or quantity not in DISAGREEMENT:
        return
    differ = found.disagree(quantity).astype(float)
    if not differ.any():
        return
    with matplotlib.rc_context({"hatch.linewidth": 0.3, "hatch.color": "black"}):
        axes.contourf(
            found.covalence, found.driving_force, differ, levels=[0.5, 1.5], colors="none", hatches=["////"]
        )


def _draw_known(axes: Axes, found: Screening) -> None:
    """Draw the known materials that lie on the map, each with its number; close ones share a point."""
    height = float(np.ptp(found.driving_force))
    width = float(np.ptp(found.covalence))
    groups: list[tuple[float, float, list[str]]] = []
    for number, one in enumerate(found.known, start=1):
        for x, y, names in groups:
            if math.hypot((x - one.covalence) / width, (y - one.driving_force) / height) < CLOSE:
                names.append(str(number))
                break
        else:
            groups.append((one.covalence, one.driving_force, [str(number)]))
    for x, y, names in groups:
        if not (
            found.covalence[0] <= x <= found.covalence[-1]
            and found.driving_force[0] <= y <= found.driving_force[-1]
        ):
            continue
        axes.plot(x, y, "o", ms=3.5, mfc="white", mec="black", mew=0.6, zorder=5, clip_on=False)
        right = x > found.covalence[0] + 0.85 * width
        axes.annotate(
            ", ".join(names),
            (x, y),
            xytext=(-4 if right else 4, 4),
            textcoords="offset points",
            ha="right" if right else "left",
            fontsize=SMALL_TEXT - 0.5,
            bbox={"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.7},
            zorder=6,
        )
