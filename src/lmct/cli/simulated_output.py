"""Where simulated spectra go: samples, references and truth side by side, nothing overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lmct.cli.output import check_folder, check_target, say, write_json
from lmct.quantity.errors import DataError

FILES = (".prj", ".nxs")
"""Endings of outputs that are one file; others are folders."""

NO_FOLDERS = (*FILES, ".xdi", ".vms", ".msa", ".txt", ".csv")
"""Endings that no folder of spectra should have."""


@dataclass(kw_only=True)
class Written:
    """What a simulation wrote.

    Parameters
    ----------
    files
        Of the samples.
    references
        Files of pure species, as the same instrument records them.
    truth
        Of every sample.
    """

    files: list[Path] = field(default_factory=list)
    references: dict[str, list[Path]] = field(default_factory=dict)
    truth: list[dict[str, Any]] = field(default_factory=list)


def references_folder(output: Path) -> Path:
    """Return the folder of the references, beside the output."""
    return output.with_name(f"{_stem(output)}_references")


def truth_file(output: Path) -> Path:
    """Return the file of the truth, beside the output."""
    return output.with_name(f"{_stem(output)}_truth.json")


def check_output(output: Path, files: Sequence[str] = FILES) -> None:
    """Refuse an output that exists before anything is computed for it.

    Parameters
    ----------
    output
        A folder, or a file of one of the endings.
    files
        Endings of files.

    Raises
    ------
    DataError
        It, its truth or its references exist, it cannot be made, or its ending is that of another file.
    """
    if output.suffix in files:
        check_folder(output)
    elif output.suffix in NO_FOLDERS:
        kinds = " or ".join(("a folder", *(f"a file {one}" for one in files)))
        raise DataError(f"{output} ends in {output.suffix}. Expected {kinds}. Leave out the ending.")
    else:
        check_target(output)
    for place in (output, references_folder(output), truth_file(output)):
        if place.is_file() or (place.is_dir() and any(place.iterdir())):
            raise DataError(f"{place} exists. Expected a new output. Name another one, or remove it.")


def finish(written: Written, output: Path, *, json: bool) -> None:
    """Write the truth, and tell what was written.

    Parameters
    ----------
    written
        Files and truth.
    output
        What the user named.
    json
        Whether as JSON.
    """
    from json import dumps

    from lmct.study.atomic import write_text

    place = truth_file(output)
    write_text(place, dumps({"samples": written.truth}, indent=2) + "\n")
    named = {name: [str(one) for one in files] for name, files in written.references.items()}
    if json:
        write_json(
            {
                "files": [str(one) for one in written.files],
                "references": named,
                "truth": written.truth,
                "truth_file": str(place),
            }
        )
        return
    for file in (*written.files, *(one for files in named.values() for one in files), place):
        say(f"wrote {file}")


def _stem(output: Path) -> str:
    return output.stem if output.suffix in FILES else output.name
