"""A calibrated, normalised spectrum, and how scans become spectra."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from jaxtyping import Float

from lmct.instrument.absorption.check_channel import glitches_from_absorption
from lmct.instrument.absorption.scan import AbsorptionScan
from lmct.quantity.errors import DataError
from lmct.technique.absorption.derivative import noise_of
from lmct.technique.absorption.mode_name import FLUORESCENCE, INVERSE_YIELD
from lmct.technique.absorption.normalisation import (
    Normalised,
    bridged,
    normalised_from_absorption,
    steepest_energy,
)
from lmct.technique.absorption.normalisation_window import Windows
from lmct.technique.absorption.request import LARCH, SpectrumRequest
from lmct.technique.absorption.scan_calibration import FirstFoil, calibration_of, foil_of
from lmct.technique.absorption.yield_modes import corrected, inverted


@dataclass(frozen=True, eq=False)
class Spectrum:
    """One spectrum, ready to be compared.

    Parameters
    ----------
    energy
        Calibrated, rising [eV].
    absorption, uncertainty
        Normalised absorption and the standard uncertainty of its point-to-point noise [1].
    step, step_uncertainty
        Edge step of the raw absorption, and its relative standard uncertainty [1].
    foil, foil_uncertainty
        First inflection of the foil before calibration [eV]; NaN without a reference.
    shift, shift_uncertainty
        What was added to the energies of the file, and its standard uncertainty [eV].
    element, edge, mode, sample, start_time, end_time
        As in the scan, or as they were asked for.
    source_file, scan
        Where it comes from.
    messages
        What the scan and its preparation say, one sentence each.
    """

    energy: Float[np.ndarray, "point"]
    absorption: Float[np.ndarray, "point"]
    uncertainty: Float[np.ndarray, "point"]
    step: float = 1.0
    step_uncertainty: float = 0.0
    foil: float = float("nan")
    foil_uncertainty: float = float("nan")
    shift: float = 0.0
    shift_uncertainty: float = 0.0
    element: str = ""
    edge: str = ""
    mode: str = ""
    sample: str = ""
    start_time: datetime | None = None
    end_time: datetime | None = None
    source_file: str = ""
    scan: int = 0
    messages: tuple[str, ...] = ()


def spectra_of_scans(
    scans: Iterable[AbsorptionScan], request: SpectrumRequest, *, series: bool = True
) -> tuple[Spectrum, ...]:
    """Return the spectra of scans, calibrated together when they are a series.

    Parameters
    ----------
    scans
        The scans.
    request
        How they are prepared.
    series
        Whether the scans are one series, whose references are laid on that of the first.

    Returns
    -------
    :
        One spectrum per scan that has an edge; what fails is said in the messages of none and raised when all
        fail.

    Raises
    ------
    DataError
        No scan gives a spectrum.
    """
    found: list[Spectrum] = []
    reasons: list[str] = []
    target: FirstFoil | None = None
    for scan in scans:
        try:
            told = foil_of(scan)
            shift, spread, said = calibration_of(scan, request, told, target if series else None)
            if series and target is None and told is not None:
                reference = scan.reference()
                assert reference is not None
                target = FirstFoil(scan.energy, reference, told[0], shift)
            found.append(_spectrum(scan, request, shift, spread, told, said))
            if series and request.edge_energy is None:
                # One place of the step for all: else normalisation would differ from species to species.
                first = found[0]
                middle = steepest_energy(energy=first.energy, absorption=first.absorption)
                request = replace(request, edge_energy=middle)
        except DataError as error:
            reasons.append(f"{scan.source_file}, scan {scan.scan}: {error}")
    if not found:
        raise DataError(f"no scan gives a spectrum. {reasons[0] if reasons else 'There are no scans.'}")
    found = _with_foil_scatter(found)
    if reasons:
        found[0] = replace(found[0], messages=(*found[0].messages, *(f"left out: {one}" for one in reasons)))
    return tuple(found)


def _with_foil_scatter(spectra: list[Spectrum]) -> list[Spectrum]:
    """Give the scatter of the foils to scans that were not calibrated one by one."""
    foils = np.array([one.foil for one in spectra if np.isfinite(one.foil)])
    if len(foils) < 3:
        return spectra
    scatter = float(np.std(foils))
    return [
        replace(one, shift_uncertainty=scatter) if one.shift_uncertainty == 0.0 else one for one in spectra
    ]


def _spectrum(
    scan: AbsorptionScan,
    request: SpectrumRequest,
    shift: float,
    spread: float,
    told: tuple[float, float] | None,
    said: tuple[str, ...],
) -> Spectrum:
    request = replace(
        request,
        mode=request.mode or scan.mode,
        element=request.element or scan.element,
        edge=request.edge or scan.edge,
    )
    absorption = scan.absorption(FLUORESCENCE if request.mode == INVERSE_YIELD else request.mode)
    if request.bridge_glitches:
        odd = glitches_from_absorption(energy=scan.energy, absorption=absorption)
        absorption = bridged(energy=scan.energy, absorption=absorption, glitches=odd)
    energy = scan.energy + shift
    if request.mode == INVERSE_YIELD:
        normalised, more = inverted(energy, absorption, request)
    else:
        normalised, more = _normalised(scan, request, energy, absorption), ()
    if request.mode == FLUORESCENCE:
        normalised, more = corrected(normalised, request)
    return Spectrum(
        energy=normalised.energy,
        absorption=normalised.absorption,
        uncertainty=normalised.uncertainty,
        step=normalised.step,
        step_uncertainty=normalised.step_uncertainty / normalised.step,
        foil=told[0] if told else float("nan"),
        foil_uncertainty=told[1] if told else float("nan"),
        shift=shift,
        shift_uncertainty=spread,
        element=request.element,
        edge=request.edge,
        mode=request.mode,
        sample=scan.sample,
        start_time=scan.start_time,
        end_time=scan.end_time,
        source_file=scan.source_file,
        scan=scan.scan,
        messages=(*scan.warnings, *said, *more),
    )


def _normalised(
    scan: AbsorptionScan,
    request: SpectrumRequest,
    energy: Float[np.ndarray, "point"],
    absorption: Float[np.ndarray, "point"],
) -> Normalised:
    """Normalise by the engine that is asked for; leave alone what the beamline normalised."""
    if scan.normalised and request.windows == Windows():
        noise = noise_of(energy=energy, values=absorption)
        return Normalised(energy, absorption, noise, float("nan"), 1.0, 0.0, Windows())
    if request.engine == LARCH:
        from lmct.technique.absorption.larch_engine import normalised_by_larch

        return normalised_by_larch(
            energy=energy, absorption=absorption, edge=request.edge_energy, windows=request.windows
        )
    return normalised_from_absorption(
        energy=energy,
        absorption=absorption,
        edge=request.edge_energy,
        windows=request.windows,
        flatten=request.flatten,
    )
