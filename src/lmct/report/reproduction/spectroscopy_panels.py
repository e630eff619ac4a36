"""Figures 2b, 2c and 5a-d: absorption at the states of a cycle, photoemission after heating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.report.reproduction.panel import Panel, styled
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.report.reproduction.virtual_spectroscopy import NICKEL_ENERGY, OXYGEN_ENERGY, HeatedSeries
from lmct.technique.figure_style import ACCENT, GREY, METAL, OXYGEN, SMALL_TEXT, ordered_colours

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase

MODEL = (
    "Model line shapes with counting noise, mixed as the holes of the simulated electrode say, then fitted as"
    " measured spectra are."
)

COLOURS = {"Ni2+": METAL, "Ni4+": ACCENT, "lattice": GREY, "oxidised": OXYGEN}

STEP = 0.9
"""Between spectra that stand one above the other, of their height [1]."""


@dataclass(frozen=True, eq=False)
class Trace:
    """One fitted spectrum of a stack.

    Parameters
    ----------
    label
        At its end.
    energy, intensity, background
        Points and fitted background.
    parts
        Name -> what it adds to the background.
    """

    label: str
    energy: Float[np.ndarray, "point"]
    intensity: Float[np.ndarray, "point"]
    background: Float[np.ndarray, "point"]
    parts: Mapping[str, Float[np.ndarray, "point"]] = field(default_factory=dict)


def nickel_edge_panel(runs: PaperRuns) -> Panel:
    """Return Fig. 2b: Ni L edges at #1 to #5."""
    found = runs.spectroscopy.absorption
    labels = [f"#{k}  {100 * found.oxidised_nickel(k).value:.0f} % Ni$^{{4+}}$" for k in range(1, 6)]
    return Panel(
        id="2b",
        title="Ni L edge at the states of Fig. 2a",
        caption=f"{MODEL} Numbers: share of Ni4+ by combination of two references.",
        columns=_columns(NICKEL_ENERGY, found.nickel),
        draw=lambda part: _draw_edges(part, NICKEL_ENERGY, found.nickel, labels, (848.0, 878.0), 868.0),
        height=85.0,
    )


def oxygen_edge_panel(runs: PaperRuns) -> Panel:
    """Return Fig. 2c: O K edges at #1 to #5."""
    found = runs.spectroscopy.absorption
    labels = [f"#{k}  E/G {found.ratio('E', k)}, F/G {found.ratio('F', k)}" for k in range(1, 6)]
    return Panel(
        id="2c",
        title="O K edge at the states of Fig. 2a",
        caption=f"{MODEL} E: holes on Ni, F: holes on O, G: Ti. Numbers: fitted areas over that of G.",
        columns=_columns(OXYGEN_ENERGY, found.oxygen),
        draw=lambda part: _draw_edges(part, OXYGEN_ENERGY, found.oxygen, labels, (524.0, 550.0), 549.7),
        height=85.0,
    )


def _columns(energy: np.ndarray, rows: np.ndarray) -> dict[str, tuple[str, np.ndarray]]:
    named = {f"absorption, #{k}": ("1", row) for k, row in enumerate(rows, start=1)}
    return {"energy": ("eV", energy), **named}


def _draw_edges(
    part: FigureBase,
    energy: np.ndarray,
    rows: np.ndarray,
    labels: Sequence[str],
    limits: tuple[float, float],
    words_at: float,
) -> None:
    (axes,) = styled(part)
    inside = (energy >= limits[0]) & (energy <= limits[1])
    step = STEP * float(rows[:, inside].max()) * 0.6
    for place, (row, label, colour) in enumerate(zip(rows, labels, ordered_colours(len(rows)), strict=True)):
        axes.plot(energy[inside], row[inside] + place * step, color=colour, lw=0.7)
        end = place * step + float(np.interp(words_at, energy, row)) + 0.04 * step
        axes.text(words_at, end, label, size=SMALL_TEXT, color=colour, ha="right", va="bottom")
    axes.set(xlabel="Photon energy (eV)", ylabel="Absorption (normalised, shifted)", yticks=[], xlim=limits)


def nickel_series_panel(runs: PaperRuns) -> Panel:
    """Return Fig. 5a: Ni 2p after heating."""
    series = runs.spectroscopy.photoemission
    spread = np.sqrt(np.diag(series.nickel.covariance))
    traces = [
        Trace(
            f"{_time(seconds)}  {_percent(fit.fraction, sigma)} Ni$^{{2+}}$",
            fit.data.energy - fit.shift,
            fit.data.intensity,
            fit.curves[2],
            {"Ni2+": fit.curves[0], "Ni4+": fit.curves[1]},
        )
        for seconds, fit, sigma in zip(series.times, series.nickel.fits, spread, strict=True)
    ]
    return _stack("5a", "Ni 2p after heating at 120 °C", "Blue: Ni2+, green: Ni3+/4+ reference.", traces)


def oxygen_series_panel(runs: PaperRuns) -> Panel:
    """Return Fig. 5b: O 1s after heating."""
    series = runs.spectroscopy.photoemission
    fit = series.oxygen.fit
    names = [line.name for line in fit.lines]
    shifts = [0.0, *(fit.value(f"shift of {one.name}")[0] for one in fit.spectra[1:])]
    spread = np.sqrt(np.diag(series.oxygen.covariance))
    traces = [
        Trace(
            f"{_time(seconds)}  {_percent(share, sigma)} O$^{{n-}}$",
            data.energy - shift,
            data.intensity,
            curves[-1],
            dict(zip(names, curves[:-1], strict=True)),
        )
        for seconds, share, sigma, data, shift, curves in zip(
            series.times, series.oxygen.fractions, spread, fit.spectra, shifts, fit.curves, strict=True
        )
    ]
    words = "Grey: O2-, red: oxidised, outlines: surface."
    return _stack("5b", "O 1s after heating at 120 °C", words, traces)


def reference_panels(runs: PaperRuns) -> tuple[Panel, Panel]:
    """Return Fig. 5c and 5d: Ni 2p of the pristine reference, O 1s of the oxidised one."""
    pristine, oxidised = runs.spectroscopy.photoemission.references
    return (
        _reference("5c", "Ni 2p of the pristine reference", pristine.spectra["Ni 2p"]),
        _reference("5d", "O 1s of the oxidised reference", oxidised.spectra["O 1s"]),
    )


def _reference(name: str, title: str, spectrum: object) -> Panel:
    energy = np.asarray(spectrum.binding_energy)  # type: ignore[attr-defined]
    counts = np.asarray(spectrum.intensity)  # type: ignore[attr-defined]
    return Panel(
        id=name,
        title=title,
        caption=MODEL,
        columns={"binding energy": ("eV", energy), "counts": ("1", counts)},
        draw=lambda part: _draw_reference(part, energy, counts),
        height=60.0,
    )


def _draw_reference(part: FigureBase, energy: np.ndarray, counts: np.ndarray) -> None:
    (axes,) = styled(part)
    axes.plot(energy, counts, color="black", lw=0.7)
    axes.set(xlabel="Binding energy (eV)", ylabel="Counts", xlim=(energy.max(), energy.min()), ylim=(0, None))


def _stack(name: str, title: str, words: str, traces: Sequence[Trace]) -> Panel:
    columns: dict[str, tuple[str, np.ndarray]] = {}
    for place, trace in enumerate(traces, start=1):
        columns[f"binding energy {place}"] = ("eV", trace.energy)
        columns[f"intensity {place}"] = ("1", trace.intensity)
        columns[f"background {place}"] = ("1", trace.background)
        columns |= {f"{part} {place}": ("1", values) for part, values in trace.parts.items()}
    return Panel(
        id=name,
        title=title,
        caption=f"{MODEL} {words} Shares with their standard uncertainties, systematic ones included.",
        columns=columns,
        draw=lambda part: _draw_stack(part, traces),
        height=110.0,
    )


def _draw_stack(part: FigureBase, traces: Sequence[Trace]) -> None:
    (axes,) = styled(part)
    for place, trace in enumerate(traces):
        low = float(trace.intensity.min())
        scale = 1.0 / max(float(np.ptp(trace.intensity)), 1e-300)
        base = place + scale * (trace.background - low)
        axes.plot(trace.energy, place + scale * (trace.intensity - low), ".", color="black", ms=1.0)
        for name, values in trace.parts.items():
            if name in COLOURS:
                axes.fill_between(
                    trace.energy, base, base + scale * values, color=COLOURS[name], alpha=0.45, lw=0
                )
            else:
                axes.plot(trace.energy, base + scale * values, color=GREY, lw=0.5)
        axes.plot(trace.energy, base + scale * sum(trace.parts.values()), color="black", lw=0.6)
        axes.text(0.02, place + 0.5, trace.label, size=SMALL_TEXT, transform=axes.get_yaxis_transform())
    ends = [trace.energy.max() for trace in traces], [trace.energy.min() for trace in traces]
    axes.set(xlabel="Binding energy (eV)", ylabel="Counts (scaled, shifted)", yticks=[])
    axes.set_xlim(max(ends[0]), min(ends[1]))


def _time(seconds: float) -> str:
    if seconds == 0.0:
        return "not heated"
    return f"{seconds / 3600:.0f} h" if seconds >= 3600.0 else f"{seconds:.0f} s"


def _percent(share: float, sigma: float) -> str:
    return f"{100 * share:.0f}({100 * sigma:.0f}) %"


def consistency_of(series: HeatedSeries) -> str:
    """Return in words whether nickel gains as many electrons as oxygen gains holes.

    Parameters
    ----------
    series
        The fitted series.
    """
    balance = series.balance
    return (
        f"Ni gains {balance.electrons[-1]:.3f}({1e3 * balance.electrons_uncertainty[-1]:.0f}) electrons and O"
        f" {balance.holes[-1]:.3f}({1e3 * balance.holes_uncertainty[-1]:.0f}) holes per formula unit (p ="
        f" {balance.probability:.2f})"
    )
