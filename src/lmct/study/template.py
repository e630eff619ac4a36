"""A commented study file to start from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from lmct.quantity.errors import DataError
from lmct.study.atomic import write_text
from lmct.study.study_file import STUDY_FILE


def write_template(folder: Path) -> Path:
    """Write a commented study file and make the folder ``raw`` beside it.

    Parameters
    ----------
    folder
        Folder of the study; it is made if need be.

    Returns
    -------
    :
        The study file.

    Raises
    ------
    DataError
        The folder has a study file already, or is no folder.
    """
    path = folder / STUDY_FILE
    if folder.exists() and not folder.is_dir():
        raise DataError(f"{folder} is a file. Expected the name of a folder, new or old.")
    if path.exists():
        raise DataError(
            f"{path} exists already. Expected a folder without a study; edit that file, or name another."
        )
    (folder / "raw").mkdir(parents=True, exist_ok=True)
    write_text(path, files("lmct.study").joinpath("template.toml").read_text(encoding="utf-8"))
    return path
