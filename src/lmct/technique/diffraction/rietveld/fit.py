"""rietx at work, stage by stage and without a word; nothing of it leaves this module but plain numbers."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import NotConverged
from lmct.technique.diffraction.rietveld.input import FittedPoints
from lmct.technique.diffraction.rietveld.model import RietveldModel

if TYPE_CHECKING:
    import rietx

RIETVELD, LE_BAIL, PAWLEY = "rietveld", "lebail", "pawley"
"""What gives the intensities: the structure; the pattern itself; one free number for each line."""

MOST_ITERATIONS = 25
"""Of a stage; a model near its pattern needs fewer than ten."""

ORDER = ("scale", "cell", "width", "widths", "hump", "thermal", "occupancy", "standard")
"""Groups become free one after the other: McCusker et al., J. Appl. Cryst. 32, 36 (1999)."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """A fitted number: value, standard uncertainty to believe, that of the counts alone, and its unit."""

    value: float
    uncertainty: float
    counting: float
    unit: str
    at_bound: bool = False


@dataclass(frozen=True, eq=False)
class FitOutcome:
    """What a fit gave, free of any object of rietx.

    Parameters
    ----------
    estimates
        Our name -> number, of what was free or follows what was.
    converged
        Whether every needed stage ended in a minimum.
    goodness_of_fit, weighted_residual, background_free_residual
        Square root of chi square over degrees of freedom; Rwp; Rwp without the background [1].
    inflation
        By how much the uncertainties exceed those of independent residuals [1].
    correlations
        Pairs of our names and their correlation, the strongest first.
    two_theta, observed, calculated, background, uncertainty
        The fitted points.
    ticks
        Phase -> angles of its lines [deg].
    weights
        Phase -> weight fraction, its standard uncertainty, its change by microabsorption [1].
    held
        Our names of what the data could not determine and the engine held.
    engine
        Program and version.
    """

    estimates: Mapping[str, Estimate]
    converged: bool
    goodness_of_fit: float
    weighted_residual: float
    background_free_residual: float
    inflation: float
    correlations: tuple[tuple[str, str, float], ...]
    two_theta: Float[np.ndarray, "point"]
    observed: Float[np.ndarray, "point"]
    calculated: Float[np.ndarray, "point"]
    background: Float[np.ndarray, "point"]
    uncertainty: Float[np.ndarray, "point"]
    ticks: Mapping[str, Float[np.ndarray, "line"]]
    weights: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    engine: str = ""


def fit_model(
    model: RietveldModel,
    points: FittedPoints,
    *,
    start: Mapping[str, float] | None = None,
    mode: str = RIETVELD,
) -> FitOutcome:
    """Fit a model to a pattern.

    Parameters
    ----------
    model
        The model.
    points
        The pattern.
    start
        Values by our names of a fit that is near: then everything is free at once.
    mode
        :data:`RIETVELD`, :data:`LE_BAIL` or :data:`PAWLEY`.

    Returns
    -------
    :
        Numbers.

    Raises
    ------
    NotConverged
        The engine gave up.
    """
    with _silence():
        import rietx

        data = rietx.PatternData(
            two_theta=points.two_theta.tolist(),
            intensity=points.intensity.tolist(),
            sigma=points.uncertainty.tolist(),
        )
        refinement = rietx.Refinement(model.structure, model.instrument, history=False)
        for paths in model.equal:
            refinement.tie_equal(list(paths), source=paths[0])
        for path, (source, slope, intercept) in model.linear.items():
            refinement.tie(path, source, scale=slope, offset=intercept)
        try:
            if start:
                _set_start(refinement, model, start)
            result = refinement.fit(
                data, mode=mode, plan=_plan(model, mode, warm=bool(start)), telemetry=False
            )
        except (ValueError, ArithmeticError, np.linalg.LinAlgError, rietx.NoPhasesError) as error:
            raise NotConverged(
                f"the refinement stopped: {error}. Expected a model near the pattern. Check the cell, the"
                " wavelength and the phases, or free less."
            ) from error
        return _outcome(model, points, result, f"rietx {rietx.__version__}")


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep warnings, prints and log lines of the engine out of sight; flags say what matters."""
    logger = logging.getLogger("rietx")
    before = logger.disabled
    logger.disabled = True
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = before


def _plan(model: RietveldModel, mode: str, *, warm: bool) -> rietx.RefinementPlan:
    from rietx import RefinementPlan, Stage

    groups = {name: list(model.groups.get(name, ())) for name in ORDER}
    if mode != RIETVELD:
        groups["scale"] = [path for path in groups["scale"] if not path.endswith(".scale")]
        groups["thermal"] = groups["occupancy"] = []
    stages = [Stage(name, paths, max_iter=MOST_ITERATIONS) for name, paths in groups.items() if paths]
    if warm:
        stages = [
            Stage("all", [path for stage in stages for path in stage.turn_on], max_iter=2 * MOST_ITERATIONS)
        ]
    plan = RefinementPlan(stages)
    if mode == LE_BAIL:
        plan.lebail_passes = 4
    return plan


def _set_start(refinement: rietx.Refinement, model: RietveldModel, start: Mapping[str, float]) -> None:
    rows = {row.path: row for row in refinement.parameters()}
    values = {}
    for path, (name, _) in model.names.items():
        row = rows.get(path)
        if row is None or name not in start or row.tie is not None or row.locked:
            continue
        values[path] = float(np.clip(start[name] / model.factors.get(path, 1.0), row.lo, row.hi))
    refinement.set_values(values)


def _outcome(
    model: RietveldModel, points: FittedPoints, result: rietx.RefinementResult, engine: str
) -> FitOutcome:
    statistics = result.statistics
    spread = np.sqrt(max(statistics.chi2, 1e-300))
    names, estimates = model.names, {}
    for row in result.parameters:
        name, unit = names.get(row.path, ("", ""))
        followed = row.path in model.linear or ".atoms." in row.path
        if not name or row.stderr is None or not (row.vary or followed):
            continue
        raw = row.stderr if row.stderr_uncorrected is None else row.stderr_uncorrected
        factor = model.factors.get(row.path, 1.0)
        found = (factor * row.value, factor * row.stderr, factor * raw / spread)
        estimates[name] = Estimate(*found, unit, bool(row.at_bound))
    pairs = () if result.identifiability is None else result.identifiability.top_correlations
    last = result.stages[-1]
    grid = np.asarray(result.two_theta)
    return FitOutcome(
        estimates=estimates,
        converged=result.status == "converged" and last.status == "converged",
        goodness_of_fit=float(statistics.gof),
        weighted_residual=float(statistics.rwp),
        background_free_residual=float(statistics.rwp_background_subtracted or np.nan),
        inflation=float(statistics.esd_inflation or 1.0),
        correlations=tuple(
            (_our(names, pair.path_a), _our(names, pair.path_b), float(pair.rho)) for pair in pairs
        ),
        two_theta=grid,
        observed=np.asarray(result.y_obs),
        calculated=np.asarray(result.y_calc),
        background=np.asarray(result.y_background),
        uncertainty=np.interp(grid, points.two_theta, points.uncertainty),
        ticks={name: np.asarray(angles) for name, angles in result.ticks.items()},
        weights=_weights(result),
        held=tuple(_our(names, path) for path in last.held),
        engine=engine,
    )


def _weights(result: rietx.RefinementResult) -> dict[str, tuple[float, float, float]]:
    if result.qpa is None:
        return {}
    found = {}
    for phase in result.qpa.phases:
        if phase.weight_fraction is None:
            continue
        corrected = phase.weight_fraction_corrected
        change = 0.0 if corrected is None else abs(corrected - phase.weight_fraction)
        spread = np.inf if phase.weight_fraction_stderr is None else phase.weight_fraction_stderr
        found[phase.name] = (phase.weight_fraction, float(spread), change)
    return found


def _our(names: Mapping[str, tuple[str, str]], path: str) -> str:
    return names.get(path, (path, ""))[0]
