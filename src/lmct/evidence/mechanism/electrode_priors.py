"""What is known of the electrode's parameters before any data: a prior each, with its source.

Lines (L) are those of the manuscript of Li 2022 (doi 10.1038/s41563-022-01278-2).
"""

from __future__ import annotations

from collections.abc import Iterable

from lmct.evidence.likelihood.prior import Normal, Prior, Uniform
from lmct.evidence.likelihood.unknown import Unknown
from lmct.quantity.errors import unknown_name


def _unknown(name: str, prior: Prior, unit: str, meaning: str) -> Unknown:
    return Unknown(name, prior, unit, meaning)


_THERMODYNAMICS = (
    _unknown(
        "metal_potential",
        Uniform(3.3, 3.9, source="L141, L215: the metal's plateau lies near 3.8 V; width is an assumption"),
        "V",
        "standard potential of the metal without holes",
    ),
    _unknown(
        "metal_metal",
        Uniform(0.3, 2.2, source="L110, L141: the metal is oxidised between about 3.6 and 4.5 V"),
        "V f.u.",
        "rise of the metal's potential per hole on it",
    ),
    _unknown(
        "metal_oxygen",
        Uniform(-0.6, 0.6, source="assumption: bounds of the calibration of the shipped set"),
        "V f.u.",
        "interaction of holes on metal and oxygen",
    ),
    _unknown(
        "oxygen_potential",
        Uniform(2.9, 3.8, source="L303-306: the equilibrium potential of a relaxed electrode is 3.74(2) V"),
        "V",
        "standard potential of oxygen without holes",
    ),
    _unknown(
        "oxygen_oxygen",
        Uniform(-0.5, 0.6, source="assumption: bounds of the calibration of the shipped set"),
        "V f.u.",
        "interaction of holes on oxygen",
    ),
    _unknown(
        "metal_holes_max",
        Uniform(0.25, 0.5, source="composition: one or two electrons for each of 0.25 Ni"),
        "1/f.u.",
        "most holes that the metal can hold",
    ),
    _unknown(
        "oxygen_holes_max",
        Uniform(0.5, 2.0, source="assumption: bounds of the calibration of the shipped set"),
        "1/f.u.",
        "most holes that oxygen can hold",
    ),
    _unknown(
        "lithium_width",
        Uniform(0.05, 0.5, source="assumption: bounds of the calibration of the shipped set"),
        "V",
        "width of the lithium-site term",
    ),
    _unknown(
        "lithium_max",
        Uniform(0.76, 1.1, source="L234-235: more than 200 mAh/g; at most the lithium there is (1.17)"),
        "1/f.u.",
        "lithium that can be extracted",
    ),
)

_KINETICS = (
    _unknown(
        "metal_rate",
        Uniform(3e-7, 1e-3, logarithmic=True, source="assumption: bounds of the calibration"),
        "1/(f.u. s)",
        "exchange rate of the metal couple",
    ),
    _unknown(
        "metal_activation",
        Uniform(0.1, 0.8, source="assumption: bounds of the calibration"),
        "eV",
        "activation energy of the metal couple",
    ),
    _unknown(
        "attempt_frequency",
        Uniform(
            1e4, 1e13, logarithmic=True, source="at most a phonon's; less for a weak coupling (assumption)"
        ),
        "1/s",
        "prefactor of LMCT",
    ),
    _unknown(
        "reorganization_energy",
        Uniform(
            2.0,
            7.0,
            source="a discharge plateau of oxygen at 2.2 V (L144, L214) needs 5.3-6.8 eV when U_O"
            " = 3.74 V, less when it is lower",
        ),
        "eV",
        "reorganisation energy of a hole on oxygen",
    ),
    _unknown(
        "lithium_slope",
        Uniform(
            0.0, 1.2, source="L233-235: an electrode charged to 4.8 V relaxes faster; size is an assumption"
        ),
        "eV f.u.",
        "fall of the barrier with the lithium extracted",
    ),
    _unknown(
        "electronic_coupling",
        Uniform(1e-6, 1.0, logarithmic=True, source="assumption: from no coupling worth the name to a band"),
        "eV",
        "coupling of metal and oxygen, their covalence",
    ),
    _unknown(
        "covalence_loss",
        Uniform(0.0, 1.0, source="definition: from a constant covalence to one that vanishes with the holes"),
        "1",
        "loss of covalence as the metal loses its holes",
    ),
    _unknown(
        "barrier",
        Uniform(
            0.4,
            1.7,
            source="kT ln(nu t): what hours at 140 degC and weeks at 25 degC cross (L225-228, L237)"
            " for prefactors of 1e4 to 1e13 /s",
        ),
        "eV",
        "barrier of LMCT",
    ),
    _unknown(
        "barrier_width",
        Uniform(0.001, 0.2, source="L225-228, equal steps from 0 to 90 s and from 4 to 24 h: 0.03-0.16 eV"),
        "eV",
        "standard deviation of the barrier over the sites",
    ),
    _unknown(
        "oxygen_reorganization_energy",
        Uniform(2.0, 7.0, source="as reorganization_energy"),
        "eV",
        "reorganisation energy of the oxygen couple alone",
    ),
    _unknown(
        "oxygen_coupling",
        Uniform(1e-6, 1.0, logarithmic=True, source="as electronic_coupling"),
        "eV",
        "coupling of the oxygen couple alone",
    ),
    _unknown(
        "oxygen_activation",
        Uniform(0.0, 1.4, source="assumption: bounds of the calibration, from none"),
        "eV",
        "activation energy of the oxygen couple",
    ),
    _unknown(
        "oxygen_transfer_coefficient",
        Uniform(0.2, 0.8, source="assumption: half, and what is ever reported around it"),
        "1",
        "symmetry of the oxygen couple",
    ),
    _unknown(
        "dark_rate",
        Uniform(1e-10, 1e-5, logarithmic=True, source="assumption: bounds of the calibration"),
        "1/(f.u. s)",
        "rate at which oxygen's holes become irrecoverable",
    ),
    _unknown(
        "dark_potential",
        Uniform(2.9, 3.9, source="assumption: bounds of the calibration"),
        "V",
        "potential above which that happens",
    ),
    _unknown(
        "gas_rate",
        Uniform(1e-7, 1e-2, logarithmic=True, source="assumption"),
        "1/(f.u. s)",
        "rate at which O2 leaves",
    ),
    _unknown(
        "gas_potential",
        Uniform(2.9, 3.9, source="assumption: bounds of the calibration"),
        "V",
        "potential above which O2 leaves",
    ),
    _unknown(
        "loss_activation",
        Uniform(0.3, 1.2, source="assumption: bounds of the calibration"),
        "eV",
        "activation energy of the losses of oxygen",
    ),
    _unknown(
        "thermal_time",
        Normal(60.0, 0.7, logarithmic=True, source="assumption: a vial in an oven, within a factor of two"),
        "s",
        "thermal lag of a sample",
    ),
    _unknown(
        "series_resistance",
        Uniform(0.01, 10.0, logarithmic=True, source="assumption"),
        "ohm g",
        "resistance before the electrode times active mass",
    ),
)

ELECTRODE_PRIORS: dict[str, Unknown] = {one.name: one for one in (*_THERMODYNAMICS, *_KINETICS)}
"""Unknowns of the electrode with their priors by name, but for ``oxygen_rate``, which depends on the law."""

OXYGEN_RATES: dict[str, Uniform] = {
    "marcus": Uniform(
        1.0, 1e13, logarithmic=True, source="prefactor in front of Marcus' barrier; bounds of the calibration"
    ),
    "marcus-hush-chidsey": Uniform(1.0, 1e13, logarithmic=True, source="as for Marcus' law"),
    "butler-volmer": Uniform(
        1e-24,
        1e-8,
        logarithmic=True,
        source="the bounds of the calibration (1e-24 to 1e-12), wider upwards, so that oxygen may carry the"
        " charge by itself",
    ),
}
"""Priors of the rate of the oxygen couple by the name of its law [1/(f.u. s)]."""


def electrode_unknown(name: str, *, oxygen_law: str = "marcus") -> Unknown:
    """Return a parameter of the electrode as an unknown with its default prior.

    Parameters
    ----------
    name
        Name of the parameter.
    oxygen_law
        Law of the oxygen couple, which decides what ``oxygen_rate`` means.

    Returns
    -------
    :
        The unknown.

    Raises
    ------
    UnknownName
        There is no default prior for that name; an :class:`~lmct.evidence.likelihood.unknown.Unknown` with a
        prior of one's own does.

    Examples
    --------
    >>> electrode_unknown("metal_potential").prior.interval
    (3.396, 3.804)
    """
    if name == "oxygen_rate":
        if oxygen_law not in OXYGEN_RATES:
            raise unknown_name("law of the oxygen couple with a default prior", oxygen_law, OXYGEN_RATES)
        return Unknown(name, OXYGEN_RATES[oxygen_law], "1/(f.u. s)", "rate of the oxygen couple")
    if name not in ELECTRODE_PRIORS:
        raise unknown_name("parameter with a default prior", name, (*ELECTRODE_PRIORS, "oxygen_rate"))
    return ELECTRODE_PRIORS[name]


def electrode_unknowns(names: Iterable[str], *, oxygen_law: str = "marcus") -> tuple[Unknown, ...]:
    """Return parameters of the electrode as unknowns with their default priors.

    Parameters
    ----------
    names
        Names of parameters.
    oxygen_law
        Law of the oxygen couple.

    Returns
    -------
    :
        The unknowns in that order.
    """
    return tuple(electrode_unknown(name, oxygen_law=oxygen_law) for name in names)
