"""Every figure that is reproduced, in the paper's order, alone or on plates."""

from __future__ import annotations

import re
from collections.abc import Callable

from lmct.quantity.errors import unknown_name
from lmct.report.reproduction.budget_panel import budget_panel
from lmct.report.reproduction.cycling_panels import family_panel, redox_panel
from lmct.report.reproduction.diffraction_panels import (
    family_patterns_panel,
    map_panel,
    rest_panels,
    rietveld_panel,
    voltage_panel,
)
from lmct.report.reproduction.hysteresis_panels import (
    gitt_panel,
    open_circuit_panels,
    opening_panels,
    rich_nmc_panels,
)
from lmct.report.reproduction.lattice_panels import lattice_loop_panel, lattice_time_panel
from lmct.report.reproduction.mechanism_panel import mechanism_panel
from lmct.report.reproduction.panel import Panel, Plate
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.report.reproduction.spectroscopy_panels import (
    nickel_edge_panel,
    nickel_series_panel,
    oxygen_edge_panel,
    oxygen_series_panel,
    reference_panels,
)
from lmct.report.reproduction.titration_panels import curves_panel, density_panel

PANELS: dict[str, Callable[[PaperRuns], Panel]] = {
    "1a": family_patterns_panel,
    "1b": family_panel,
    "1c": rietveld_panel,
    "2a": redox_panel,
    "2b": nickel_edge_panel,
    "2c": oxygen_edge_panel,
    "3a": voltage_panel,
    "3b": lattice_time_panel,
    "3c": map_panel,
    "3d": lattice_loop_panel,
    "3e": lambda runs: rest_panels(runs)[0],
    "3f": lambda runs: rest_panels(runs)[1],
    "4a": lambda runs: curves_panel("4a", runs.by_temperature, "temperature", "for 24 h"),
    "4b": lambda runs: density_panel("4b", runs.by_temperature, "temperature", "for 24 h"),
    "4c": lambda runs: curves_panel("4c", runs.by_time, "time", "at 140 °C"),
    "4d": lambda runs: density_panel("4d", runs.by_time, "time", "at 140 °C"),
    "5a": nickel_series_panel,
    "5b": oxygen_series_panel,
    "5c": lambda runs: reference_panels(runs)[0],
    "5d": lambda runs: reference_panels(runs)[1],
    "6a": lambda runs: opening_panels(runs)[0],
    "6b": lambda runs: opening_panels(runs)[1],
    "6c": lambda runs: rich_nmc_panels()[0],
    "6d": lambda runs: rich_nmc_panels()[1],
    "6e": lambda runs: open_circuit_panels(runs)[0],
    "6f": lambda runs: open_circuit_panels(runs)[1],
    "S27": gitt_panel,
    "mechanism": mechanism_panel,
    "budget": budget_panel,
}
"""What makes each panel."""

PLATES = {
    "1ac": ("1a", "1c"),
    "1b": ("1b",),
    "2a": ("2a",),
    "2bc": ("2b", "2c"),
    "3": ("3a", "3c", "3b", "3d", "3e", "3f"),
    "4": ("4a", "4b", "4c", "4d"),
    "5": ("5a", "5b", "5c", "5d"),
    "6": ("6a", "6b", "6c", "6d", "6e", "6f"),
    "S27": ("S27",),
    "mechanism": ("mechanism",),
    "budget": ("budget",),
}
"""How the panels stand together."""


def plates(runs: PaperRuns, figure: str | None = None) -> tuple[Plate, ...]:
    """Return what is to be drawn.

    Parameters
    ----------
    runs
        The simulations.
    figure
        A plate (``"4"``) or a panel (``"4a"``), with or without ``Fig.`` before it; None for all plates.

    Returns
    -------
    :
        The plates; a panel stands on one of its own.

    Raises
    ------
    UnknownName
        There is no such figure.

    Examples
    --------
    >>> [plate.name for plate in plates(PaperRuns(), "Fig. 4a")]
    ['4a']
    """
    if figure is None:
        return tuple(_plate(runs, name, panels) for name, panels in PLATES.items())
    wanted = re.sub(r"^fig[a-z]*[.\s]*", "", figure.strip().lower())
    name = next((one for one in (*PLATES, *PANELS) if one.lower() == wanted), None)
    if name is None:
        raise unknown_name("figure", figure, list(dict.fromkeys((*PLATES, *PANELS))))
    return (_plate(runs, name, PLATES.get(name, (name,))),)


def _plate(runs: PaperRuns, name: str, panels: tuple[str, ...]) -> Plate:
    return Plate(name, tuple(PANELS[panel](runs) for panel in panels))
