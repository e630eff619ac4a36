"""Yields as absorption: the correction of self-absorption, the inverse yield, and how deep each looks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DataError
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.absorption.derivative import noise_of
from lmct.technique.absorption.fluorescence import (
    absorption_from_fluorescence,
    absorption_from_inverse_yield,
    probe_depth,
)
from lmct.technique.absorption.mode_name import ELECTRON_YIELD, FLUORESCENCE, INVERSE_YIELD, TRANSMISSION
from lmct.technique.absorption.normalisation import Normalised
from lmct.technique.absorption.normalisation_window import Windows
from lmct.technique.absorption.request import SpectrumRequest
from lmct.technique.absorption.thick_sample import (
    TABLE_UNCERTAINTY,
    ThickSample,
    edge_range,
    emission_energy,
)

SOFT = 2000.0
"""Below this energy fluorescence of a thick sample is always saturated [eV]."""

EMITTER = ("O", "K")
"""Whose fluorescence an inverse yield is, when nothing else is said."""


def corrected(normalised: Normalised, request: SpectrumRequest) -> tuple[Normalised, tuple[str, ...]]:
    """Return a normalised fluorescence spectrum without self-absorption, and what to know of it.

    Parameters
    ----------
    normalised
        As measured.
    request
        Its sample, element and edge.

    Returns
    -------
    :
        The spectrum, and sentences; untouched when no correction is asked for.

    Raises
    ------
    OutOfRange, DataError
        The sample cannot give such a yield, or does not hold the element.
    """
    if request.sample is None or not request.correct:
        if float(normalised.energy[0]) > SOFT:
            return normalised, ()
        said = "fluorescence at a soft edge: lines of a thick sample are lowered by self-absorption."
        return normalised, (said,)
    ratio = request.sample.background_ratio(request.element, request.edge)
    level = normalised.absorption
    found = absorption_from_fluorescence(yield_normalised=level, background_ratio=ratio)
    slope = ratio * (1.0 + ratio) / (1.0 + ratio - level) ** 2
    other = absorption_from_fluorescence(
        yield_normalised=level, background_ratio=ratio * (1.0 + TABLE_UNCERTAINTY)
    )
    top = int(np.argmax(found))
    return replace(normalised, absorption=found, uncertainty=normalised.uncertainty * slope), (
        f"self-absorption of {request.sample.formula} taken off (background over step {ratio:.2f}, angles"
        f" {request.sample.angle_in:g} and {request.sample.angle_out:g} deg): the strongest line rises from"
        f" {level[top]:.2f} to {found[top]:.2f}; {100 * TABLE_UNCERTAINTY:.0f} % of attenuation are"
        f" {abs(other[top] - found[top]):.2f} of it.",
    )


def inverted(
    energy: Float[np.ndarray, "point"], partial_yield: Float[np.ndarray, "point"], request: SpectrumRequest
) -> tuple[Normalised, tuple[str, ...]]:
    """Return the absorption from the inverse of the fluorescence of an emitter.

    Parameters
    ----------
    energy
        Calibrated, rising [eV].
    partial_yield
        Fluorescence of the emitter over the incident intensity.
    request
        Element and edge, or the energies of both edges.

    Raises
    ------
    DataError
        The edges are not known, or too little was measured beside them.
    """
    edges = request.edges
    if edges is None:
        if not request.element:
            raise DataError(
                "an inverse yield needs the energies of L3 and L2. Expected element and edge, or edges."
                " Write for example edges = [852.7, 870.0]."
            )
        edges = edge_range(request.element, "L3")
    found = absorption_from_inverse_yield(
        energy=energy,
        partial_yield=partial_yield,
        uncertainty=noise_of(energy=energy, values=partial_yield),
        edges=edges,
    )
    said = (
        f"inverse partial yield, edges at {edges[0]:g} and {edges[1]:g} eV: linear in concentration and free"
        " of saturation; the emitter's own absorption is taken as smooth."
    )
    return (
        Normalised(
            energy,
            found.absorption,
            found.uncertainty,
            edges[0],
            found.step,
            found.step * found.step_uncertainty,
            Windows(),
        ),
        (said,),
    )


def depth_of_mode(mode: str, sample: ThickSample, element: str, edge: str) -> float:
    """Return the depth from which a share 1 - 1/e of the signal comes, in front of the edge [nm].

    Parameters
    ----------
    mode
        A yield out of :data:`~lmct.technique.absorption.mode_name.MODES`.
    sample
        Composition and geometry.
    element, edge
        What is looked at; the emitter of an inverse yield is oxygen.

    Raises
    ------
    DataError
        The edge is not known, or the extra is not installed.
    """
    emitted = 0.0
    if mode in (FLUORESCENCE, INVERSE_YIELD):
        line = emission_energy(*(EMITTER if mode == INVERSE_YIELD else (element, edge)))
        emitted = sample.attenuation(line)
    return probe_depth(
        mode=mode,
        attenuation_in=sample.attenuation(edge_range(element, edge)[0] - 2.0),
        attenuation_out=emitted,
        angle_in=sample.angle_in,
        angle_out=sample.angle_out,
    )


def depth_finding(request: SpectrumRequest, name: str) -> Finding | None:
    """Return how deep the mode of a request looks into its sample; None for transmission or no sample.

    Parameters
    ----------
    request
        With mode, element and edge filled in.
    name
        Of the sample.
    """
    if request.sample is None or request.mode in ("", TRANSMISSION):
        return None
    depth = depth_of_mode(request.mode, request.sample, request.element, request.edge)
    relative = 0.5 if request.mode == ELECTRON_YIELD else TABLE_UNCERTAINTY
    return Finding(
        "probe_depth",
        Value(depth, relative * depth, "nm"),
        name,
        "absorption",
        f"{request.element} {request.edge}, {request.mode.replace('_', ' ')}",
        note="Depth of 63 % of the signal just below the edge; on the white line it is less. The escape depth"
        " of electrons is known to a factor of about 2, attenuation to 10 %.",
    )
