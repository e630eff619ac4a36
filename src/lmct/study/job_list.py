"""The list of files that a study asks for, one job each."""

from __future__ import annotations

import dataclasses
import difflib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from lmct.quantity.errors import LmctError
from lmct.study.figure_file import distinct_slugs, slug
from lmct.study.file_search import find_files, name_in_study
from lmct.study.layout import MeasurementEntry, Study
from lmct.study.one_file import Failure, Job
from lmct.study.option_file import OptionsWithFiles, resolve_option_files


def jobs_of_study(study: Study) -> tuple[list[Job], list[Failure]]:
    """Return one job for each file of each entry, and what could not be found.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    :
        Jobs with distinct names in the order of the study; one failure for each pattern, data set or mass
        that fits no file.
    """
    jobs: list[Job] = []
    failures: list[Failure] = []
    for entry in study.measurements:
        found, problems = _files_of_entry(study, entry)
        failures += problems
        failures += _unused_masses(entry, found)
        try:
            options = resolve_option_files(study, entry.options, entry.place)
        except (LmctError, OSError) as error:
            failures.append(Failure(entry.place, "", type(error).__name__, str(error)))
            continue
        jobs += [_job(study, entry, options, name, path) for name, path in found.items()]
    return _named(study, jobs), failures


def _files_of_entry(study: Study, entry: MeasurementEntry) -> tuple[dict[str, Path], list[Failure]]:
    """Return the files of an entry by the name the report shows."""
    paths, problems = find_files(study, entry.files)
    found = {name_in_study(study, path): path for path in paths}
    failures = [Failure(entry.place, "", type(error).__name__, str(error)) for error in problems]
    for name in entry.datasets:
        from lmct import datasets

        try:
            found[f"dataset {name}"] = datasets.path(name)
        except (LmctError, OSError) as error:
            failures.append(Failure(entry.place, name, type(error).__name__, str(error)))
    return found, failures


def _job(study: Study, entry: MeasurementEntry, options: OptionsWithFiles, name: str, path: Path) -> Job:
    return Job(
        place=entry.place,
        name=slug(path.stem),
        path=path,
        source_file=name,
        target=study.results,
        sample=entry.sample,
        technique=entry.technique,
        active_mass=_mass(entry.active_masses, name, entry.active_mass),
        columns=entry.columns,
        options=options.options,
        option_hashes=options.hashes,
        condition={**study.sample(entry.sample).condition, **entry.condition},
    )


def _mass(masses: Mapping[str, float], name: str, default: float | None) -> float | None:
    """Return the mass given for a file, by its path or else by its bare name."""
    return masses.get(name, masses.get(Path(name).name, default))


def _unused_masses(entry: MeasurementEntry, found: Mapping[str, Path]) -> Iterator[Failure]:
    known = {*found, *(Path(name).name for name in found)}
    for file in entry.active_masses:
        if file not in known:
            near = difflib.get_close_matches(file, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            text = f"active_masses names {file!r}, which is none of the files of {entry.place}.{hint}"
            yield Failure(entry.place, file, "UnknownName", text)


def _named(study: Study, jobs: list[Job]) -> list[Job]:
    """Give jobs names that differ: that of the file, the whole path where that is not enough."""
    uses = Counter(job.name.casefold() for job in jobs)
    full = [f"{job.name} {job.source_file} {job.place}" for job in jobs]
    longer = distinct_slugs(full)
    named = []
    for job, alternative in zip(jobs, longer, strict=True):
        name = job.name if uses[job.name.casefold()] == 1 else alternative
        named.append(
            dataclasses.replace(job, name=name, target=study.results / "measurements" / f"{name}.nc")
        )
    return named
