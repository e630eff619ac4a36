"""Chemical formulas: text to composition and back."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from lmct.material.atomic_mass import atomic_mass
from lmct.quantity.errors import DataError, OutOfRange

_AMOUNT = r"\d+\.?\d*|\.\d+"
_TOKEN = re.compile(
    rf"(?P<open>[(\[{{])|(?:(?P<element>[A-Z][a-z]?)|(?P<close>[)\]}}]))(?P<amount>{_AMOUNT})?", re.ASCII
)
_JOINTS = re.compile("[·•⋅∙*]")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_PAIRS = {"(": ")", "[": "]", "{": "}"}


def parse_formula(formula: str) -> dict[str, float]:
    """Read a chemical formula.

    Brackets nest, amounts may be decimal, parts joined by a raised dot (or ``*``) may carry a factor, as in
    hydrates.

    Parameters
    ----------
    formula
        For example ``"Li1.17Ti0.58Ni0.25O2"`` or ``"(CH3COO)2Ni·4H2O"``.

    Returns
    -------
    :
        Amount of each element [1], in the order of first mention; elements of amount zero are left out.

    Raises
    ------
    DataError
        The text is not a formula; the message points at the place.
    UnknownName
        A symbol is no element.
    OutOfRange
        An amount is too large to be a number, or nothing is left.

    Examples
    --------
    >>> parse_formula("(CH3COO)2Ni·4H2O")
    {'C': 4.0, 'H': 14.0, 'O': 8.0, 'Ni': 1.0}
    """
    text = "".join(formula.split()).translate(_SUBSCRIPTS)
    total: dict[str, float] = {}
    for part in _JOINTS.split(text):
        factor, body = _split_factor(part)
        if not body:
            raise DataError(
                f"the formula {formula!r} has an empty part. Expected elements with amounts, for example"
                " 'Li2TiO3' or '(CH3COO)2Ni·4H2O'."
            )
        _add(total, _parse_part(body, formula), factor)
    return _checked(total, formula)


def format_formula(composition: Mapping[str, float], digits: int = 4) -> str:
    """Write a composition as a formula.

    Parameters
    ----------
    composition
        Amount of each element [1].
    digits
        Decimals kept; trailing zeros and an amount of one are not written.

    Returns
    -------
    :
        The formula, elements in the order given.

    Examples
    --------
    >>> format_formula({"Li": 7 / 6, "Ti": 7 / 12, "Ni": 0.25, "O": 2.0})
    'Li1.1667Ti0.5833Ni0.25O2'
    """
    rounded = {symbol: f"{amount:.{digits}f}" for symbol, amount in composition.items()}
    short = {
        symbol: text.rstrip("0").rstrip(".") if "." in text else text for symbol, text in rounded.items()
    }
    return "".join(symbol + ("" if text == "1" else text) for symbol, text in short.items() if text != "0")


def scaled(composition: Mapping[str, float], *, oxygen: float) -> dict[str, float]:
    """Return the composition with the given amount of oxygen per formula unit.

    Parameters
    ----------
    composition
        Amount of each element [1].
    oxygen
        Amount of oxygen wanted [1].

    Returns
    -------
    :
        All amounts multiplied by the same factor.

    Raises
    ------
    DataError
        There is no oxygen in the composition.

    Examples
    --------
    >>> scaled({"Li": 2.0, "Ru": 1.0, "O": 3.0}, oxygen=1.5)
    {'Li': 1.0, 'Ru': 0.5, 'O': 1.5}
    """
    if not composition.get("O"):
        raise DataError(
            f"{format_formula(composition)} contains no oxygen, so it cannot be written per oxygen."
        )
    return {symbol: amount * oxygen / composition["O"] for symbol, amount in composition.items()}


def _split_factor(part: str) -> tuple[float, str]:
    """Split ``4H2O`` into 4 and ``H2O``."""
    match = re.match(_AMOUNT, part, re.ASCII)
    return (float(match[0]), part[match.end() :]) if match else (1.0, part)


def _parse_part(body: str, formula: str) -> dict[str, float]:
    """Read one part without factor; the stack holds the sums of the brackets that are open."""
    stack: list[dict[str, float]] = [{}]
    expected: list[str] = []
    position = 0
    while position < len(body):
        token = _TOKEN.match(body, position)
        if token is None:
            raise _not_understood(formula, body[position:])
        amount = float(token["amount"] or 1.0)
        if token["element"]:
            atomic_mass(token["element"])
            _add(stack[-1], {token["element"]: 1.0}, amount)
        elif token["open"]:
            stack.append({})
            expected.append(_PAIRS[token["open"]])
        elif not expected or token["close"] != expected.pop():
            raise _not_understood(formula, body[position:])
        else:
            group = stack.pop()
            _add(stack[-1], group, amount)
        position = token.end()
    if expected:
        raise DataError(f"the formula {formula!r} lacks a closing {expected[-1]!r}. Close every bracket.")
    return stack[0]


def _add(total: dict[str, float], part: Mapping[str, float], factor: float) -> None:
    for symbol, amount in part.items():
        total[symbol] = total.get(symbol, 0.0) + factor * amount


def _checked(total: dict[str, float], formula: str) -> dict[str, float]:
    kept = {symbol: amount for symbol, amount in total.items() if amount != 0}
    if not kept or not all(math.isfinite(amount) for amount in kept.values()):
        raise OutOfRange(
            f"the formula {formula!r} has no atoms or an amount too large. Give finite, positive amounts."
        )
    return kept


def _not_understood(formula: str, rest: str) -> DataError:
    return DataError(
        f"the formula {formula!r} is not understood from {rest[:20]!r} on. Expected element symbols with"
        " amounts and brackets, decimal point, for example 'Li1.17Ti0.58Ni0.25O2'."
    )
