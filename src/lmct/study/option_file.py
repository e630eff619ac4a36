"""Options that name a file of the study, such as a structure: found and hashed like measured files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from lmct.instrument.source import sha256_of
from lmct.quantity.errors import DataError
from lmct.study.file_search import find_files
from lmct.study.layout import Study

FILE_ENDINGS = (".cif", ".toml")
"""An option is a file when its text ends like this, and a name otherwise."""


@dataclass(frozen=True, slots=True)
class OptionsWithFiles:
    """Options in which files are absolute paths.

    Parameters
    ----------
    options
        The options.
    hashes
        Path as written in the study -> hash of its content.
    """

    options: Mapping[str, Any]
    hashes: Mapping[str, str] = field(default_factory=dict)


def resolve_option_files(study: Study, options: Mapping[str, Any], place: str) -> OptionsWithFiles:
    """Replace every text that names a file by its absolute path.

    Parameters
    ----------
    study
        The study.
    options
        As its file gives them; texts, and lists of texts, may name files.
    place
        Entry of the study file, for messages.

    Returns
    -------
    :
        Options and hashes.

    Raises
    ------
    DataError
        There is no such file, or it lies outside the folders that the study may read.
    """
    hashes: dict[str, str] = {}

    def resolved(value: Any) -> Any:  # noqa: ANN401 - an option may be anything TOML holds
        if isinstance(value, list | tuple):
            return [resolved(item) for item in value]
        if not (isinstance(value, str) and PurePath(value).suffix.lower() in FILE_ENDINGS):
            return value
        found, problems = find_files(study, [value])
        if problems or len(found) != 1:
            reason = str(problems[0]) if problems else f"{value!r} matches {len(found)} files, expected one."
            raise DataError(f"options of {place}: {reason}")
        hashes[value] = sha256_of(found[0])
        return str(found[0])

    return OptionsWithFiles({name: resolved(value) for name, value in options.items()}, hashes)
