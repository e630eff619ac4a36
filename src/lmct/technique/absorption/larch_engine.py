"""Normalisation and EXAFS background by xraylarch, the engine of many beamlines (extra ``absorption``)."""

from __future__ import annotations

import importlib
import io
import warnings
from contextlib import redirect_stdout
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DataError
from lmct.technique.absorption.normalisation import Normalised, normalised_from_absorption, steepest_energy
from lmct.technique.absorption.normalisation_window import Windows, usual_windows


def normalised_by_larch(
    *,
    energy: Float[np.ndarray, "point"],
    absorption: Float[np.ndarray, "point"],
    edge: float | None = None,
    windows: Windows | None = None,
) -> Normalised:
    """Return the spectrum flattened by larch's ``pre_edge``, with the uncertainties of our own fit.

    Parameters
    ----------
    energy
        Rising [eV].
    absorption
        With its background.
    edge
        Energy of the step [eV]; the steepest rise by default (larch's own choice can be the second one).
    windows
        Where lines are fitted.

    Raises
    ------
    DataError
        The extra is not installed, or there is no edge.

    Source
    ------
    Newville, J. Phys. Conf. 430 (2013) 012007, doi 10.1088/1742-6596/430/1/012007.
    """
    larch = _larch()
    edge = steepest_energy(energy=energy, absorption=absorption) if edge is None else edge
    used = usual_windows(energy=energy, edge=edge, asked=windows or Windows())
    own = normalised_from_absorption(energy=energy, absorption=absorption, edge=edge, windows=used)
    assert used.pre_edge is not None
    assert used.post_edge is not None
    group = larch["Group"](energy=energy, mu=absorption)
    with redirect_stdout(io.StringIO()):
        larch["pre_edge"](
            group,
            e0=edge,
            pre1=used.pre_edge[0],
            pre2=used.pre_edge[1],
            norm1=used.post_edge[0],
            norm2=used.post_edge[1],
            nnorm=used.degree,
            nvict=0,
        )
    step = float(group.edge_step)
    return replace(
        own, absorption=np.asarray(group.flat), step=step, uncertainty=own.uncertainty * own.step / step
    )


def fine_structure_by_larch(
    *,
    energy: Float[np.ndarray, "point"],
    absorption: Float[np.ndarray, "point"],
    edge: float,
    rbkg: float = 1.0,
) -> tuple[Float[np.ndarray, "wave"], Float[np.ndarray, "wave"]]:
    """Return wave numbers and the EXAFS after larch's ``autobk``.

    Parameters
    ----------
    energy
        Rising [eV].
    absorption
        With its background.
    edge
        Energy from which wave numbers count [eV].
    rbkg
        Distance below which oscillations are background [Å].

    Returns
    -------
    :
        Wave numbers [1/Å] and chi [1].

    Raises
    ------
    DataError
        The extra is not installed.
    """
    larch = _larch()
    group = larch["Group"](energy=energy, mu=absorption)
    with redirect_stdout(io.StringIO()):
        larch["autobk"](group, e0=edge, rbkg=rbkg)
    return np.asarray(group.k), np.asarray(group.chi)


def _larch() -> dict[str, Any]:
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            group, xafs = importlib.import_module("larch"), importlib.import_module("larch.xafs")
    except ImportError as error:
        raise DataError(
            "xraylarch is not installed. Expected it for engine = 'larch'. Install lmct[absorption], or use"
            " engine = 'lmct'."
        ) from error
    return {"Group": group.Group, "pre_edge": xafs.pre_edge, "autobk": xafs.autobk}
