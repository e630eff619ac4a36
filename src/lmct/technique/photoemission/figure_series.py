"""Stacked spectra by heating time with their components, as Fig. 5a and b of the paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.technique.contract import FigureSheet, Measurement
from lmct.technique.figure_style import ACCENT, GREY, METAL, OXYGEN, SMALL_TEXT, new_figure
from lmct.technique.photoemission.dataset import spectrum_of_region
from lmct.technique.photoemission.nickel_series import NickelResult
from lmct.technique.photoemission.oxygen_model import LATTICE, OXIDISED
from lmct.technique.photoemission.oxygen_series import OxygenResult
from lmct.technique.photoemission.probe_depth import CORE_LEVELS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SPACING = 1.12
"""Distance from one spectrum to the next in heights of the highest one [1]."""

COLOURS = {LATTICE: GREY, OXIDISED: OXYGEN, "Ni2+": METAL, "Ni3+/4+": ACCENT}


@dataclass(frozen=True, eq=False)
class _Trace:
    """One spectrum of a stack."""

    label: str
    energy: Float[np.ndarray, "point"]
    intensity: Float[np.ndarray, "point"]
    background: Float[np.ndarray, "point"] | None
    parts: Mapping[str, Float[np.ndarray, "point"]]


def nickel_sheet(series: Sequence[Measurement], result: NickelResult) -> FigureSheet:
    """Return Ni 2p of a series with the parts of both references.

    Parameters
    ----------
    series
        Measurements in the order of the result.
    result
        Their fits.
    """
    traces = [
        _Trace(
            label=f"{_time_label(one)}: {100.0 * fit.fraction:.0f} % Ni2+",
            energy=fit.data.energy - fit.shift,
            intensity=fit.data.intensity,
            background=fit.curves[2],
            parts={"Ni2+": fit.curves[0], "Ni3+/4+": fit.curves[1]},
        )
        for one, fit in zip(series, result.fits, strict=True)
    ]
    return _stack(
        traces,
        name="nickel_series",
        title="Ni 2p by heating time",
        caption=(
            "Spectra (points), shifted by the charging found, with the parts of both references above the"
            " common background; blue: Ni2+, green: Ni3+/4+."
        ),
        paper_figure="5a",
    )


def oxygen_sheet(series: Sequence[Measurement], result: OxygenResult) -> FigureSheet:
    """Return O 1s of a series with its lines.

    Parameters
    ----------
    series
        Measurements in the order of the result.
    result
        The joint fit.
    """
    fit = result.fit
    names = [line.name for line in fit.lines]
    shifts = [0.0, *(fit.value(f"shift of {one.name}")[0] for one in fit.spectra[1:])]
    traces = [
        _Trace(
            label=f"{_time_label(one)}: {100.0 * fraction:.0f} % O$^{{n-}}$",
            energy=data.energy - shift,
            intensity=data.intensity,
            background=curves[-1],
            parts=dict(zip(names, curves[:-1], strict=True)),
        )
        for one, fraction, data, shift, curves in zip(
            series, result.fractions, fit.spectra, shifts, fit.curves, strict=True
        )
    ]
    return _stack(
        traces,
        name="oxygen_series",
        title="O 1s by heating time",
        caption=(
            "Spectra (points), shifted by the charging found, with the lines of the joint fit; grey: lattice"
            " O2-, orange: oxidised O^n-, outlines: surface species and satellite."
        ),
        paper_figure="5b",
    )


def measured_sheets(measurements: Sequence[Measurement]) -> tuple[FigureSheet, ...]:
    """Return the spectra as measured, a sheet for each known region.

    Parameters
    ----------
    measurements
        Files.
    """
    sheets = []
    for region in CORE_LEVELS:
        traces = []
        for one in measurements:
            data = spectrum_of_region(one, region)
            if data is not None:
                traces.append(_Trace(one.name, data.energy, data.intensity, None, {}))
        if traces:
            slug = region.replace(" ", "_").lower()
            sheets.append(
                _stack(
                    traces,
                    name=f"measured_{slug}",
                    title=f"{region} as measured",
                    caption="Each spectrum is scaled to its own range; energies as measured.",
                    paper_figure="",
                )
            )
    return tuple(sheets)


def _time_label(one: Measurement) -> str:
    seconds = one.condition.get("hold_time", 0.0)
    if seconds <= 0.0:
        return "not heated"
    return f"{seconds / 3600.0:g} h" if seconds >= 3600.0 else f"{seconds / 60.0:.3g} min"


def _stack(
    traces: Sequence[_Trace], *, name: str, title: str, caption: str, paper_figure: str
) -> FigureSheet:
    columns: dict[str, tuple[str, np.ndarray]] = {}
    for place, trace in enumerate(traces):
        mark = f"{place}, {trace.label}"
        columns[f"binding energy {mark}"] = ("eV", trace.energy)
        columns[f"intensity {mark}"] = ("", trace.intensity)
        if trace.background is not None:
            columns[f"background {mark}"] = ("", trace.background)
        for part, values in trace.parts.items():
            columns[f"{part} {mark}"] = ("", values)
    return FigureSheet(
        name=name,
        title=title,
        caption=caption,
        draw=lambda: _draw(traces),
        columns=columns,
        paper_figure=paper_figure,
    )


def _draw(traces: Sequence[_Trace]) -> Figure:
    figure, (axes,) = new_figure(height=max(60.0, 18.0 * len(traces) + 25.0))
    for place, trace in enumerate(traces):
        low, high = float(trace.intensity.min()), float(trace.intensity.max())
        lift, scale = place * SPACING, 1.0 / max(high - low, 1e-300)
        axes.plot(trace.energy, lift + scale * (trace.intensity - low), ".", color="black", markersize=1.2)
        if trace.background is not None:
            base = lift + scale * (trace.background - low)
            total = base + scale * sum(trace.parts.values())
            for part, values in trace.parts.items():
                colour = COLOURS.get(part)
                if colour is None:
                    axes.plot(trace.energy, base + scale * values, color=GREY, linewidth=0.6)
                else:
                    axes.fill_between(
                        trace.energy, base, base + scale * values, color=colour, alpha=0.45, linewidth=0
                    )
            axes.plot(trace.energy, base, color=GREY, linewidth=0.5)
            axes.plot(trace.energy, total, color="black", linewidth=0.7)
        axes.text(
            1.02,
            lift + 0.4,
            trace.label.replace(": ", "\n"),
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=SMALL_TEXT,
        )
    axes.set_xlim(
        max(float(one.energy.max()) for one in traces), min(float(one.energy.min()) for one in traces)
    )
    axes.set(xlabel="Binding energy (eV)", ylabel="Intensity (scaled)", yticks=[])
    return figure
