"""What the integrator asks of every step: is it inside bounds, how large is its error, how long the next."""

from __future__ import annotations

import numpy as np

from lmct.electrode import parameter_index as index
from lmct.electrode.compiled import compiled
from lmct.electrode.rates import CONTROL, CURRENT_CONTROL
from lmct.electrode.rodas5p import ORDER
from lmct.electrode.structure import NOT_METAL, Model
from lmct.electrode.thermodynamics import lithium_extracted

SMALL_POPULATION = 1e-2
"""Populations count relative to their distance from a bound and this [holes/f.u.]."""


@compiled
def bounded(shell: np.ndarray, place: int, most: float, allowance: float) -> float:
    """Move one population inside 0 and ``most``; return by how much, NaN when it misses by too much."""
    inside = min(max(shell[place], 0.0), most)
    shift = inside - shell[place]
    if not abs(shift) <= allowance:
        return np.nan
    shell[place] = inside
    return float(shift)


@compiled
def inside_bounds(state: np.ndarray, model: Model, drive: np.ndarray, allowance: float) -> bool:
    """Move populations that miss their bounds by less than the allowance; tell whether all are inside.

    What is moved comes from the double layer, so that no charge is made or lost.
    """
    classes, shells = model.sites.shape[1], model.shells.shape[1]
    size = classes + NOT_METAL
    potential_is_set = drive[CONTROL] != CURRENT_CONTROL and model.resistance == 0.0
    for s in range(shells):
        shell = state[s * size : (s + 1) * size]
        moved = 0.0
        for k in range(classes):
            sites = model.par[index.METAL_HOLES_MAX] * model.sites[0, k]
            moved += bounded(shell, k, sites, allowance)
        moved += bounded(shell, classes, model.par[index.OXYGEN_HOLES_MAX], allowance)
        moved += bounded(shell, classes + 1, np.inf, allowance)
        moved += 4.0 * bounded(shell, classes + 2, np.inf, allowance)
        if np.isnan(moved) or lithium_extracted(shell, classes) >= model.par[index.LITHIUM_MAX]:
            return False
        if moved != 0.0 and not (s == 0 and potential_is_set):
            shift = moved / model.par[index.CAPACITANCE]
            shell[size - 1] -= shift
            if s == 0 and drive[CONTROL] == CURRENT_CONTROL:
                state[state.shape[0] - 1] -= shift
    return True


@compiled
def error_norm(error: np.ndarray, state: np.ndarray, model: Model, tolerance: float) -> float:
    """Return the largest error of a step in units of the tolerance.

    Voltage counts in volts, temperature in units of 300 K, a population relative to its distance from the
    nearer bound (and 0.01 holes/f.u.), since chemical potentials depend on the logarithm of that distance.
    """
    classes, shells = model.sites.shape[1], model.shells.shape[1]
    size, last = classes + NOT_METAL, state.shape[0] - 1
    largest = max(abs(error[last]), abs(error[last - 1]) / 300.0)
    for s in range(shells):
        first = s * size
        for place in range(size):
            value, scale = state[first + place], 1.0
            if place <= classes:
                share, most = 1.0, model.par[index.OXYGEN_HOLES_MAX]
                if place < classes:
                    share = model.sites[0, place]
                    most = model.par[index.METAL_HOLES_MAX] * share
                scale = SMALL_POPULATION * share + min(value, most - value)
            elif place == classes + 1:
                scale = 0.3
            elif place == classes + 2:
                scale = SMALL_POPULATION
            relative = abs(error[first + place]) / scale
            if not relative <= largest:
                largest = relative
    return float(largest / tolerance)


@compiled
def growth(size: float, length: float, previous_size: float, previous_length: float) -> float:
    """Return the factor from one accepted step to the next by Gustafsson's predictive controller.

    Source: Hairer & Wanner, Solving ODEs II, section IV.8.
    """
    factor = 0.9 * size ** (-1.0 / ORDER)
    if previous_length > 0.0:
        trend = length / previous_length * (previous_size / size) ** (1.0 / ORDER)
        factor = min(factor, factor * trend)
    return float(min(6.0, max(0.2, factor)))
