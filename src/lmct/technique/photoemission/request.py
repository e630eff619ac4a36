"""What a user asks of an analysis of spectra: the options of a study file, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lmct.quantity.errors import OutOfRange
from lmct.relaxation.laws import DEFAULT_LAWS
from lmct.technique.option import number_option, refuse_unknown, switch_option, text_option
from lmct.technique.photoemission.charge_balance import ChargeModel
from lmct.technique.photoemission.electron_background import BACKGROUNDS, SHIRLEY
from lmct.technique.photoemission.oxygen_model import OxygenModel

FILE_OPTIONS = ("formula", "density", "band_gap")
RELAXATION_OPTIONS = ("laws",)
NICKEL_OPTIONS = (
    "reduced_reference",
    "oxidised_reference",
    "nickel_window",
    "end_width",
    "reference_energy_uncertainty",
)
OXYGEN_OPTIONS = (
    "oxygen_window", "position", "separation", "separation_range", "separation_uncertainty", "surface",
    "satellite", "lorentzian", "asymmetry", "background", "systematics",
)  # fmt: skip
CHARGE_OPTIONS = (
    "nickel", "oxygen", "oxidised_valence", "oxidised_valence_uncertainty", "holes_per_oxygen",
)  # fmt: skip

OXYGEN_WINDOW = (525.0, 538.0)
NICKEL_WINDOW = (845.0, 893.0)


def oxygen_model(options: Mapping[str, Any]) -> OxygenModel:
    """Return the lines of O 1s that the options ask for.

    Parameters
    ----------
    options
        Names of :class:`OxygenModel`; others are not looked at.

    Raises
    ------
    OutOfRange, UnknownName
        A value makes no sense.

    Examples
    --------
    >>> oxygen_model({"separation": 1.1, "surface": [2.2, 3.5]}).surface
    (2.2, 3.5)
    """
    satellite = options.get("satellite")
    return OxygenModel(
        position=number_option(options, "position", 529.5, low=525.0, high=535.0),
        separation=number_option(options, "separation", 1.0, low=0.3, high=3.0),
        separation_range=number_option(options, "separation_range", 0.4, high=1.0),
        separation_uncertainty=number_option(options, "separation_uncertainty", 0.1, high=0.5),
        surface=numbers(options, "surface", (2.4,)),
        satellite=None if satellite is None else number_option(options, "satellite", low=1.0, high=15.0),
        lorentzian=number_option(options, "lorentzian", 0.25, low=0.02, high=2.0),
        asymmetry=number_option(options, "asymmetry", 0.0, high=0.3),
        background=text_option(options, "background", SHIRLEY, among=BACKGROUNDS),
    )


def charge_model(options: Mapping[str, Any]) -> ChargeModel:
    """Return how species are counted as charges.

    Parameters
    ----------
    options
        Names of :class:`ChargeModel`; ``nickel`` must be there.

    Raises
    ------
    OutOfRange
        Nickel is not given, or a value makes no sense.
    """
    if "nickel" not in options:
        raise OutOfRange(
            "the charge balance needs the option nickel, atoms of Ni in a formula unit. Expected a number."
            " Write for example nickel = 0.25."
        )
    return ChargeModel(
        nickel=number_option(options, "nickel", low=1e-3, high=2.0),
        oxygen=number_option(options, "oxygen", 2.0, low=0.5, high=8.0),
        oxidised_valence=number_option(options, "oxidised_valence", 4.0, low=2.1, high=4.0),
        oxidised_valence_uncertainty=number_option(options, "oxidised_valence_uncertainty", 0.0, high=1.0),
        holes_per_oxygen=number_option(options, "holes_per_oxygen", 1.0, low=0.05, high=2.0),
    )


def numbers(options: Mapping[str, Any], name: str, default: Sequence[float]) -> tuple[float, ...]:
    """Return a list of numbers, or the default when the option is absent.

    Parameters
    ----------
    options
        Options as given.
    name
        Name of the option.
    default
        Its value when absent.

    Raises
    ------
    OutOfRange
        It is no list of numbers.
    """
    value = options.get(name, default)
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise OutOfRange(f"the option {name} is {value!r}. Expected a list of numbers.")
    return tuple(number_option({name: one}, name) for one in value)


def window(options: Mapping[str, Any], name: str, default: tuple[float, float]) -> tuple[float, float]:
    """Return first and last binding energy of a region [eV].

    Parameters
    ----------
    options
        Options as given.
    name
        Name of the option.
    default
        Its value when absent.

    Raises
    ------
    OutOfRange
        It is not two rising numbers.
    """
    found = numbers(options, name, default)
    if len(found) != 2 or found[0] >= found[1]:
        raise OutOfRange(f"the option {name} is {list(found)}. Expected two energies, the lower one first.")
    return found[0], found[1]


def relaxation_laws(options: Mapping[str, Any]) -> object:
    """Return the names of rate laws that were asked for; they are checked where they are used."""
    return options.get("laws", list(DEFAULT_LAWS))


def check_names(options: Mapping[str, Any], *groups: Sequence[str]) -> None:
    """Refuse options that do not exist.

    Parameters
    ----------
    options
        Options as given.
    groups
        Names that exist.

    Raises
    ------
    UnknownName
        An option does not exist.
    """
    refuse_unknown(options, [name for group in groups for name in group], technique="photoemission")


def wants_systematics(options: Mapping[str, Any]) -> bool:
    """Return whether refits for the systematic error are wanted."""
    return switch_option(options, "systematics", True)
