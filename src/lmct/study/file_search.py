"""Find the files that an entry of a study names, without leaving the folders it may read."""

from __future__ import annotations

import glob
import itertools
import os
from collections.abc import Sequence
from pathlib import Path, PurePath

from lmct.instrument.source import natural_order
from lmct.quantity.errors import DataError
from lmct.study.layout import Study


class OutsideStudy(DataError):
    """A file lies outside the folders that a study may read."""


def find_files(study: Study, patterns: Sequence[str]) -> tuple[tuple[Path, ...], tuple[DataError, ...]]:
    """Return the files that patterns match, each once, in natural order (cell2 before cell10).

    Relative patterns are looked for in the study folder, absolute ones must lie in one of its ``roots``.
    Neither may contain ``..``, and a link that leads out of those folders is refused. The results folder is
    never searched.

    Parameters
    ----------
    study
        The study.
    patterns
        File names or patterns with ``*``, ``?``, ``[ab]``, and ``**`` for any depth.

    Returns
    -------
    :
        Paths as found (links are checked, not followed), and one error for each pattern that matches nothing
        and for each pattern or file that leaves the folders.
    """
    found: dict[Path, None] = {}
    problems: list[DataError] = []
    for pattern in patterns:
        try:
            _check_pattern(study, pattern)
            paths = _matches(study, pattern)
        except DataError as error:
            problems.append(error)
            continue
        refused = {path: problem for path in paths if (problem := _refusal(study, path))}
        problems += refused.values()
        found |= dict.fromkeys(path for path in paths if path not in refused)
    return tuple(found), tuple(problems)


def name_in_study(study: Study, path: Path) -> str:
    """Return the path of a file as the report shows it: relative to the study where it lies inside."""
    inside = path.is_relative_to(study.folder)
    return (path.relative_to(study.folder) if inside else path).as_posix()


def _matches(study: Study, pattern: str) -> list[Path]:
    if os.path.lexists(study.folder / pattern):
        return [study.folder / pattern]
    names = glob.iglob(pattern, root_dir=study.folder, recursive=True)  # noqa: PTH207 (skips hidden files)
    paths = [study.folder / name for name in names]
    files = [path for path in paths if not path.is_dir() and not path.is_relative_to(study.results)]
    if not files:
        raise DataError(f"no file matches {pattern!r} in {study.folder}.{_hint(study, pattern)}")
    return natural_order(files)


def _refusal(study: Study, path: Path) -> DataError | None:
    """Return why a file may not be read, None when it may."""
    name = name_in_study(study, path)
    try:
        real = path.resolve()
    except (OSError, RuntimeError) as error:
        return DataError(f"{name} is a link that leads nowhere ({error}). Name an ordinary file.")
    if any(real.is_relative_to(folder) for folder in (study.folder.resolve(), *study.roots)):
        return None
    return OutsideStudy(
        f"{name} is a link to {real}, outside the study folder."
        " Copy the file into the study, or name its folder under roots in [study]."
    )


def _check_pattern(study: Study, pattern: str) -> None:
    path = PurePath(pattern)
    if "\0" in pattern:
        raise DataError(f"the file name {pattern!r} holds a NUL character. Write the name of a file.")
    if ".." in path.parts:
        raise OutsideStudy(
            f"{pattern!r} climbs out of its folder. Expected a path without '..' inside the"
            " study folder; name folders elsewhere under roots in [study], and their files by the full path."
        )
    if path.is_absolute() and not any(_fixed_part(path).is_relative_to(root) for root in study.roots):
        raise OutsideStudy(
            f"{pattern!r} is an absolute path outside the study folder. Expected a path relative"
            " to the study, or one in a folder named under roots in [study]."
        )


def _fixed_part(path: PurePath) -> Path:
    """Return the folders of a pattern before its first wildcard, links followed, as roots are."""
    parts = list(itertools.takewhile(lambda part: not glob.has_magic(part), path.parts))
    return Path(*parts).resolve()


def _hint(study: Study, pattern: str) -> str:
    folder = (study.folder / pattern).parent
    if glob.has_magic(str(PurePath(pattern).parent)) or not folder.is_dir():
        return " Check the name of the folder."
    names = sorted(path.name for path in folder.iterdir() if path.is_file())[:5]
    return f" The folder holds {', '.join(names)}." if names else " The folder holds no files."
