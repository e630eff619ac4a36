"""Words of the command line that choose a protocol and an electrode."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lmct.cli.assignment import read_assignments
from lmct.protocol.named import PROTOCOLS
from lmct.quantity.errors import DataError, OutOfRange, unknown_name

if TYPE_CHECKING:
    from lmct.electrode.model import Electrode
    from lmct.electrode.parameters import ElectrodeParameters
    from lmct.protocol.step import Step

DEFAULT_MATERIAL = "li-ti-ni-o"

TEXTS = ("lmct_law", "oxygen_law", "name", "source")
"""Electrode parameters that are texts."""

LISTS = ("gas_amounts", "gas_steps")
"""Electrode parameters that are lists of numbers."""

LONGEST_FILE = 10_000_000
"""Size above which a file cannot be a protocol [byte]."""

StepsOrProtocol = Annotated[
    str,
    typer.Argument(
        metavar="STEPS_OR_PROTOCOL",
        help="Steps in plain words separated by ';', a file with one step per line,"
        f" or a protocol: {', '.join(PROTOCOLS)}.",
    ),
]
MaterialName = Annotated[
    str | None, typer.Option(help="Name as in `lmct materials`.", show_default=DEFAULT_MATERIAL)
]
Position = Annotated[float | None, typer.Option("--x", help="Position in the family, 0 to 1.")]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Change an electrode parameter; may be repeated."),
]
ParameterSet = Annotated[
    str | None,
    typer.Option(
        metavar="NAME_OR_FILE.toml",
        help="A parameter set that ships with the package, or a file such as `lmct calibrate` writes.",
    ),
]
Shells = Annotated[
    int | None, typer.Option(help="Shells of the particle; 20 by default where lithium transport is limited.")
]
Classes = Annotated[
    int | None, typer.Option(help="Classes of metal sites; 9 by default where barriers are distributed.")
]


def steps_from_words(words: str) -> tuple[Step, ...]:
    """Return the steps of a named protocol, of a file, or of a text with steps separated by semicolons.

    Parameters
    ----------
    words
        What the user gave.

    Returns
    -------
    :
        The steps.

    Raises
    ------
    DataError
        It is none of the three, or a step in it makes no sense.

    Examples
    --------
    >>> [step.kind for step in steps_from_words("Charge at C/10 until 4.8 V; Rest for 8 h")]
    ['charge', 'rest']
    """
    from lmct.protocol.plain_words import parse_steps

    if words in PROTOCOLS:
        return PROTOCOLS[words]()
    if " " not in words.strip() or Path(words).suffix == ".txt":
        return parse_steps(_file_of_steps(words))
    return parse_steps(words)


def setting_from_words(name: str, text: str) -> float | str | tuple[float, ...]:
    """Return the value of an electrode parameter: a number, numbers with commas, or a text.

    Parameters
    ----------
    name
        Name of the parameter.
    text
        What the user gave.

    Returns
    -------
    :
        The value, of the kind that this parameter has.

    Raises
    ------
    OutOfRange
        The parameter is a number, or some, and the text is not.

    Examples
    --------
    >>> setting_from_words("metal_rate", "1e-6"), setting_from_words("gas_amounts", "0.004,0.008")
    (1e-06, (0.004, 0.008))
    >>> setting_from_words("oxygen_law", "marcus")
    'marcus'
    """
    if name in TEXTS:
        return text.strip()
    try:
        if name in LISTS:
            return tuple(float(part) for part in text.split(",") if text.strip())
        return float(text)
    except ValueError as error:
        expected = "0.004,0.008" if name in LISTS else "0.5"
        kind = "list of numbers" if name in LISTS else "number"
        raise OutOfRange(
            f"--set {name}={text}: {text!r} is no {kind}. Write for example --set {name}={expected}"
        ) from error


def settings_from_words(words: Sequence[str]) -> dict[str, float | str | tuple[float, ...]]:
    """Return the values of electrode parameters by name.

    Parameters
    ----------
    words
        Words ``name=value``.

    Returns
    -------
    :
        Value by name.

    Raises
    ------
    DataError
        A word is no assignment, or its value makes no sense.
    """
    return {name: setting_from_words(name, text) for name, text in read_assignments(words).items()}


def chosen_electrode(
    *,
    material: str | None = None,
    x: float | None = None,
    parameters: str | None = None,
    changes: Sequence[str] = (),
    shells: int | None = None,
    classes: int | None = None,
) -> Electrode:
    """Return the electrode of a material or of a parameter-set file, with changes.

    Parameters
    ----------
    material, x
        Material and member of its family.
    parameters
        Name of a shipped set, or file of a whole one, which needs no material.
    changes
        Words ``name=value``.
    shells, classes
        How the electrode is divided.

    Returns
    -------
    :
        The electrode.

    Raises
    ------
    DataError
        The choice contradicts itself, or a part of it makes no sense.
    """
    from lmct.electrode.model import Electrode
    from lmct.electrode.of_material import parameters_of_material, sets_of_material

    settings = settings_from_words(changes)
    named = DEFAULT_MATERIAL if material is None else material
    if parameters is None or parameters in sets_of_material(named):
        chosen = parameters_of_material(named, x, parameter_set=parameters)
    elif material is not None or x is not None:
        raise DataError(
            f"{parameters} is a whole electrode, so --material and --x have nothing to say. Leave them out;"
            " --set changes single numbers."
        )
    else:
        chosen = _parameter_set(parameters)
    return Electrode(chosen.replace(**settings), shells=shells, classes=classes)


def _parameter_set(words: str) -> ElectrodeParameters:
    from lmct.electrode.parameter_file import load, read, sets

    if words in sets():
        return load(words)
    if not words.endswith(".toml"):
        raise DataError(
            f"{words!r} does not end in .toml, and {unknown_name('electrode parameter set', words, sets())}"
        )
    return read(Path(words))


def _file_of_steps(words: str) -> str:
    path = Path(words)
    if not words.strip() or not path.is_file():
        raise DataError(
            f"{words!r} is no file, and {unknown_name('protocol', words, PROTOCOLS)} Give one of them, a"
            " file with steps, or steps such as"
            " 'Charge at 20 mA/g until 4.8 V; Discharge at 20 mA/g until 2.0 V'."
        )
    if path.stat().st_size > LONGEST_FILE:
        raise DataError(f"{path} is larger than 10 MB. Expected a short text with one step per line.")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no text in UTF-8. Expected one step per line.") from error
