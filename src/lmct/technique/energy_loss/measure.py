"""One file measured: low losses give thickness and zero, core losses an axis check and ratios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum, SpectrumImage
from lmct.quantity.errors import NotConverged, OutOfRange
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.energy_loss.energy_scale import (
    MISCALIBRATED,
    TOLERANCE,
    UNVERIFIED,
    WRONG,
    EnergyScale,
    find_energy_scale,
)
from lmct.technique.energy_loss.line_table import OXYGEN, OXYGEN_ONSET
from lmct.technique.energy_loss.measured_spectrum import ACQUISITION, CORE_LOSS, LOW_LOSS
from lmct.technique.energy_loss.pre_edge import METHOD as PRE_EDGE_METHOD
from lmct.technique.energy_loss.pre_edge import pre_edge_ratio
from lmct.technique.energy_loss.white_line import METHOD as WHITE_LINE_METHOD
from lmct.technique.energy_loss.white_line import white_line_ratio
from lmct.technique.energy_loss.zero_loss import align_zero_loss, measure_zero_loss
from lmct.technique.option import number_option, refuse_unknown, text_option

if TYPE_CHECKING:
    import xarray as xr

OPTIONS = ("elements", "energy_scale", "tolerance")
DEFAULT_ELEMENTS = ("Ti", "O", "Ni")
REFUSE, REPAIR = "refuse", "repair"

Measured = tuple["xr.Dataset", tuple[Finding, ...], tuple[str, ...]]


def measure_low_loss(
    record: EnergyLossSpectrum | SpectrumImage, options: Mapping[str, Any], *, sample: str = ""
) -> Measured:
    """Return zero loss and thickness of a low-loss spectrum, its energies moved to the zero loss.

    Parameters
    ----------
    record
        With the zero loss inside.
    options
        Those of the technique; none matters here.
    sample
        Name of the sample.

    Raises
    ------
    OutOfRange
        There is no zero loss, or the detector is full on it.
    """
    refuse_unknown(options, OPTIONS, technique="energy_loss")
    spread = None
    if isinstance(record, SpectrumImage):
        original = measure_zero_loss(record.summed())
        spectrum, positions = align_zero_loss(record)
        spread = float(np.nanstd(positions))
        zero, place = measure_zero_loss(spectrum), original.position
    else:
        spectrum, zero = record, measure_zero_loss(record)
        place = zero.position
    note = "" if spread is None else f"standard deviation over the places {spread:.2f} eV, aligned"
    findings = (
        _finding("zero_loss_position", place, sample, note),
        _finding("energy_resolution", Value(zero.width, 0.1 * record.dispersion, "eV"), sample),
        _finding(
            "thickness_over_mean_free_path",
            zero.thickness,
            sample,
            "log-ratio; the uncertainty holds where the elastic peak ends and what lies beyond the spectrum",
        ),
    )
    centred = spectrum.rescaled(offset=-zero.position.value)
    return _dataset(centred, kind=LOW_LOSS), findings, ()


def measure_core_loss(
    record: EnergyLossSpectrum | SpectrumImage, options: Mapping[str, Any], *, sample: str = ""
) -> Measured:
    """Return axis error, white-line ratios and O K pre-edge of core losses; no ratio on a wrong axis.

    Parameters
    ----------
    record
        Core losses; an image is summed.
    options
        Those of the technique.
    sample
        Name of the sample.

    Raises
    ------
    DataError
        An option is wrong, or the spectrum is too short.
    """
    refuse_unknown(options, OPTIONS, technique="energy_loss")
    elements = elements_of_options(options)
    choice = text_option(options, "energy_scale", REFUSE, among=(REFUSE, REPAIR))
    tolerance = number_option(options, "tolerance", TOLERANCE, low=0.1, high=20.0)
    spectrum = record.summed() if isinstance(record, SpectrumImage) else record
    scale = find_energy_scale(spectrum, elements=elements, tolerance=tolerance)
    findings = [
        _finding("energy_axis_error", shift, sample, scale.message, condition=f"{element} line")
        for element, shift in scale.shifts.items()
    ]
    repaired = scale.verdict == MISCALIBRATED and choice == REPAIR
    if scale.verdict == UNVERIFIED or (scale.verdict == MISCALIBRATED and not repaired):
        dataset = _dataset(spectrum, kind=CORE_LOSS, verdict=scale.verdict, elements=elements)
        return dataset, tuple(findings), (scale.message,)
    said = [f"the energy axis was repaired: {scale.message.removeprefix(WRONG)}"] if repaired else []
    if repaired:
        spectrum = spectrum.rescaled(slope=scale.slope, offset=scale.offset)
    found, refused = _ratios(spectrum, scale, elements, sample, repaired)
    verdict = REPAIR if repaired else scale.verdict
    return (
        _dataset(spectrum, kind=CORE_LOSS, verdict=verdict, elements=elements),
        (*findings, *found),
        (*said, *refused),
    )


def elements_of_options(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the elements of the sample as options name them.

    Parameters
    ----------
    options
        Those of the technique.

    Raises
    ------
    OutOfRange
        ``elements`` is no list of texts.
    """
    given = options.get("elements", DEFAULT_ELEMENTS)
    if isinstance(given, str) or not all(isinstance(one, str) for one in given) or not given:
        raise OutOfRange(
            f'the option elements is {given!r}. Expected a list of symbols, for example ["Ti", "O", "Ni"].'
        )
    return tuple(given)


def _ratios(
    spectrum: EnergyLossSpectrum, scale: EnergyScale, elements: Sequence[str], sample: str, repaired: bool
) -> tuple[list[Finding], list[str]]:
    """Return what can be measured on the checked axis, and why the rest cannot."""
    from dataclasses import replace

    found, refused = [], []
    for stored in scale.pairs:
        pair = stored
        if repaired:
            first, second = (scale.slope * one + scale.offset for one in (stored.first, stored.second))
            pair = replace(stored, first=first, second=second)
        try:
            lines = white_line_ratio(spectrum, pair)
        except (NotConverged, OutOfRange) as error:
            refused.append(str(error))
            continue
        names = f"{pair.line.element} {pair.line.names[0]}/{pair.line.names[1]}"
        note = f"{WHITE_LINE_METHOD}; systematic {lines.systematic:.2g}; plural scattering not removed"
        found.append(_finding("white_line_ratio", lines.total, sample, note, condition=names))
        found.append(
            _finding(
                "white_lines_over_continuum", lines.normalised, sample, note, condition=pair.line.element
            )
        )
    if OXYGEN in elements:
        try:
            edge = pre_edge_ratio(spectrum, axis_uncertainty=scale.shift_at(OXYGEN_ONSET).uncertainty)
        except (NotConverged, OutOfRange) as error:
            refused.append(str(error))
        else:
            note = f"{PRE_EDGE_METHOD}; systematic {edge.systematic:.2g}"
            found.append(_finding("pre_edge_area_ratio", edge.total, sample, note, condition="O K"))
    return found, refused


def _finding(quantity: str, value: Value, sample: str, note: str = "", condition: str = "") -> Finding:
    return Finding(quantity, value, sample=sample, technique="energy_loss", condition=condition, note=note)


def _dataset(
    spectrum: EnergyLossSpectrum, *, kind: str, verdict: str = "", elements: Sequence[str] = ()
) -> xr.Dataset:
    import xarray as xr

    taken = {name: getattr(spectrum.acquisition, name) for name in ACQUISITION}
    return xr.Dataset(
        {"counts": ("energy_loss", spectrum.counts, {"units": "1"})},
        coords={"energy_loss": ("energy_loss", spectrum.energy, {"units": "eV"})},
        attrs={"kind": kind, "energy_axis": verdict, "elements": " ".join(elements)}
        | {name: value for name, value in taken.items() if value is not None},
    )
