"""What the findings of each technique mean in electrons: one file per technique."""

from lmct.evidence.ledger.conversion.contract import Converted
from lmct.evidence.ledger.conversion.registry import CONVERSIONS, equations_of_findings

__all__ = ["CONVERSIONS", "Converted", "equations_of_findings"]
