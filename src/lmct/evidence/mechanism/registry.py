"""All mechanisms by name, and how one is made ready for a trial."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType

from lmct.electrode.parameter_file import load
from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.likelihood.mechanism import Mechanism
from lmct.evidence.likelihood.unknown import Unknown, Unknowns
from lmct.evidence.mechanism import (
    barrier_distribution,
    cation_migration,
    constant_barrier,
    empirical_hysteresis,
    marcus,
    marcus_with_covalence,
    metal_potential,
    no_lmct,
    self_discharge,
)
from lmct.evidence.mechanism.electrode_priors import electrode_unknown
from lmct.quantity.errors import unknown_name

LEADING = metal_potential.NAME
"""Name of the mechanism that the package stands for."""


@dataclass(frozen=True, slots=True)
class MechanismKind:
    """An entry of the registry.

    Parameters
    ----------
    name
        Its name.
    title
        What it claims, in one line.
    unknowns
        Gives its unknowns with their default priors on a base.
    build
        Makes it from a base and unknowns.
    """

    name: str
    title: str
    unknowns: Callable[[ElectrodeParameters], tuple[Unknown, ...]]
    build: Callable[[ElectrodeParameters, Sequence[Unknown]], Mechanism]


def _kind(module: ModuleType) -> MechanismKind:
    return MechanismKind(module.NAME, module.TITLE, module.unknowns, module.build)


MECHANISMS: dict[str, MechanismKind] = {
    module.NAME: _kind(module)
    for module in (
        metal_potential,
        marcus,
        marcus_with_covalence,
        constant_barrier,
        barrier_distribution,
        no_lmct,
        empirical_hysteresis,
        self_discharge,
        cation_migration,
    )
}
"""The leading mechanism and its rivals by name; another one is added under its own name."""


def mechanism_named(
    name: str = LEADING,
    *,
    base: ElectrodeParameters | None = None,
    unknowns: Sequence[Unknown | str] | None = None,
) -> Mechanism:
    """Return a mechanism, ready for a trial.

    Parameters
    ----------
    name
        A key of :data:`MECHANISMS`.
    base
        Electrode that gives all that is not unknown; by default the shipped set of Li-Ti-Ni-O.
    unknowns
        What the data shall decide in place of the default list: names, which take their default priors, or
        unknowns with priors of one's own.

    Returns
    -------
    :
        The mechanism.

    Raises
    ------
    UnknownName
        There is no such mechanism, or it has no such parameter.

    Examples
    --------
    >>> mechanism_named("no-lmct").title
    'no LMCT: metal and oxygen are two independent couples'
    >>> [one.name for one in mechanism_named(unknowns=["metal_potential", "attempt_frequency"]).unknowns]
    ['metal_potential', 'attempt_frequency']
    """
    if name not in MECHANISMS:
        raise unknown_name("mechanism", name, MECHANISMS)
    kind = MECHANISMS[name]
    start = load() if base is None else base
    default = {one.name: one for one in kind.unknowns(start)}
    if unknowns is None:
        return kind.build(start, tuple(default.values()))
    chosen = [_unknown(one, default, start) for one in unknowns]
    return kind.build(start, Unknowns(tuple(chosen)).members)


def _unknown(one: Unknown | str, default: dict[str, Unknown], base: ElectrodeParameters) -> Unknown:
    if isinstance(one, Unknown):
        return one
    return default[one] if one in default else electrode_unknown(one, oxygen_law=base.oxygen_law)
