"""The one way in which functions of the electrode are compiled: numba, cached on disk, IEEE division.

numba's cache notices changes in the file of a function, not in those of the functions it calls. So machine
code is stamped with the hash of the whole source of the electrode, and code with another stamp is not used.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


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
    try:
        dispatcher: Any = njit(cache=True, error_model="numpy")(function)
    except RuntimeError:  # no folder on this machine can be written: compile in every process
        return cast("Function", njit(error_model="numpy")(function))
    # Instead of time and size of one file. A process that still runs older source stamps what it writes with
    # the older hash, so it can never leave code behind that a newer one would take for its own.
    dispatcher._cache._cache_file._source_stamp = source_digest()
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
