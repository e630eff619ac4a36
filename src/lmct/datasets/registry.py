"""Where each public data set comes from, and how to get a verified copy of it."""

from __future__ import annotations

import functools
import hashlib
import os
import tomllib
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from lmct.quantity.errors import DamagedFile, DataError, unknown_name

MIRROR_VARIABLE = "LMCT_DATA"
HOST = "https://raw.githubusercontent.com"


@dataclass(frozen=True)
class Dataset:
    """One public file.

    Parameters
    ----------
    name
        Its name here, also its path below the root of a mirror.
    repository, commit, upstream_path
        Where it was published.
    licence
        Licence of the repository.
    sha256
        Hash of the bytes.
    """

    name: str
    repository: str
    commit: str
    upstream_path: str
    licence: str
    sha256: str


def names() -> tuple[str, ...]:
    """Return the names of all data sets.

    Examples
    --------
    >>> names()[0], len(names()) > 50
    ('absorption/perex_rock/EC/220726cell4operandoxas_C06.mpt', True)
    """
    return tuple(sorted(_registry()))


def address(name: str) -> str:
    """Return the public address of a data set.

    Parameters
    ----------
    name
        One of ``names()``.

    Raises
    ------
    UnknownName
        No data set has this name.
    """
    entry = _entry(name)
    return f"{HOST}/{entry.repository}/{entry.commit}/{urllib.parse.quote(entry.upstream_path)}"


def licence(name: str) -> str:
    """Return the licence of the repository that published a data set.

    Parameters
    ----------
    name
        One of ``names()``.

    Raises
    ------
    UnknownName
        No data set has this name.
    """
    return _entry(name).licence


def path(name: str) -> Path:
    """Return the path of a verified copy of a data set; the network is used only when no mirror holds it.

    Parameters
    ----------
    name
        One of ``names()``.

    Returns
    -------
    :
        The file in the mirror that ``LMCT_DATA`` names, in ``../shared/data`` beside a checkout, or in
        the user's cache after a download.

    Raises
    ------
    UnknownName
        No data set has this name.
    DamagedFile
        The file in the mirror, or the downloaded one, has another hash.
    DataError
        There is no copy and the download failed.
    """
    entry = _entry(name)
    for root in _mirrors():
        candidate = root / entry.name
        if candidate.is_file():
            return _verified(candidate, entry)
    return _downloaded(entry)


def _mirrors() -> tuple[Path, ...]:
    """Return the directories that may hold a mirror."""
    named = os.environ.get(MIRROR_VARIABLE)
    beside = Path(__file__).resolve().parents[4] / "shared" / "data"
    return (Path(named), beside) if named else (beside,)


def _verified(candidate: Path, entry: Dataset) -> Path:
    """Return a path after its content was checked."""
    with candidate.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != entry.sha256:
        raise DamagedFile(
            f"{candidate} is not the data set {entry.name}: its SHA-256 is {found[:16]}..."
            f" Expected {entry.sha256[:16]}... Delete this copy and get the file again."
        )
    return candidate


def _downloaded(entry: Dataset) -> Path:
    """Return the path in the user's cache, downloading the file when it is not there yet."""
    import pooch

    cache = Path(pooch.os_cache("lmct"))
    target = cache / entry.name
    try:
        found = pooch.retrieve(
            url=address(entry.name),
            known_hash=f"sha256:{entry.sha256}",
            path=target.parent,
            fname=target.name,
            progressbar=False,
        )
    except ValueError as error:
        raise DamagedFile(
            f"the download of {entry.name} does not have the SHA-256 {entry.sha256[:16]}..."
            " Expected the published file. Try again later; the address may have been altered."
        ) from error
    except OSError as error:
        raise DataError(
            f"{entry.name} could not be downloaded ({type(error).__name__})."
            f" Expected a network, or a mirror named by {MIRROR_VARIABLE}. Address: {address(entry.name)}."
        ) from error
    return Path(found)


def _entry(name: str) -> Dataset:
    known = _registry()
    if name not in known:
        raise unknown_name("data set", name, known)
    return known[name]


@functools.cache
def _registry() -> Mapping[str, Dataset]:
    """Return all data sets by name."""
    text = resources.files("lmct.datasets").joinpath("registry.toml").read_text(encoding="utf-8")
    return {
        f"{source['folder']}/{file}": Dataset(
            name=f"{source['folder']}/{file}",
            repository=source["repository"],
            commit=source["commit"],
            upstream_path=details["path"],
            licence=source["licence"],
            sha256=details["sha256"],
        )
        for source in tomllib.loads(text)["source"]
        for file, details in source["files"].items()
    }
