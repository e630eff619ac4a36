"""What commands print: one JSON document, or tables for people."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from lmct.quantity.errors import DataError

FINE = 0
FAILED = 1
"""Something in a study failed, and the report says what."""
WRONG_INPUT = 2
"""Bad usage or bad input."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
"""The option that every command has."""


def write_json(document: Any) -> None:  # noqa: ANN401 - any JSON document
    """Print a document as JSON; numbers that are not finite become null.

    Parameters
    ----------
    document
        Dictionaries, lists, texts, numbers.
    """
    typer.echo(json.dumps(plain(document), indent=2, ensure_ascii=False, allow_nan=False))


def plain(value: Any) -> Any:  # noqa: ANN401 - any JSON document
    """Return a document with None for numbers that JSON cannot hold.

    Examples
    --------
    >>> plain({"a": [1.0, float("nan")]})
    {'a': [1.0, None]}
    """
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def write_table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Print a table.

    Parameters
    ----------
    columns
        Headers.
    rows
        Cells; numbers stand on the right.
    title
        Line above the table.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    content = [list(row) for row in rows]
    table = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for place, name in enumerate(columns):
        numeric = all(isinstance(row[place], int | float) for row in content) and bool(content)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in content:
        table.add_row(*(Text(_cell(item)) for item in row))
    console = Console(file=sys.stdout, highlight=False, markup=False)
    if not console.is_terminal:
        console.width = max(console.width, 200)
    console.print(table)


def write_error(message: str, kind: str, *, as_json: bool) -> int:
    """Print an error, on one line or as JSON.

    Parameters
    ----------
    message, kind
        What is wrong, and the name of the error.
    as_json
        Whether JSON was asked for.

    Returns
    -------
    :
        The exit code of bad input.
    """
    if as_json:
        write_json({"error": message, "kind": kind})
    else:
        typer.echo(f"error: {' '.join(message.split())}", err=True)
    return WRONG_INPUT


def check_csv(path: Path) -> None:
    """Refuse a file that is to hold a table before anything is computed for it.

    Parameters
    ----------
    path
        Where the table will go.

    Raises
    ------
    DataError
        Its name does not end in .csv, or its folder is missing.
    """
    if path.suffix != ".csv":
        raise DataError(f"{path} does not end in .csv. Expected the name of a CSV file.")
    check_folder(path)


def check_folder(path: Path) -> None:
    """Refuse a file that cannot be written before anything is computed for it.

    Parameters
    ----------
    path
        Where it will be.

    Raises
    ------
    DataError
        Its folder is missing, or it is itself a folder.
    """
    if not path.parent.is_dir():
        raise DataError(f"there is no folder {path.parent} for {path.name}. Make it first.")
    if path.is_dir():
        raise DataError(f"{path} is a folder. Expected the name of a file.")


def check_target(folder: Path) -> None:
    """Refuse a folder that cannot be made before anything is computed for it.

    Parameters
    ----------
    folder
        Where files will be written; it need not exist.

    Raises
    ------
    DataError
        It, or a folder above it, is a file.
    """
    for place in (folder, *folder.parents):
        if place.exists() and not place.is_dir():
            raise DataError(f"{place} is a file. Expected the name of a folder, new or not.")


def say(text: str) -> None:
    """Tell the user something on stderr, where it does not disturb the output."""
    typer.echo(text, err=True)


def _cell(item: object) -> str:
    return f"{item:.6g}" if isinstance(item, float) else str(item)
