"""The experiments of the paper on other materials: sets that differ by composition and stated changes."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from lmct.electrode.model import Electrode
from lmct.electrode.of_material import parameters_of_material, sets_of_material
from lmct.electrode.parameter_file import load
from lmct.electrode.parameters import ElectrodeParameters
from lmct.protocol.galvanostatic import galvanostatic
from lmct.protocol.run import Run
from lmct.protocol.screening_numbers import has_one_energy, screening_numbers
from lmct.protocol.simulation import run_protocol
from lmct.protocol.titration import Portion, titration
from lmct.quantity.errors import OutOfRange
from lmct.report.reproduction.paper_runs import MATERIAL

NICKEL, IRON, RUTHENIUM = MATERIAL, "li-ti-fe-o", "li-ru-sn-o"
"""Metals whose covalence rises (L353-359)."""

RICH_NMC, RICH_NM = "li-rich-nmc", "li-ni-mn-o"
"""Layered oxides with the same intermediate (L337-346)."""

HOT, DAY = 413.15, 86400.0


def sibling_parameters(name: str) -> ElectrodeParameters:
    """Return the set of a material; of Li-Ti-Ni-O the one that the siblings were made from.

    Parameters
    ----------
    name
        Name in the library.

    Returns
    -------
    :
        The parameters. In all of them LMCT and the oxygen couple share one reorganisation energy and one
        covalence, so that a change of covalence is felt by both.

    Raises
    ------
    UnknownName
        No set of the material ships.
    OutOfRange
        No set of Li-Ti-Ni-O with one reorganisation energy ships.
    """
    if name != NICKEL:
        return parameters_of_material(name)
    for one in map(load, sets_of_material(NICKEL)):
        if has_one_energy(one):
            return one
    raise OutOfRange(f"no set of {NICKEL} with one reorganisation energy ships. Calibrate one.")


@functools.cache
def sibling_cycles(name: str) -> Run:
    """Return two cycles of a material, 2.0-4.8 V at 20 mA/g."""
    return run_protocol(Electrode(sibling_parameters(name)), galvanostatic())


@functools.cache
def sibling_numbers(name: str) -> Mapping[str, float]:
    """Return half-life [h], inversion index and the other numbers of the second cycle of a material."""
    return screening_numbers(sibling_cycles(name))


@functools.cache
def sibling_heating(name: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the holes before a discharge from 4.5 V: in cycling, and after 24 h at 140 degC.

    Parameters
    ----------
    name
        Name in the library.

    Returns
    -------
    :
        Holes on the metal and on oxygen of either [1/f.u.].
    """
    electrode = Electrode(sibling_parameters(name))
    portions = (Portion(in_cycling=True), Portion(hold_temperature=HOT, hold_time=DAY))
    starts = [run_protocol(electrode, titration(portion)).segments[-1].start for portion in portions]
    before, after = ((start.metal_holes, start.oxygen_holes) for start in starts)
    return before, after


def sibling_openings(name: str, limits: tuple[float, ...]) -> dict[float, Run]:
    """Return a full first cycle and a second one to each upper limit (Fig. 6c, d).

    Parameters
    ----------
    name
        Name in the library.
    limits
        Upper limits of the second cycle [V].

    Returns
    -------
    :
        Run by limit.
    """
    electrode = Electrode(sibling_parameters(name))
    first = galvanostatic(cycles=1)
    return {
        limit: run_protocol(electrode, (*first, *galvanostatic(cycles=1, upper_voltage=limit)))
        for limit in limits
    }
