"""The design guide: lifetime, inversion, capacities and efficiency over covalence and driving force."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np
from jaxtyping import Float

from lmct import material as materials
from lmct.electrode.of_material import parameters_of_material, sets_of_material
from lmct.electrode.parameters import ElectrodeParameters
from lmct.protocol.galvanostatic import galvanostatic
from lmct.protocol.parameter_space import Settings, grid
from lmct.protocol.parameter_sweep import Progress, Sweep, parameter_sweep
from lmct.protocol.screening_map import FailedPoint, KnownMaterial, Screening, ScreeningMap
from lmct.protocol.screening_numbers import (
    SCREENED,
    covalence,
    driving_force,
    has_one_energy,
    screening_numbers,
)
from lmct.quantity.errors import OutOfRange

FEWEST = 2
"""Values that each axis of a map needs."""


def screen(
    *,
    covalences: Sequence[float],
    driving_forces: Sequence[float],
    material: str = "li-ti-ni-o",
    x: float | None = None,
    specific_current: float = 20.0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Screening:
    """Map the numbers of the design guide over covalence and driving force, for every shipped set.

    Every point is the material with another covalence and another potential of its metal, charged and
    discharged twice between 4.8 and 2.0 V. The driving forces are those of the first map. The text does not
    decide that of the material itself, and its sets differ in it; at a place of the map every set's metal
    therefore gets the same change of potential from the material as it is.

    Parameters
    ----------
    covalences, driving_forces
        The axes [eV], increasing.
    material, x
        Whose composition the maps have.
    specific_current
        Of charge and discharge [mA/g].
    executor
        Who does it; None does one point after the other in this process.
    progress
        Called with the number of points done, of all points of a set, and a text.

    Returns
    -------
    :
        Maps, points that failed, and the known materials.

    Raises
    ------
    OutOfRange
        An axis has fewer than two values or does not increase, a covalence is negative or beyond half the
        reorganisation energy, or no set of the material has a coupling.
    UnknownName
        There is no such material, or no parameter set for it.

    Source
    ------
    Li 2022, L347-365: lifetime and covalence, and the design of cathodes by screening the intermediate.

    Examples
    --------
    >>> found = screen(covalences=[0.0, 0.3], driving_forces=[0.1, 0.3])
    >>> slow, fast = found.maps[0].values["half_life"][0]
    >>> bool(slow > 10.0 * fast)
    True
    """
    columns, rows = _axis("covalence", covalences), _axis("driving force", driving_forces)
    sets, left_out = _sets(material, x)
    for one in sets.values():
        _check_covalence(columns, one)
    first = driving_force(next(iter(sets.values())))
    maps = tuple(
        _map(name, one, columns, rows, first, specific_current, executor, progress)
        for name, one in sets.items()
    )
    return Screening(
        formula=materials.load(material, x).formula,
        specific_current=specific_current,
        covalence=columns,
        driving_force=rows,
        maps=maps,
        left_out=left_out,
        known=known_materials(specific_current=specific_current),
    )


def known_materials(*, specific_current: float = 20.0) -> tuple[KnownMaterial, ...]:
    """Return every material of the library that has a parameter set with a place on the map.

    Parameters
    ----------
    specific_current
        Of charge and discharge [mA/g].

    Returns
    -------
    :
        Place and numbers of each.

    Examples
    --------
    >>> [one.name for one in known_materials() if one.covalence == 0.0][0]
    'li-ti-ni-o'
    """
    found = []
    for name in materials.names():
        if not sets_of_material(name):
            continue
        usable, _ = _sets(name, None)
        parameters = next(iter(usable.values()))
        sweep = parameter_sweep(
            galvanostatic(specific_current=specific_current, cycles=2),
            [{}],
            base=parameters,
            numbers=screening_numbers,
        )
        found.append(
            KnownMaterial(
                name=name,
                formula=materials.load(name).formula,
                covalence=covalence(parameters),
                driving_force=driving_force(parameters),
                numbers=sweep.outcomes[0].numbers,
                error=sweep.outcomes[0].error,
            )
        )
    return tuple(found)


def _sets(material: str, x: float | None) -> tuple[dict[str, ElectrodeParameters], dict[str, str]]:
    """Return the sets that have a coupling, those of one energy first, and why the others are left out."""
    usable, left_out = {}, {}
    default = parameters_of_material(material, x)  # refuses an unknown material, or one without a set
    for name in sets_of_material(material):
        parameters = parameters_of_material(material, x, parameter_set=name)
        try:
            covalence(parameters)
        except OutOfRange as error:
            left_out[name] = str(error)
        else:
            usable[name] = parameters
    if not usable:
        covalence(default)
    return dict(sorted(usable.items(), key=lambda one: not has_one_energy(one[1]))), left_out


def _map(
    name: str,
    parameters: ElectrodeParameters,
    columns: Float[np.ndarray, "covalence"],
    rows: Float[np.ndarray, "force"],
    first: float,
    specific_current: float,
    executor: Executor | None,
    progress: Progress | None,
) -> ScreeningMap:
    """Run every point of the map of one set; ``first`` is the driving force of the material in the first."""
    places = grid({"force": rows.tolist(), "covalence": columns.tolist()})
    sets: list[Settings] = [
        {
            "metal_potential": parameters.metal_potential + float(place["force"]) - first,
            "electronic_coupling": place["covalence"],
        }
        for place in places
    ]
    sweep = parameter_sweep(
        galvanostatic(specific_current=specific_current, cycles=2),
        sets,
        base=parameters,
        numbers=screening_numbers,
        executor=executor,
        progress=progress,
    )
    return ScreeningMap(
        parameter_set=name,
        one_energy=has_one_energy(parameters),
        values=_values(sweep, (len(rows), len(columns))),
        failed=tuple(
            FailedPoint(float(place["covalence"]), float(place["force"]), outcome.error)
            for place, outcome in zip(places, sweep.outcomes, strict=True)
            if outcome.error
        ),
    )


def _values(sweep: Sweep, shape: tuple[int, int]) -> dict[str, Float[np.ndarray, "force covalence"]]:
    outcomes = sweep.outcomes
    return {
        quantity: np.array([one.numbers.get(quantity, math.nan) for one in outcomes]).reshape(shape)
        for quantity in SCREENED
    }


def _axis(name: str, values: Sequence[float]) -> Float[np.ndarray, "value"]:
    axis = np.asarray(values, dtype=float)
    if axis.ndim != 1 or len(axis) < FEWEST or not (np.isfinite(axis).all() and np.all(np.diff(axis) > 0.0)):
        raise OutOfRange(f"the axis of the {name} needs at least {FEWEST} increasing values, got {values}.")
    return axis


def _check_covalence(columns: Float[np.ndarray, "covalence"], parameters: ElectrodeParameters) -> None:
    """Refuse couplings beyond those for which the lowering H - H^2/lambda still grows."""
    highest = 0.5 * parameters.lmct_parameters["reorganization_energy"]
    if columns[0] < 0.0 or columns[-1] > highest:
        raise OutOfRange(
            f"the covalence must lie between 0 and {highest:.3g} eV, half the reorganisation energy of"
            f" {parameters.name}, got {columns[0]:g} to {columns[-1]:g} eV."
        )
