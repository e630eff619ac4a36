"""The electrode a mechanism starts from: any parameter set, brought to the laws that the mechanism claims."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Mapping, Sequence

from lmct.electrode import rate_law
from lmct.electrode.parameter_file import load
from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.likelihood.unknown import Unknown
from lmct.quantity.errors import unknown_name

NEVER = 1e-300
"""Attempt frequency of an LMCT that does not happen [1/s]."""

LAW_DEFAULTS = {
    "attempt_frequency": 1.2e7,
    "reorganization_energy": 4.0,
    "electronic_coupling": 0.0,
    "covalence_loss": 0.0,
    "lithium_slope": 0.13,
    "lithium_reference": 0.7,
    "barrier": 0.9,
    "first_barrier": 0.9,
    "barrier_rise": 0.3,
}
"""Parameters of a rate law that the base does not have: near those of the shipped set, where it has them."""

BUTLER_VOLMER_SET = "li-ti-ni-o-butler-volmer"
"""Shipped set whose oxygen couple stands in where the base has another law."""


def with_rate_law(base: ElectrodeParameters, law: str) -> ElectrodeParameters:
    """Return a parameter set with another rate law of LMCT; the oxygen couple stays what it was.

    Parameters
    ----------
    base
        The parameter set.
    law
        Name of the rate law.

    Returns
    -------
    :
        The set; numbers that both laws have are kept, and an energy that the oxygen couple shared with the
        former law becomes its own when the new law has none.

    Examples
    --------
    >>> with_rate_law(load("li-ti-ni-o"), "constant-barrier").oxygen_reorganization_energy
    4.0145
    """
    wanted = rate_law.law(law).PARAMETERS
    missing = {name: LAW_DEFAULTS[name] for name in wanted if name not in base.lmct_parameters}
    own: dict[str, float] = {}
    energy, coupling = base.shared("reorganization_energy"), base.shared("electronic_coupling")
    if "reorganization_energy" not in wanted and not math.isnan(energy):
        own["oxygen_reorganization_energy"] = energy
    if "electronic_coupling" not in wanted and coupling > 0.0:
        own["oxygen_coupling"] = coupling
    return base.replace(lmct_law=law, **missing, **own)


def without_lmct(base: ElectrodeParameters) -> ElectrodeParameters:
    """Return a parameter set without LMCT, and with an oxygen couple that owes it nothing.

    Parameters
    ----------
    base
        The parameter set.

    Returns
    -------
    :
        The set with Butler and Volmer's law of oxygen, which, unlike Marcus' law, can oxidise fast and reduce
        slowly: the best chance that two independent couples have.
    """
    couple = base if base.oxygen_law == "butler-volmer" else load(BUTLER_VOLMER_SET)
    return with_rate_law(base, "constant-barrier").replace(
        attempt_frequency=NEVER,
        barrier=0.0,
        barrier_width=0.0,
        oxygen_law="butler-volmer",
        oxygen_rate=couple.oxygen_rate,
        oxygen_activation=couple.oxygen_activation,
        oxygen_transfer_coefficient=couple.oxygen_transfer_coefficient,
    )


def checked(
    base: ElectrodeParameters, chosen: Sequence[Unknown], own: Collection[str] = ()
) -> tuple[Unknown, ...]:
    """Return unknowns, all of which a mechanism has.

    Parameters
    ----------
    base
        The electrode of the mechanism.
    chosen
        The unknowns.
    own
        Names of parameters that the mechanism has beside the electrode's.

    Returns
    -------
    :
        The unknowns.

    Raises
    ------
    UnknownName
        One is no number of the electrode, of its rate law, or of the mechanism.
    """
    numbers = {
        field.name
        for field in dataclasses.fields(base)
        if isinstance(getattr(base, field.name), float) and field.name not in ("molar_mass", "lithium")
    }
    known = numbers | set(base.lmct_parameters) | set(own)
    for one in chosen:
        if one.name not in known:
            raise unknown_name("parameter of this mechanism", one.name, known)
    return tuple(chosen)


def electrode_with(
    base: ElectrodeParameters, chosen: Sequence[Unknown], values: Mapping[str, float], own: Collection[str]
) -> ElectrodeParameters:
    """Return the electrode for values of the unknowns of a mechanism that has parameters of its own.

    Parameters
    ----------
    base
        All other parameters.
    chosen
        The unknowns.
    values
        Their values; other names are ignored.
    own
        Names that are not the electrode's.

    Returns
    -------
    :
        The electrode.
    """
    return base.replace(**{one.name: values[one.name] for one in chosen if one.name not in own})


def own_values(defaults: Sequence[Unknown], values: Mapping[str, float]) -> dict[str, float]:
    """Return the values of a mechanism's own parameters, those that are not given at their prior's middle."""
    return {one.name: values.get(one.name, one.prior.value_at(0.5)) for one in defaults}
