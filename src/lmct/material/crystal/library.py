"""The phases that ship with the package: the family, other oxides, parts of the cell, standards."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lmct.material.crystal.crystal import Crystal, Site
from lmct.quantity.errors import DataError, unknown_name

_KEYS = {"title", "space_group", "cell", "reference", "doi", "notes", "site"}
_SITE_KEYS = {"label", "position", "occupancy", "b_iso"}


def names() -> tuple[str, ...]:
    """Return the names of all phases on file, sorted.

    Returns
    -------
    :
        Names that :func:`load` knows.

    Examples
    --------
    >>> "li2tio3" in names()
    True
    """
    return tuple(sorted(path.stem for path in _folder().glob("*.toml")))


def load(name: str | Path) -> Crystal:
    """Load a phase.

    Parameters
    ----------
    name
        Name in the library, or path of a TOML file written like those of the library.

    Returns
    -------
    :
        The crystal; its reference says where the numbers come from, its notes what was assumed.

    Raises
    ------
    UnknownName
        There is no such phase.
    DataError
        The file is damaged, incomplete, or describes an impossible crystal.

    Examples
    --------
    >>> load("silicon").cell[0]
    5.431144
    """
    path = name if isinstance(name, Path) else _folder() / f"{name}.toml"
    if not isinstance(name, Path) and name not in names():
        raise unknown_name("phase", name, names())
    try:
        return _crystal(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise DataError(
            f"{path} cannot be read as a phase: {error}. Correct the file or its path."
        ) from error
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"{path} does not describe a phase: {error}. Expected the keys {', '.join(sorted(_KEYS))}, with"
            f" {', '.join(sorted(_SITE_KEYS))} for each site, as in the phases of the library."
        ) from error


def _folder() -> Path:
    return Path(__file__).parent / "phase"


def _crystal(table: Mapping[str, Any]) -> Crystal:
    _refuse_unknown(table, _KEYS)
    a, b, c, alpha, beta, gamma = (float(number) for number in table["cell"])
    doi = f", doi {table['doi']}" if "doi" in table else ""
    return Crystal(
        name=str(table["title"]),
        space_group=str(table["space_group"]),
        cell=(a, b, c, alpha, beta, gamma),
        sites=tuple(_site(row) for row in table["site"]),
        reference=f"{table['reference']}{doi}",
        notes={key: str(note) for key, note in table.get("notes", {}).items()},
    )


def _site(row: Mapping[str, Any]) -> Site:
    _refuse_unknown(row, _SITE_KEYS)
    x, y, z = (float(number) for number in row["position"])
    return Site(
        label=str(row["label"]),
        occupancy={ion: float(share) for ion, share in row["occupancy"].items()},
        position=(x, y, z),
        b_iso=float(row["b_iso"]),
    )


def _refuse_unknown(table: Mapping[str, Any], known: set[str]) -> None:
    for key in table:
        if key not in known:
            raise KeyError(f"the key {key!r} is not known")
