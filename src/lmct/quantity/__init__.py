"""Names, units, constants, values with uncertainty, findings."""

from lmct.quantity.finding import Finding
from lmct.quantity.value import Value

__all__ = ["Finding", "Value"]
