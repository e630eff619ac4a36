"""The one way in which functions of the electrode are compiled: numba, cached on disk, IEEE division."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile a function on its first call and keep the machine code on disk.

    Division by zero gives infinity or NaN as in numpy, so that the integrator can reject a step instead of
    failing. The cache of a function does not notice changes in the functions it calls: ``make clean`` after
    editing kernels.

    Parameters
    ----------
    function
        A function of numbers and arrays.

    Returns
    -------
    :
        The compiled function, with the same signature.
    """
    return cast("Function", njit(cache=True, error_model="numpy")(function))
