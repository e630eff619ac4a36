"""Zip, gzip and bzip2 archives: looked at and unpacked with a bound on what comes out."""

from __future__ import annotations

import bz2
import gzip
import re
import zipfile
import zlib
from pathlib import Path
from typing import Protocol, cast

from lmct.quantity.errors import DamagedFile, OutOfRange, UnknownFormat

ZIP_MAGIC = b"PK\x03\x04"
GZIP_MAGIC = b"\x1f\x8b"
BZIP2_MAGIC = b"BZh"
MAX_UNPACKED_BYTES = 2**31
MAX_UNPACKED_RATIO = 400
SMALL_BYTES = 2**26
MAX_MEMBER_BYTES = 2**28

_DIFFRACTION_MEMBER = re.compile(
    r"Experiment\d+/RawData\d+\.xml|Data\d+/Profile\d+\.txt|experimentCollection\.xml"
)


class _Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes."""


def is_document(members: tuple[str, ...]) -> bool:
    """Say whether a zip archive is itself an instrument file or a spreadsheet.

    Parameters
    ----------
    members
        Names in the archive.

    Examples
    --------
    >>> is_document(("data.ndc", "Step.xml")), is_document(("cell.nda",))
    (True, False)
    """
    return any(
        name.endswith(".ndc")
        or name.startswith(("xl/", "[Content_Types]"))
        or _DIFFRACTION_MEMBER.fullmatch(name)
        for name in members
    )


def checked_members(path: Path) -> tuple[str, ...]:
    """Return the names in a zip archive that is whole and does not swell beyond reason.

    Parameters
    ----------
    path
        The archive.

    Raises
    ------
    DamagedFile
        The archive is cut off.
    OutOfRange
        It says that it unpacks to more than 2 GiB, or to 400 times its size.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DamagedFile(
            f"{path.name} is a damaged or cut-off archive ({error}). Expected a whole zip, ndax or xlsx file."
            " Copy it again from the instrument."
        ) from error
    total = sum(entry.file_size for entry in entries)
    _refuse_bomb(path, total)
    return tuple(entry.filename for entry in entries)


def unpacking_errors() -> tuple[type[Exception], ...]:
    """Return what a cut-off or altered archive raises; fastnda puts isal under the zlib of the library."""
    found = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError)
    try:
        from isal import isal_zlib
    except ImportError:
        return found
    return (*found, cast("type[Exception]", isal_zlib.error))


def _refuse_bomb(path: Path, unpacked: int) -> None:
    """Refuse an archive that unpacks to more than any instrument file is."""
    if unpacked > MAX_UNPACKED_BYTES or (
        unpacked > SMALL_BYTES and unpacked > MAX_UNPACKED_RATIO * path.stat().st_size
    ):
        raise OutOfRange(
            f"{path.name} unpacks to {unpacked} bytes or more from {path.stat().st_size}."
            f" Expected at most {MAX_UNPACKED_BYTES} bytes and a ratio below {MAX_UNPACKED_RATIO}."
            " If you trust it, unpack it yourself and name the data file."
        )


def unpack_single(path: Path, members: tuple[str, ...], folder: Path) -> Path:
    """Unpack the only data file of a zip archive.

    Parameters
    ----------
    path
        The archive.
    members
        Names in it.
    folder
        Where to unpack.

    Returns
    -------
    :
        Path of the unpacked file, which keeps its extension.

    Raises
    ------
    UnknownFormat
        There is not exactly one file inside.
    DamagedFile
        The archive is cut off or has a password.
    """
    files = [name for name in members if not name.endswith("/") and not name.startswith("__MACOSX/")]
    if len(files) != 1:
        raise UnknownFormat(
            f"{path.name} holds {len(files)} files ({', '.join(files[:3])}...)."
            " Expected exactly one data file. Unpack it and name the files."
        )
    inner = folder / f"inner{Path(files[0]).suffix}"
    try:
        with zipfile.ZipFile(path) as archive, archive.open(files[0]) as packed:
            _copy_bounded(path, packed, inner)
    except unpacking_errors() as error:
        raise DamagedFile(
            f"{path.name} cannot be unpacked ({error}). Expected a whole zip archive without a password."
            " Copy it again."
        ) from error
    return inner


def read_member(path: Path, member: str, *, name: str) -> bytes:
    """Return one file of a zip archive.

    Parameters
    ----------
    path
        The archive.
    member
        Name inside the archive.
    name
        Name of the archive for the user.

    Raises
    ------
    DamagedFile
        The member is missing, cut off or has a password.
    OutOfRange
        It unpacks to more than 256 MiB.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(member).file_size > MAX_MEMBER_BYTES:
                raise OutOfRange(
                    f"{name}: {member} unpacks to more than {MAX_MEMBER_BYTES} bytes."
                    " Expected less in a file of this kind. If you trust it, export the scan as text."
                )
            return archive.read(member)
    except KeyError as error:
        raise DamagedFile(
            f"{name} holds no {member}. Expected it in a file of this kind. Copy the file again."
        ) from error
    except unpacking_errors() as error:
        raise DamagedFile(
            f"{name}: {member} cannot be unpacked ({error}). Expected a whole archive without a password."
            " Copy the file again from the instrument."
        ) from error


def unpack_bzip2(path: Path, folder: Path) -> Path:
    """Unpack a bzip2 file.

    Parameters
    ----------
    path
        The file.
    folder
        Where to unpack.

    Returns
    -------
    :
        Path of the unpacked file, which keeps its extension before ``.bz2``.

    Raises
    ------
    DamagedFile
        The file is cut off.
    """
    inner = folder / f"inner{Path(path.stem).suffix}"
    try:
        with bz2.open(path) as packed:
            _copy_bounded(path, packed, inner)
    except unpacking_errors() as error:
        raise DamagedFile(
            f"{path.name} is a damaged or cut-off bzip2 file ({error}). Expected a whole one. Copy it again."
        ) from error
    return inner


def unpack_gzip(path: Path, folder: Path) -> Path:
    """Unpack a gzip file.

    Parameters
    ----------
    path
        The file.
    folder
        Where to unpack.

    Returns
    -------
    :
        Path of the unpacked file, which keeps its extension before ``.gz``.

    Raises
    ------
    DamagedFile
        The file is cut off.
    """
    inner = folder / f"inner{Path(path.stem).suffix}"
    try:
        with gzip.open(path) as packed:
            _copy_bounded(path, packed, inner)
    except unpacking_errors() as error:
        raise DamagedFile(
            f"{path.name} is a damaged or cut-off gzip file ({error}). Expected a whole one. Copy it again."
        ) from error
    return inner


def _copy_bounded(path: Path, packed: _Readable, inner: Path) -> None:
    """Copy a packed stream to disk and stop as soon as it grows beyond reason."""
    written = 0
    with inner.open("wb") as out:
        while block := packed.read(2**20):
            written += len(block)
            _refuse_bomb(path, written)
            out.write(block)
