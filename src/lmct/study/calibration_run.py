"""Calibrate the electrode to a study: its targets and curves in, sets of parameters and result.json out."""

from __future__ import annotations

import json
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lmct import material as materials
from lmct.electrode.of_material import parameters_of_material
from lmct.electrode.parameter_file import load, read, sets
from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.calibration.calibration_run import Progress, calibrate
from lmct.evidence.calibration.parameter_space import ParameterSpace, starting_electrode
from lmct.evidence.calibration.problem import CurveFit, Problem
from lmct.evidence.calibration.rebuilt_protocol import curve_from_record
from lmct.evidence.calibration.search import SearchState
from lmct.evidence.calibration.set_file import set_text
from lmct.evidence.calibration.solution import Calibration, Solution
from lmct.execution.lock import locked
from lmct.instrument import cycler
from lmct.quantity.errors import DamagedFile, DataError, LmctError, unknown_name
from lmct.study.atomic import remove_unfinished, write_text
from lmct.study.calibration_table import CalibrationEntry
from lmct.study.job_list import jobs_of_study
from lmct.study.layout import Study
from lmct.study.one_file import Failure, failure_of
from lmct.study.plain_json import write_document
from lmct.study.study_file import read_study

DEFAULT_SET = "li-ti-ni-o"
FOLDER, SEARCH, RESULT = "calibration", "search.json", "result.json"


@dataclass(frozen=True)
class CalibrationStudy:
    """A calibrated study and what it wrote.

    Parameters
    ----------
    study
        The study.
    calibration
        What was found.
    sets
        The file of each set, best first.
    failures
        Files that could not be compared with.
    """

    study: Study
    calibration: Calibration
    sets: tuple[Path, ...]
    failures: tuple[Failure, ...] = ()

    @property
    def folder(self) -> Path:
        """Folder of everything written."""
        return self.study.results / FOLDER

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "study": self.study.name,
            "sets": [str(path) for path in self.sets],
            **self.calibration.to_json(),
            "failures": [
                {"place": one.place, "file": one.file, "kind": one.kind, "message": one.message}
                for one in self.failures
            ],
        }


def calibrate_study(
    location: Path,
    *,
    seconds: float = 300.0,
    generations: int | None = None,
    seed: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
    resume: bool = False,
) -> CalibrationStudy:
    """Calibrate the electrode to the targets and curves of a study.

    Parameters
    ----------
    location
        The study file, or the folder that holds ``study.toml``.
    seconds, generations, seed, executor, progress
        As in :func:`lmct.evidence.calibration.calibrate`.
    resume
        Go on from the last generation of a run that was ended.

    Returns
    -------
    :
        What was found; ``results/calibration`` holds the sets, ``result.json`` and the saved search.

    Raises
    ------
    LmctError
        The study has no ``[calibration]``, something in it is wrong, or nothing can be simulated.
    """
    study = read_study(location)
    if study.calibration is None:
        raise DataError(
            f"{study.path.name} has no [calibration]. Add one with [calibration.free] and targets, or curves."
        )
    folder = study.results / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with locked(study.results / ".lock", what=study.results):
        remove_unfinished(folder)
        problem, failures = problem_of_study(study)
        calibration = calibrate(
            problem,
            seconds=seconds,
            generations=generations,
            seed=seed,
            sets=study.calibration.sets,
            cost_difference=study.calibration.cost_difference,
            executor=executor,
            progress=progress,
            resume=_saved(folder / SEARCH) if resume else None,
            save=lambda state: write_text(folder / SEARCH, json.dumps(state.to_json())),
        )
        written = _written(study, calibration, folder)
        result = CalibrationStudy(study, calibration, written, failures)
        write_document(folder / RESULT, result.to_json())
    return result


def problem_of_study(study: Study) -> tuple[Problem, tuple[Failure, ...]]:
    """Return what a study asks of which parameters, and the files that could not be read.

    Parameters
    ----------
    study
        A study with ``[calibration]``.

    Returns
    -------
    :
        The problem and the failures.

    Raises
    ------
    LmctError
        The starting electrode cannot be made, or nothing is left to compare with.
    """
    entry = study.calibration
    if entry is None:
        raise DataError(f"{study.path.name} has no [calibration].")
    start = starting_electrode(_base(study, entry), changes={**entry.laws, **entry.fixed}, free=entry.free)
    space = ParameterSpace(start, entry.free)
    curves, failures = _curves(study, entry)
    if not curves and not entry.targets and failures:
        first = failures[0]
        raise DataError(
            f"none of the files can be compared with; {first.file or first.place}: {first.message}"
        )
    return Problem(space, entry.targets, curves), failures


def _base(study: Study, entry: CalibrationEntry) -> ElectrodeParameters:
    """Return the set to start from: the one named, else that of the material, else the default."""
    if entry.start.endswith(".toml"):
        return read(study.folder / entry.start)
    if entry.start:
        if entry.start not in sets():
            raise unknown_name(f"electrode parameter set (start of {entry.place})", entry.start, sets())
        return load(entry.start)
    if not study.material:
        return load(DEFAULT_SET)
    if study.material in sets():
        return parameters_of_material(study.material, study.x)
    chosen = materials.load(study.material, x=study.x)
    return load(DEFAULT_SET).replace(molar_mass=chosen.molar_mass, lithium=chosen.lithium)


def _curves(study: Study, entry: CalibrationEntry) -> tuple[tuple[CurveFit, ...], tuple[Failure, ...]]:
    jobs, failures = jobs_of_study(study)
    curves = []
    for job in jobs:
        if job.sample not in entry.samples:
            continue
        try:
            record = cycler.read(job.path, columns=dict(job.columns) or None)
            curve = curve_from_record(
                record,
                active_mass=job.active_mass,
                first_cycles=entry.first_cycles,
                noise=entry.noise,
                temperature=entry.temperature,
                start_voltage=entry.start_voltage,
                name=job.source_file,
            )
            curves.append(CurveFit(curve, model_error=entry.model_error, weight=entry.weight))
        except (LmctError, OSError) as error:
            failures.append(failure_of(job, error))
    return tuple(curves), tuple(failures)


def _saved(path: Path) -> SearchState:
    if not path.is_file():
        raise DataError(f"there is no saved search {path} to resume. Start without --resume.")
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise DamagedFile(f"{path} is damaged. Start again without --resume.") from error
    if not isinstance(content, dict):
        raise DamagedFile(f"{path} is damaged. Start again without --resume.")
    return SearchState.from_json(content)


def _written(study: Study, calibration: Calibration, folder: Path) -> tuple[Path, ...]:
    """Write every set; those of an earlier run that found more are removed."""
    for old in folder.glob("parameters*.toml"):
        old.unlink()
    paths = []
    for number, solution in enumerate(calibration.solutions, start=1):
        path = folder / ("parameters.toml" if number == 1 else f"parameters-{number}.toml")
        comment = (
            f"{study.name}\nSet {number} of {len(calibration.solutions)}; result.json holds the details."
        )
        write_text(path, set_text(solution.parameters, notes=_notes(solution), comment=comment))
        paths.append(path)
    return tuple(paths)


def _notes(solution: Solution) -> dict[str, str]:
    notes = {}
    for one in solution.free:
        low, high = one.interval()
        words = [f"free between {one.bounds.low:.4g} and {one.bounds.high:.4g}"]
        words.append("at its bound" if one.is_at_bound else f"68 % between {low:.4g} and {high:.4g}")
        if not one.is_decided:
            words.append("not decided by the data")
        notes[one.name] = ", ".join(words)
    return notes
