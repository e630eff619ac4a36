"""What PyBaMM finds by name: ``pybamm.Model("lmct-li-ti-ni-o")`` and its ``pybamm.ParameterValues``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmct.bridge.model import plain_values, pybamm_model
from lmct.electrode.parameter_file import load

if TYPE_CHECKING:
    import pybamm


def li_ti_ni_o_model() -> pybamm.BaseModel:
    """Electrode of Li1.17Ti0.58Ni0.25O2: metal and oxygen redox with ligand-to-metal charge transfer.

    Returns
    -------
    :
        The model; its parameters are ``pybamm.ParameterValues("lmct-li-ti-ni-o")``.
    """
    return pybamm_model(load("li-ti-ni-o"))


def li_ti_ni_o_values() -> dict[str, float]:
    """Parameters of Li1.17Ti0.58Ni0.25O2 as shipped with lmct, for one gram and 200 mAh/g at one C.

    Returns
    -------
    :
        PyBaMM's name -> number.
    """
    return plain_values(load("li-ti-ni-o"))
