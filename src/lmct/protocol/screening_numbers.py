"""What the design guide asks of an electrode: its place on the map, and its second cycle in numbers."""

from __future__ import annotations

from collections.abc import Mapping

from lmct.electrode.model import Electrode
from lmct.electrode.parameters import ElectrodeParameters
from lmct.protocol.cycle_numbers import cycle_numbers
from lmct.protocol.lifetime import lifetime
from lmct.protocol.run import Run
from lmct.quantity.constants import HOUR
from lmct.quantity.errors import OutOfRange

SCREENED: Mapping[str, tuple[str, str]] = {
    "half_life": ("h", "half-life of the metal's intermediate at 25 °C after charge, at open circuit"),
    "inversion_index": ("1", "redox inversion of the second cycle: 1 full, 0 none"),
    "metal_capacity": ("mAh/g", "holes that the metal gives back in the second discharge"),
    "oxygen_capacity": ("mAh/g", "holes that oxygen gives back in the second discharge"),
    "energy_efficiency": ("1", "work given back over work put in, second cycle"),
    "discharge_energy": ("mWh/g", "work given back in the second discharge"),
    "mean_discharge_voltage": ("V", "mean over the charge passed in the second discharge"),
    "intermediate": ("1/f.u.", "holes of the metal above its ground state at the end of the second charge"),
    "ground_state": ("1/f.u.", "holes that the metal would keep after full relaxation"),
}
"""Name -> (unit, meaning) of what :func:`screening_numbers` returns."""


def screening_numbers(run: Run) -> dict[str, float]:
    """Return a run of two cycles in the numbers of the design guide (:data:`SCREENED`).

    The capacity of a couple is the fall of its holes between the two ends of the discharge, whatever LMCT
    moves between the couples on the way. It can be negative: oxygen may end with more holes than it had.

    Parameters
    ----------
    run
        Charge, discharge, charge, discharge.

    Returns
    -------
    :
        Value by name.

    Raises
    ------
    OutOfRange
        The run does not consist of four steps.
    NotConverged
        The integration failed.

    Examples
    --------
    >>> from lmct.protocol import galvanostatic, simulate
    >>> numbers = screening_numbers(simulate(galvanostatic(cycles=2)))
    >>> numbers["metal_capacity"] > 0.0
    True
    """
    if len(run.segments) != 4:
        raise OutOfRange(f"expected two cycles of a charge and a discharge, got {len(run.segments)} steps.")
    cycle = cycle_numbers(run)
    before, after = run.segments[3].start, run.segments[3].end
    intermediate = lifetime(Electrode(run.parameters), run.segments[2].end)
    scale = run.parameters.mah_per_gram
    return {
        "half_life": intermediate.half_life / HOUR,
        "inversion_index": cycle["inversion_index"],
        "metal_capacity": (before.metal_holes - after.metal_holes) * scale,
        "oxygen_capacity": (before.oxygen_holes - after.oxygen_holes) * scale,
        "energy_efficiency": cycle["energy_efficiency"],
        "discharge_energy": cycle["discharge_capacity"] * cycle["mean_discharge_voltage"],
        "mean_discharge_voltage": cycle["mean_discharge_voltage"],
        "intermediate": intermediate.intermediate,
        "ground_state": intermediate.ground_state,
    }


def covalence(parameters: ElectrodeParameters) -> float:
    """Return the metal-oxygen coupling of LMCT above that of Li-Ti-Ni-O, whose barriers are those without it.

    Parameters
    ----------
    parameters
        A set whose rate law has an ``electronic_coupling``.

    Returns
    -------
    :
        H [eV].

    Raises
    ------
    OutOfRange
        The rate law has no coupling.
    """
    if "electronic_coupling" not in parameters.lmct_parameters:
        raise OutOfRange(
            f"the rate law {parameters.lmct_law} of the parameter set {parameters.name} has no"
            " electronic_coupling, so it has no place on the map. Choose a set with the law metal-potential."
        )
    return float(parameters.lmct_parameters["electronic_coupling"])


def driving_force(parameters: ElectrodeParameters) -> float:
    r"""Return the driving force of LMCT, averaged over the oxidation of the metal while oxygen is full.

    .. math:: \bar A = \frac{1}{n_\mathrm{max}}\int_0^{n_\mathrm{max}} (U_M - U_O)\,dn
              = U_{M0} - U_{O0} + \tfrac12 (g_{MM} - g_{MO})\,n_\mathrm{max} \qquad (p = 0)

    Parameters
    ----------
    parameters
        A set.

    Returns
    -------
    :
        [eV], to twelve decimals; positive when a charged metal takes electrons from oxygen on average.

    Examples
    --------
    >>> from lmct.electrode.parameter_file import load
    >>> changed = with_driving_force(load("li-ti-ni-o"), 0.25)
    >>> round(driving_force(changed), 12)
    0.25
    """
    half = 0.5 * parameters.metal_holes_max
    interaction = (parameters.metal_metal - parameters.metal_oxygen) * half
    return round(parameters.metal_potential - parameters.oxygen_potential + interaction, 12) + 0.0


def with_driving_force(parameters: ElectrodeParameters, value: float) -> ElectrodeParameters:
    """Return an electrode with another driving force: a metal with another potential, the same oxygen.

    Parameters
    ----------
    parameters
        A set.
    value
        Mean driving force [eV].

    Returns
    -------
    :
        The changed set.
    """
    shift = value - driving_force(parameters)
    return parameters.replace(metal_potential=parameters.metal_potential + shift)


def has_one_energy(parameters: ElectrodeParameters) -> bool:
    """Tell whether covalence and reorganisation energy of LMCT are also those of the oxygen couple.

    Parameters
    ----------
    parameters
        A set.

    Returns
    -------
    :
        Whether the law of the oxygen couple uses both, and the set does not give the couple its own.
    """
    from lmct.electrode import oxygen_law

    uses = set(oxygen_law.law(parameters.oxygen_law).SHARED)
    given = parameters.lmct_parameters
    return bool(uses) and all(
        name in given and parameters.shared(name) == given[name]
        for name in ("reorganization_energy", "electronic_coupling")
    )
