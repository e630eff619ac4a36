"""A number with its standard uncertainty and unit: ``3.74(2) V``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lmct.quantity.errors import OutOfRange


@dataclass(frozen=True, slots=True)
class Value:
    """A measured or derived number.

    Parameters
    ----------
    value
        The best estimate.
    uncertainty
        Its standard uncertainty (one standard deviation), same unit, not negative.
    unit
        Plain-text unit, for example ``"mAh/g"``; empty for a pure number.
    degrees_of_freedom
        Effective degrees of freedom of the uncertainty (GUM, annex G); infinite when it is known well.

    Raises
    ------
    OutOfRange
        The uncertainty is negative, or there are no degrees of freedom.

    Examples
    --------
    >>> print(Value(3.7421, 0.021, "V"))
    3.74(2) V
    >>> print(Value(162.06, 1.3, "mAh/g"))
    162.1(1.3) mAh/g
    """

    value: float
    uncertainty: float
    unit: str = ""
    degrees_of_freedom: float = math.inf

    def __post_init__(self) -> None:
        if self.uncertainty < 0:
            raise OutOfRange(
                f"uncertainty must not be negative, got {self.uncertainty!r} for {self.value!r}."
            )
        if not self.degrees_of_freedom > 0:
            raise OutOfRange(f"degrees of freedom must be positive, got {self.degrees_of_freedom!r}.")

    def __str__(self) -> str:
        text = shorthand(self.value, self.uncertainty)
        return f"{text} {self.unit}" if self.unit else text

    def interval(self, probability: float = 0.68) -> tuple[float, float]:
        """Return the central interval that holds the true value with the given probability.

        Parameters
        ----------
        probability
            Between 0 and 1.

        Returns
        -------
        :
            Lower and upper limit, same unit; Student's t when the degrees of freedom are finite.

        Examples
        --------
        >>> low, high = Value(0.0, 1.0).interval(0.95)
        >>> round(high, 2)
        1.96
        """
        from scipy.special import ndtri, stdtrit

        upper = 0.5 + probability / 2
        infinite = math.isinf(self.degrees_of_freedom)
        factor = float(ndtri(upper) if infinite else stdtrit(self.degrees_of_freedom, upper))
        return self.value - factor * self.uncertainty, self.value + factor * self.uncertainty

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of plain JSON types (NaN and infinity become None)."""
        return {
            "value": _finite_or_none(self.value),
            "uncertainty": _finite_or_none(self.uncertainty),
            "unit": self.unit,
            "degrees_of_freedom": _finite_or_none(self.degrees_of_freedom),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Value:
        """Rebuild a value from what :meth:`to_json` gave."""
        freedom = data.get("degrees_of_freedom")
        return cls(
            value=_nan_if_none(data["value"]),
            uncertainty=_nan_if_none(data["uncertainty"]),
            unit=data.get("unit", ""),
            degrees_of_freedom=math.inf if freedom is None else freedom,
        )


def shorthand(value: float, uncertainty: float) -> str:
    """Write a number with its uncertainty in units of the last digits.

    One digit of uncertainty is kept, two when the first one is 1 (rounding rule of the Particle Data Group,
    simplified), so that ``3.7421 +- 0.021`` reads ``3.74(2)`` and ``1.234 +- 0.013`` reads ``1.234(13)``.

    Parameters
    ----------
    value
        The number; NaN and infinity are written as such.
    uncertainty
        Its standard uncertainty; zero means exact.

    Returns
    -------
    :
        Text such as ``3.74(2)``, ``162.1(1.3)`` or ``1.20(4)e-13``.

    Examples
    --------
    >>> shorthand(3.7421, 0.0214), shorthand(1.234, 0.0131), shorthand(12346.0, 180.0)
    ('3.74(2)', '1.234(13)', '12350(180)')
    """
    if not math.isfinite(value):
        return str(value)
    if not math.isfinite(uncertainty):
        return f"{value:.6g}(?)"
    if uncertainty == 0:
        return f"{value:.10g}"
    number, spread, power = Decimal(repr(float(value))), Decimal(repr(float(uncertainty))), ""
    exponent = max(abs(number), spread).adjusted()
    if exponent < -3 or exponent > 6:
        number, spread, power = number.scaleb(-exponent), spread.scaleb(-exponent), f"e{exponent:+03d}"
    leading = spread.adjusted()
    digits = 1 if round(spread.scaleb(1 - leading)) < 20 else 0
    places = digits - leading
    if places > 17:  # the uncertainty is below the last digit that a float holds
        return f"{value:.15g}"
    step = Decimal(1).scaleb(-places)
    rounded, shown = spread.quantize(step), number.quantize(step) + 0  # adding 0 takes the sign off a zero
    inside = f"{rounded:f}" if rounded >= 1 else f"{rounded.scaleb(places):.0f}"
    return f"{shown:f}({inside}){power}"


def _finite_or_none(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _nan_if_none(number: float | None) -> float:
    return math.nan if number is None else number
