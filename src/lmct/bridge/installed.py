"""PyBaMM where it is installed, one clear line where it is not."""

from __future__ import annotations

import importlib
import os
from types import ModuleType

from lmct.quantity.errors import LmctError


def installed_pybamm() -> ModuleType:
    """Import PyBaMM.

    Its question about telemetry is answered with no unless the environment variable PYBAMM_DISABLE_TELEMETRY
    is set.

    Returns
    -------
    :
        The module.

    Raises
    ------
    LmctError
        It is not installed.
    """
    os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")
    try:
        return importlib.import_module("pybamm")
    except ModuleNotFoundError as error:
        raise LmctError(
            f"PyBaMM cannot be imported ({error}). lmct.bridge needs it, nothing else does."
            " Install it with: pip install 'lmct[pybamm]'."
        ) from error
