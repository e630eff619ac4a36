"""The one way in which functions of the electrode are compiled: numba, cached on disk, IEEE division.

numba's cache notices changes in the file of a function, not in those of the functions it calls. So the source
of the electrode is hashed whole, and machine code made from other source is dropped before it is used.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])

STAMP = "lmct-electrode.sha256"
"""File beside the machine code that names the source it was made from."""


def compiled(function: Function) -> Function:
    """Compile a function on its first call and keep the machine code on disk.

    Division by zero gives infinity or NaN as in numpy, so that the integrator can reject a step instead of
    failing.

    Parameters
    ----------
    function
        A function of numbers and arrays.

    Returns
    -------
    :
        The compiled function, with the same signature.
    """
    dispatcher: Any = njit(cache=True, error_model="numpy")(function)
    drop_stale_code(Path(dispatcher._cache.cache_path), source_digest())
    return cast("Function", dispatcher)


@functools.cache
def source_digest() -> str:
    """Return the hash of every source file that compiled code is made from."""
    folder = Path(__file__).parent
    files = [*sorted(folder.rglob("*.py")), folder.parent / "quantity" / "constants.py"]
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


@functools.cache
def drop_stale_code(folder: Path, digest: str) -> None:
    """Remove machine code from a cache folder unless it was made from source with this hash.

    Parameters
    ----------
    folder
        Where numba keeps it; it need not exist or be writable.
    digest
        Hash of the source.
    """
    stamp = folder / STAMP
    with contextlib.suppress(OSError):
        if stamp.read_text("ascii") == digest:
            return
    with contextlib.suppress(OSError):
        for path in (*folder.glob("*.nbi"), *folder.glob("*.nbc")):
            path.unlink(missing_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        stamp.write_text(digest, "ascii")
