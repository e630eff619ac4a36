"""How scans are calibrated and normalised, from the options of a study file or a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lmct.quantity.errors import OutOfRange
from lmct.technique.absorption.mode_name import MODES
from lmct.technique.absorption.normalisation_window import Windows
from lmct.technique.absorption.thick_sample import SOLID_ANGLES, ThickSample
from lmct.technique.option import number_option, refuse_unknown, switch_option, text_option

AUTO, FOIL, ALIGN, NONE = "auto", "foil", "align", "none"
CALIBRATIONS = (AUTO, FOIL, ALIGN, NONE)
LMCT, LARCH = "lmct", "larch"
ENGINES = (LMCT, LARCH)

OPTIONS = (
    "mode",
    "element",
    "edge",
    "calibration",
    "foil_energy",
    "shift",
    "edge_energy",
    "pre_edge",
    "post_edge",
    "degree",
    "flatten",
    "engine",
    "bridge_glitches",
    "formula",
    "self_absorption",
    "density",
    "geometry",
    "edges",
)


@dataclass(frozen=True, slots=True)
class SpectrumRequest:
    """What is asked for.

    Parameters
    ----------
    mode
        ``transmission``, ``fluorescence`` (``tfy``), ``electron_yield`` (``tey``) or ``inverse_yield``
        (``ipfy``); empty for that of the scan.
    element, edge
        Empty for what the file tells.
    calibration
        ``foil``: every scan on the first inflection of its foil; ``align``: scans of a series laid on the
        first by their foils, and that on its foil; ``none``: as stored; ``auto``: none for files that were
        calibrated already, else align in a series and foil for a single scan when there is one.
    foil_energy
        Energy of the first inflection of the foil [eV]; None for that of the table.
    shift
        Added to all energies [eV].
    edge_energy
        Where the edge step is taken [eV]; None for the steepest rise.
    windows
        Where the background is fitted.
    flatten
        Whether the post-edge is made level.
    engine
        ``lmct``, or ``larch``, which needs the extra ``absorption``.
    bridge_glitches
        Whether single points that stand out are replaced by the line through their neighbours.
    sample
        Composition and geometry of a thick sample; None when not told.
    correct
        Whether self-absorption is taken off fluorescence.
    edges
        Energies of L3 and L2 for an inverse yield [eV]; None for those of the element.
    """

    mode: str = ""
    element: str = ""
    edge: str = ""
    calibration: str = AUTO
    foil_energy: float | None = None
    shift: float = 0.0
    edge_energy: float | None = None
    windows: Windows = field(default_factory=Windows)
    flatten: bool = True
    engine: str = LMCT
    bridge_glitches: bool = True
    sample: ThickSample | None = None
    correct: bool = False
    edges: tuple[float, float] | None = None


def request_from_options(options: Mapping[str, Any]) -> SpectrumRequest:
    """Return what the options of a measurement ask for.

    Parameters
    ----------
    options
        Out of :data:`OPTIONS`.

    Returns
    -------
    :
        The request.

    Raises
    ------
    OutOfRange, UnknownName
        An option does not exist or makes no sense.

    Examples
    --------
    >>> request_from_options({"calibration": "foil", "pre_edge": [-150, -30]}).windows.pre_edge
    (-150.0, -30.0)
    """
    refuse_unknown(options, OPTIONS, technique="absorption")
    degree = options.get("degree")
    return SpectrumRequest(
        mode=MODES[text_option(options, "mode", "", among=tuple(MODES))],
        element=text_option(options, "element", ""),
        edge=text_option(options, "edge", ""),
        calibration=text_option(options, "calibration", AUTO, among=CALIBRATIONS),
        foil_energy=_energy(options, "foil_energy"),
        shift=number_option(options, "shift", 0.0, low=-1000.0, high=1000.0),
        edge_energy=_energy(options, "edge_energy"),
        windows=Windows(
            pair_option(options, "pre_edge"),
            pair_option(options, "post_edge"),
            None if degree is None else int(number_option(options, "degree", low=0, high=3)),
        ),
        flatten=switch_option(options, "flatten", True),
        engine=text_option(options, "engine", LMCT, among=ENGINES),
        bridge_glitches=switch_option(options, "bridge_glitches", True),
        sample=_sample(options),
        correct="self_absorption" in options,
        edges=pair_option(options, "edges"),
    )


def pair_option(options: Mapping[str, Any], name: str) -> tuple[float, float] | None:
    """Return two rising numbers, or None when the option is absent.

    Parameters
    ----------
    options
        Options as given.
    name
        Name of the option.

    Raises
    ------
    OutOfRange
        The value is something else than two rising numbers.

    Examples
    --------
    >>> pair_option({"range": [8325, 8400]}, "range")
    (8325.0, 8400.0)
    """
    value = options.get(name)
    if value is None:
        return None
    try:
        low, high = (float(one) for one in value)
    except (TypeError, ValueError) as error:
        raise OutOfRange(
            f"the option {name} is {value!r}. Expected two numbers, such as [-150, -30]."
        ) from error
    if not low < high:
        raise OutOfRange(f"the option {name} is {value!r}. Expected the lower number first.")
    return low, high


def _sample(options: Mapping[str, Any]) -> ThickSample | None:
    """Return composition and geometry; ``self_absorption`` names the formula and asks for the correction."""
    formula = text_option(options, "self_absorption", "") or text_option(options, "formula", "")
    if not formula:
        return None
    angles = options.get("geometry", SOLID_ANGLES)
    if isinstance(angles, str) or not isinstance(angles, Sequence) or len(angles) != 2:
        raise OutOfRange(
            f"the option geometry is {angles!r}. Expected the angles in and out from the surface, such as"
            " [45, 45]."
        )
    angle_in, angle_out = (number_option({"geometry": one}, "geometry", low=0.1, high=90.0) for one in angles)
    density = number_option(options, "density", 4.0, low=0.1, high=25.0)
    return ThickSample(formula, density, angle_in, angle_out)


def _energy(options: Mapping[str, Any], name: str) -> float | None:
    return None if options.get(name) is None else number_option(options, name, low=1.0, high=2e5)
