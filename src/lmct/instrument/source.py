"""One file on disk, looked at with bounded memory before it is parsed: its kind, its head, what is inside."""

from __future__ import annotations

import errno
import hashlib
import re
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lmct.instrument.archive import (
    BZIP2_MAGIC,
    GZIP_MAGIC,
    SMALL_BYTES,
    ZIP_MAGIC,
    checked_members,
    is_document,
    unpack_bzip2,
    unpack_gzip,
    unpack_single,
)
from lmct.quantity.errors import DamagedFile, DataError, OutOfRange, UnknownFormat

HEAD_BYTES = 65_536
MAX_TEXT_BYTES = 2**30
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Source:
    """A regular file that exists, is readable and is not empty.

    Parameters
    ----------
    path
        Where the bytes are; a temporary copy when the user's file was an archive of one file.
    name
        Name of the file the user gave.
    head
        The first 64 KiB.
    size
        Number of bytes [B].
    members
        Names inside when the file is a zip archive, else empty.
    """

    path: Path
    name: str
    head: bytes
    size: int
    members: tuple[str, ...] = ()

    @property
    def text_head(self) -> str:
        """The first 64 KiB as text; empty when the content is binary."""
        if self.head.startswith(UTF_16_MARKS):
            return self.head.decode("utf-16", errors="ignore")
        if b"\0" in self.head:
            return ""
        return _decoded(self.head, cut=True)

    def text(self) -> str:
        """Return the whole file as text (UTF-8, UTF-16, GB 18030 or Latin-1).

        Raises
        ------
        DamagedFile
            There are NUL bytes in it.
        OutOfRange
            It is larger than 1 GiB.
        """
        if self.size > MAX_TEXT_BYTES:
            raise OutOfRange(
                f"{self.name} is {self.size / 2**30:.1f} GiB of text. Expected at most 1 GiB."
                " Export it in parts or in the instrument's binary format."
            )
        raw = self.path.read_bytes()
        if raw.startswith(UTF_16_MARKS):
            return raw.decode("utf-16", errors="replace")
        if (position := raw.find(b"\0")) >= 0:
            line = raw.count(b"\n", 0, position) + 1
            raise DamagedFile(
                f"{self.name}: line {line} holds NUL bytes. Expected plain text."
                " The copy is incomplete or was damaged; copy the file again from the instrument."
            )
        return _decoded(raw)

    @contextmanager
    def with_suffix(self, suffix: str) -> Iterator[Path]:
        """Give a path to the same bytes whose name ends in ``suffix``, for libraries that look at it."""
        if self.path.suffix.lower() == suffix:
            yield self.path
            return
        with tempfile.TemporaryDirectory(prefix="lmct-") as folder:
            copy = Path(folder) / f"copy{suffix}"
            shutil.copyfile(self.path, copy)
            yield copy


@contextmanager
def opened(path: str | Path) -> Iterator[Source]:
    """Look at a file and, when it is an archive of a single file, at that file.

    Parameters
    ----------
    path
        Path of the file.

    Yields
    ------
    :
        The source; temporary copies are deleted afterwards.

    Raises
    ------
    DataError
        The file is missing, not readable, not a regular file, or a loop of links.
    DamagedFile
        It is empty, or an archive that is cut off.
    OutOfRange
        It unpacks to more than 2 GiB or to 400 times its size.
    """
    path = Path(path)
    size = _checked_size(path)
    head = _head(path)
    if head.startswith((GZIP_MAGIC, BZIP2_MAGIC)):
        unpack = unpack_gzip if head.startswith(GZIP_MAGIC) else unpack_bzip2
        with tempfile.TemporaryDirectory(prefix="lmct-") as folder:
            yield _inner_source(path, unpack(path, Path(folder)))
        return
    if not head.startswith(ZIP_MAGIC):
        yield Source(path=path, name=path.name, head=head, size=size)
        return
    members = checked_members(path)
    if is_document(members):
        yield Source(path=path, name=path.name, head=head, size=size, members=members)
        return
    with tempfile.TemporaryDirectory(prefix="lmct-") as folder:
        yield _inner_source(path, unpack_single(path, members, Path(folder)))


def sha256_of(path: str | Path) -> str:
    """Return the SHA-256 of a file, or of the names and contents in a folder, as hexadecimal text.

    Parameters
    ----------
    path
        Path of the file or folder; files in folders of the folder count, hidden ones do not.
    """
    path = Path(path)
    if path.is_dir():
        digest = hashlib.sha256()
        for file in files_in(path):
            digest.update(f"{file.relative_to(path).as_posix()} {sha256_of(file)}\n".encode())
        return digest.hexdigest()
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def files_in(folder: Path) -> list[Path]:
    """Return the ordinary files in a folder and in the folders inside it, in natural order, none hidden.

    Parameters
    ----------
    folder
        The folder; links inside it are not followed.
    """
    found = [
        file
        for file in folder.rglob("*")
        if not any(part.startswith(".") for part in file.relative_to(folder).parts)
        and file.is_file()
        and not file.is_symlink()
    ]
    return natural_order(found)


def natural_order(paths: Iterable[Path]) -> list[Path]:
    """Return paths sorted so that numbers inside names count as numbers.

    Parameters
    ----------
    paths
        The paths.

    Examples
    --------
    >>> [path.name for path in natural_order([Path("scan10"), Path("scan2")])]
    ['scan2', 'scan10']
    """
    return sorted(paths, key=lambda path: [_part(text) for text in re.split(r"(\d+)", str(path))])


def _part(text: str) -> tuple[int, str]:
    return (int(text), "") if text.isdecimal() and text.isascii() else (-1, text)


def _checked_size(path: Path) -> int:
    """Return the size of a regular, non-empty, dense file."""
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise DataError(f"{path} does not exist. Expected a file. Check the path.") from error
    except OSError as error:
        raise _unreadable(path, error) from error
    if stat.S_ISDIR(status.st_mode):
        raise DataError(
            f"{path} is a directory. Expected a file. Name one file, or use a glob in the study file."
        )
    if not stat.S_ISREG(status.st_mode):
        raise DataError(
            f"{path} is not a regular file. Expected a file on disk. Copy its content to a file first."
        )
    if status.st_size == 0:
        raise DamagedFile(f"{path.name} is empty (0 bytes). Expected measured data. Copy or export it again.")
    on_disk = getattr(status, "st_blocks", status.st_size) * 512
    if status.st_size > SMALL_BYTES and on_disk < status.st_size / 100:
        raise DamagedFile(
            f"{path.name} claims {status.st_size} bytes, of which {on_disk} are on disk: it is mostly a hole."
            " Expected measured data. The copy was interrupted; copy the file again."
        )
    return status.st_size


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD_BYTES)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> DataError:
    """Return the error for a file that the operating system does not give."""
    if error.errno == errno.ELOOP:
        return DataError(
            f"{path} is a loop of symbolic links. Expected a file. Remove the links that point in a circle."
        )
    if isinstance(error, PermissionError):
        return DataError(
            f"{path} may not be read (permission denied). Expected a readable file. Change its permissions."
        )
    return DataError(
        f"{path} cannot be read: {error.strerror}. Expected a readable file. Check the disk and the path."
    )


def _decoded(raw: bytes, *, cut: bool = False) -> str:
    """Decode text of unknown encoding; ``cut`` allows the last character to be incomplete."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as error:
            if not (cut and error.start >= len(raw) - 4):
                continue
            text = raw[: error.start].decode(encoding)
        if encoding == "utf-8-sig" or any(word in text for word in ("电压", "电流", "时间")):
            return text
    return raw.decode("latin-1")


def _inner_source(outer: Path, inner: Path) -> Source:
    """Return the source of an unpacked file under the name of its archive."""
    size = _checked_size(inner)
    head = _head(inner)
    members = checked_members(inner) if head.startswith(ZIP_MAGIC) else ()
    if members and not is_document(members):
        raise UnknownFormat(
            f"{outer.name} holds an archive in an archive. Expected one data file. Unpack it first."
        )
    return Source(path=inner, name=outer.name, head=head, size=size, members=members)
