"""Pre-edge peaks of all O K spectra of a study, fitted jointly: E and F relative to G."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lmct.quantity.finding import Finding
from lmct.technique.absorption.cell_of_series import series_of
from lmct.technique.absorption.dataset import on_common_grid, spectrum_of_dataset
from lmct.technique.absorption.oxygen_pre_edge import WINDOW, PreEdgeAreas, fit_pre_edge
from lmct.technique.absorption.request import pair_option
from lmct.technique.contract import AnalysisResult, Measurement
from lmct.technique.option import refuse_unknown

NOTE = (
    "Gaussian peaks on a Gaussian tail of the main edge, positions and widths shared by all spectra; the"
    " model of the tail is not in the uncertainty, changes between spectra are safer than single ratios."
)


def analyse_pre_edges(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Return E/G and F/G of every O K spectrum.

    Parameters
    ----------
    measurements
        Spectra and series; those of other edges are left aside.
    options
        ``window`` [eV].

    Returns
    -------
    :
        Ratios of areas.

    Raises
    ------
    UnknownName, OutOfRange, DataError
        An option makes no sense, or the spectra do not cover the window.
    """
    refuse_unknown(options, ("window",), technique="oxygen_pre_edge")
    window = pair_option(options, "window") or WINDOW
    oxygen = [one for one in series_of(measurements, least=1) if one.dataset.attrs.get("element") == "O"]
    if not oxygen:
        return AnalysisResult(messages=("there is no O K spectrum: no pre-edge areas.",))
    spectra = [
        (one, scan, spectrum_of_dataset(one.dataset, scan))
        for one in oxygen
        for scan in range(one.dataset.sizes["scan"])
    ]
    energy, levels, noise = on_common_grid([one for _, _, one in spectra])
    fit = fit_pre_edge(
        energy=energy,
        absorption=levels,
        uncertainty=np.maximum(noise, 1e-6 * float(np.max(levels))),
        window=window,
    )
    findings = [
        Finding(
            "pre_edge_area_ratio",
            value,
            one.sample,
            "absorption",
            f"{name}, {one.name}, scan {scan}",
            one.source_file,
            one.source_sha256,
            NOTE,
        )
        for (one, scan, _), ratios in zip(spectra, fit.ratios, strict=True)
        for name, value in ratios.items()
    ]
    return AnalysisResult(tuple(findings), messages=(_message(fit),))


def _message(fit: PreEdgeAreas) -> str:
    places = ", ".join(str(one) for one in fit.positions)
    return f"O K pre-edge: E, F, G at {places}; reduced chi-squared {fit.reduced_chi_squared:.3g}. {NOTE}"
