"""CPU time of a refined sequence: the fast path against rietx's own sequential refinement, in one run.

Both refine the same patterns, made with true Voigt lines, with the same free parameters: cell, displacement,
X, Y, scale, B of cations and of oxygen, six terms of background. Bias and pulls are printed beside the times,
because a fast answer must be the same answer.
"""

from __future__ import annotations

import contextlib
import io
import statistics
import time
import warnings

import numpy as np

from benchmarks.measure import spread
from lmct.instrument.diffraction.pattern import PatternSequence, ScanPlace
from lmct.material.crystal import library
from lmct.technique.diffraction.diffractometer import laboratory_copper
from lmct.technique.diffraction.rietveld.model import model_of
from lmct.technique.diffraction.rietveld.settings import RietveldSettings
from lmct.technique.diffraction.rock_salt.fit import RockSaltEngine
from lmct.technique.diffraction.rock_salt.settings import RockSaltSettings
from lmct.technique.diffraction.sequence.chain import refine_sequence
from lmct.technique.diffraction.simulation.pattern import simulate_pattern
from lmct.technique.diffraction.simulation.sample import Alignment, Background, Phase

PATTERNS, OF_PEER, TERMS = 200, 25, 6
LIMIT = 25.0
CELL = "phases.0.cell.a"
GRID = np.linspace(30.0, 100.0, 3501)


class Made(PatternSequence):
    """Patterns that were made before the clock runs."""

    def __init__(self, patterns):
        super().__init__(tuple(ScanPlace(f"made {number}") for number in range(len(patterns))))
        self.patterns = patterns

    def __getitem__(self, index):
        return self.patterns[index]


def made_patterns():
    """Return cells and patterns of a charge and a discharge: lines broaden, the displacement drifts."""
    crystal, instrument = library.load("li-ti-ni-o"), laboratory_copper()
    phase = np.linspace(-1.0, 1.0, PATTERNS)
    cells = 4.111 + 0.033 * np.abs(phase)
    patterns = [
        simulate_pattern(
            [Phase(crystal=crystal.with_cell(cell), size=60.0, microstrain=0.0005 * (2.0 - abs(place)))],
            diffractometer=instrument,
            two_theta=GRID,
            alignment=Alignment(displacement=0.1 + 0.025 * place),
            background=Background(coefficients=(300.0, -60.0, 20.0)),
            peak_counts=3000.0,
            random=np.random.default_rng(number),
        )
        for number, (cell, place) in enumerate(zip(cells, phase, strict=True))
    ]
    return cells, patterns


def ours(patterns, *, both):
    """Return cells, uncertainties and CPU time a pattern [s]."""
    engine = RockSaltEngine(
        laboratory_copper(), library.load("li-ti-ni-o"), RockSaltSettings(background_terms=TERMS)
    )
    engine.refine(patterns[0])  # machine code is loaded before the clock runs
    began = time.process_time()
    result = refine_sequence(Made(patterns), engine, both_directions=both)
    spent = time.process_time() - began
    return *result.column("a"), spent / len(patterns)


def peers(patterns):
    """Return cells, uncertainties and CPU time a pattern of rietx [s]."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        import rietx
        from rietx import RefinementPlan, Stage

        settings = RietveldSettings(background_terms=TERMS, axial=False)
        model = model_of(
            [library.load("li-ti-ni-o")],
            laboratory_copper(),
            settings,
            level=float(patterns[0].intensity.min()),
        )
        groups = {name: [path for path in paths if _is_free(path)] for name, paths in model.groups.items()}
        plan = RefinementPlan([Stage(name, paths) for name, paths in groups.items() if paths])
        data = [
            rietx.PatternData(
                two_theta=one.two_theta.tolist(),
                intensity=one.intensity.tolist(),
                sigma=np.sqrt(np.maximum(one.intensity, 1.0)).tolist(),
            )
            for one in patterns
        ]

        def tie(index, refinement):
            for paths in model.equal:
                refinement.tie_equal(list(paths), source=paths[0])

        began = time.process_time()
        series = rietx.refine_sequential(
            data, model.structure, model.instrument, plan=plan, constrain=tie, telemetry=False
        )
        spent = time.process_time() - began
    rows = [next(row for row in one.parameters if row.path == CELL) for one in series.entries]
    return (
        np.array([row.value for row in rows]),
        np.array([row.stderr for row in rows]),
        spent / len(patterns),
    )


def _is_free(path):
    return not path.endswith((".u", ".v", ".w"))  # the Gaussian part is that of the instrument


def describe(name, cells, found, uncertainty, spent):
    """Print time, bias and pulls."""
    error = found - cells
    print(
        f"{name:32}  {1e3 * spent:7.1f}  {1e5 * error.mean():+7.2f}  {1e5 * error.std():6.2f}"
        f"  {np.sqrt(np.mean((error / uncertainty) ** 2)):5.2f}"
    )


def main():
    cells, patterns = made_patterns()
    print(f"{PATTERNS} patterns of {len(GRID)} points; rietx refines the first {OF_PEER}")
    print("engine                            CPU ms  bias/1e-5  rms/1e-5  pull")
    for both in (False, True):
        name = "lmct, both directions" if both else "lmct, one direction"
        describe(name, cells, *ours(patterns, both=both))
    theirs = peers(patterns[:OF_PEER])
    describe("rietx refine_sequential", cells[:OF_PEER], *theirs)
    spent = [1e3 * ours(patterns[:OF_PEER], both=False)[2] for _ in range(5)]
    print(f"lmct on the same {OF_PEER}: {spread(spent, 1)} ms")
    middle = statistics.median(spent)
    print(f"rietx / lmct = {1e3 * theirs[2] / middle:.0f}")
    print(f"at most {LIMIT:g} ms a pattern: {'met' if middle <= LIMIT else 'MISSED'}")


if __name__ == "__main__":
    main()
